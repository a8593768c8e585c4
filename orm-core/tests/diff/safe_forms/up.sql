-- Generated from the models: read it before it runs.
-- orm:no-transaction
-- Each statement by itself: some take long, and keep nobody out meanwhile.

-- make things.a NOT NULL
-- The check is proved while others read and write; then NOT NULL takes a moment.
ALTER TABLE "things" ADD CONSTRAINT "things_a_not_null_check" CHECK ("a" IS NOT NULL) NOT VALID;
ALTER TABLE "things" VALIDATE CONSTRAINT "things_a_not_null_check";
ALTER TABLE "things" ALTER COLUMN "a" SET NOT NULL;
ALTER TABLE "things" DROP CONSTRAINT "things_a_not_null_check";

-- add constraint things_a_key to things
-- The index is built while others read and write; then the constraint takes it over.
-- Fails if rows that exist are not unique.
CREATE UNIQUE INDEX CONCURRENTLY "things_a_key" ON "things" ("a");
ALTER TABLE "things" ADD CONSTRAINT "things_a_key" UNIQUE USING INDEX "things_a_key";

-- add constraint things_check to things
-- Rows that exist are checked while others read and write.
-- Fails if rows that exist violate it.
ALTER TABLE "things" ADD CONSTRAINT "things_check" CHECK (a > 0) NOT VALID;
ALTER TABLE "things" VALIDATE CONSTRAINT "things_check";

-- create index things_idx on things
-- Built while others read and write, which no transaction can do.
CREATE INDEX CONCURRENTLY "things_idx" ON "things" ("a", "id");

-- add constraint things_a_fkey to things
-- Rows that exist are checked while others read and write.
-- Fails if rows that exist violate it.
ALTER TABLE "things" ADD CONSTRAINT "things_a_fkey" FOREIGN KEY ("a") REFERENCES "things" ("id") ON DELETE RESTRICT NOT VALID;
ALTER TABLE "things" VALIDATE CONSTRAINT "things_a_fkey";

