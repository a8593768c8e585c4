CREATE SCHEMA "shop";
CREATE TYPE "shop"."mood" AS ENUM ('it''s', E'\\o/');
CREATE TABLE "tags" (
  "name" text NOT NULL,
  "id" uuid NOT NULL DEFAULT gen_random_uuid(),
  CONSTRAINT "tags_pkey" PRIMARY KEY ("id", "name")
);
CREATE TABLE "shop"."everything" (
  "id" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  "code" character varying(20) COLLATE "C",
  "mood" "shop"."mood" NOT NULL DEFAULT E'\\o/',
  "price" numeric(10,2) NOT NULL DEFAULT -1,
  "parent_id" bigint,
  "data" jsonb,
  "moods" "shop"."mood"[] NOT NULL,
  "double" numeric NOT NULL GENERATED ALWAYS AS (price * 2) STORED,
  "at" timestamp with time zone NOT NULL DEFAULT now(),
  "blob" bytea,
  "network" macaddr8,
  CONSTRAINT "PK ""everything""" PRIMARY KEY ("id"),
  CONSTRAINT "one_code" UNIQUE NULLS NOT DISTINCT ("code", "mood"),
  CONSTRAINT "everything_mood_price_key" UNIQUE ("mood", "price") DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "everything_code_min_length_check" CHECK (char_length("code") >= 2),
  CONSTRAINT "everything_code_one_of_check" CHECK ("code" IN ('it''s', E'a\\b')),
  CONSTRAINT "everything_price_min_check" CHECK ("price" >= -5),
  CONSTRAINT "everything_price_max_check" CHECK ("price" <= 99.50),
  CONSTRAINT "everything_price_min_2_check" CHECK ("price" >= -4.5),
  CONSTRAINT "everything_price_one_of_check" CHECK ("price" IN (-1, 2)),
  CONSTRAINT "everything_moods_max_length_check" CHECK (cardinality("moods") <= 3),
  CONSTRAINT "everything_blob_len_check" CHECK (octet_length("blob") <= 8),
  CONSTRAINT "sane" CHECK (price < 1000),
  CONSTRAINT "everything_check" CHECK (price <> 13),
  CONSTRAINT "everything_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "shop"."everything" ("id") ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED
) WITH ("autovacuum_enabled" = 'false', "fillfactor" = '70');
CREATE UNIQUE INDEX "everything_code_expr_idx" ON "shop"."everything" ("code" text_pattern_ops DESC NULLS LAST, (lower(code))) INCLUDE ("id") WHERE code IS NOT NULL;
CREATE INDEX "by_data" ON "shop"."everything" USING gin ("data" jsonb_path_ops);
CREATE INDEX "everything_parent_id_idx" ON "shop"."everything" ("parent_id");
COMMENT ON TABLE "shop"."everything" IS 'It''s all here';
COMMENT ON COLUMN "shop"."everything"."code" IS E'a \\ b';
CREATE TABLE "everything_tags" (
  "everything_id" bigint NOT NULL,
  "tag_id" uuid NOT NULL,
  "tag_name" text NOT NULL,
  CONSTRAINT "everything_tags_pkey" PRIMARY KEY ("everything_id", "tag_id", "tag_name"),
  CONSTRAINT "everything_tags_everything_id_fkey" FOREIGN KEY ("everything_id") REFERENCES "shop"."everything" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT "everything_tags_tag_id_tag_name_fkey" FOREIGN KEY ("tag_id", "tag_name") REFERENCES "tags" ("id", "name") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX "everything_tags_tag_id_tag_name_idx" ON "everything_tags" ("tag_id", "tag_name");
