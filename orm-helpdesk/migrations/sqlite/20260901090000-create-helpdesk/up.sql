CREATE TABLE "audit_entries" (
  "id" INTEGER NOT NULL CONSTRAINT "audit_entries_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "ticket_id" INTEGER NOT NULL,
  "actor_type" TEXT NOT NULL,
  "actor_id" INTEGER NOT NULL,
  "action" TEXT NOT NULL,
  "done_at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')),
  CONSTRAINT "audit_entries_actor_type_type_check" CHECK ("actor_type" IN ('user', 'bot')),
  CONSTRAINT "audit_entries_action_type_check" CHECK ("action" IN ('created', 'changed', 'deleted', 'restored')),
  CONSTRAINT "audit_entries_done_at_type_check" CHECK ("done_at" GLOB '????-??-?? ??:??:??.??????+00:00')
) STRICT;
CREATE INDEX "audit_entries_organisation_id_ticket_id_idx" ON "audit_entries" ("organisation_id", "ticket_id");
CREATE TABLE "organisations" (
  "id" INTEGER NOT NULL CONSTRAINT "organisations_pkey" PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL,
  CONSTRAINT "organisations_name_type_check" CHECK (length("name") <= 120)
) STRICT;
CREATE UNIQUE INDEX "organisations_name_key" ON "organisations" ("name");
CREATE TABLE "bots" (
  "id" INTEGER NOT NULL CONSTRAINT "bots_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "token_hash" TEXT NOT NULL,
  CONSTRAINT "bots_name_type_check" CHECK (length("name") <= 120),
  CONSTRAINT "bots_token_hash_type_check" CHECK (length("token_hash") <= 64),
  CONSTRAINT "bots_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "bots_token_hash_key" ON "bots" ("token_hash");
CREATE INDEX "bots_organisation_id_idx" ON "bots" ("organisation_id");
CREATE TABLE "tags" (
  "id" INTEGER NOT NULL CONSTRAINT "tags_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "word" TEXT NOT NULL,
  CONSTRAINT "tags_word_len_check" CHECK (length("word") BETWEEN 1 AND 40),
  CONSTRAINT "tags_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "tags_organisation_id_word_key" ON "tags" ("organisation_id", "word");
CREATE TABLE "teams" (
  "id" INTEGER NOT NULL CONSTRAINT "teams_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  CONSTRAINT "teams_name_type_check" CHECK (length("name") <= 120),
  CONSTRAINT "teams_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "teams_organisation_id_name_key" ON "teams" ("organisation_id", "name");
CREATE TABLE "users" (
  "id" INTEGER NOT NULL CONSTRAINT "users_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "token_hash" TEXT NOT NULL,
  CONSTRAINT "users_name_type_check" CHECK (length("name") <= 120),
  CONSTRAINT "users_token_hash_type_check" CHECK (length("token_hash") <= 64),
  CONSTRAINT "users_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "users_token_hash_key" ON "users" ("token_hash");
CREATE INDEX "users_organisation_id_idx" ON "users" ("organisation_id");
CREATE TABLE "memberships" (
  "team_id" INTEGER NOT NULL,
  "user_id" INTEGER NOT NULL,
  "role" TEXT NOT NULL DEFAULT 'member',
  CONSTRAINT "memberships_pkey" PRIMARY KEY ("team_id", "user_id"),
  CONSTRAINT "memberships_role_type_check" CHECK ("role" IN ('member', 'lead')),
  CONSTRAINT "memberships_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams" ("id") ON DELETE CASCADE,
  CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE
) STRICT;
CREATE INDEX "memberships_user_id_idx" ON "memberships" ("user_id");
CREATE TABLE "tickets" (
  "id" INTEGER NOT NULL CONSTRAINT "tickets_pkey" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" INTEGER NOT NULL,
  "team_id" INTEGER,
  "assignee_id" INTEGER,
  "title" TEXT NOT NULL,
  "status" TEXT NOT NULL DEFAULT 'open',
  "priority" INTEGER NOT NULL DEFAULT 3,
  "details" TEXT,
  "version" INTEGER NOT NULL DEFAULT 0,
  "created_at" TEXT NOT NULL,
  "updated_at" TEXT NOT NULL,
  "deleted_at" TEXT,
  CONSTRAINT "tickets_status_type_check" CHECK ("status" IN ('open', 'waiting', 'closed')),
  CONSTRAINT "tickets_priority_type_check" CHECK ("priority" BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT "tickets_details_type_check" CHECK ("details" IS NULL OR json_valid("details")),
  CONSTRAINT "tickets_version_type_check" CHECK ("version" BETWEEN -2147483648 AND 2147483647),
  CONSTRAINT "tickets_created_at_type_check" CHECK ("created_at" GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT "tickets_updated_at_type_check" CHECK ("updated_at" GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT "tickets_deleted_at_type_check" CHECK ("deleted_at" GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT "tickets_title_len_check" CHECK (length("title") BETWEEN 1 AND 200),
  CONSTRAINT "tickets_priority_min_check" CHECK ("priority" >= 1),
  CONSTRAINT "tickets_priority_max_check" CHECK ("priority" <= 5),
  CONSTRAINT "tickets_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "users" ("id") ON DELETE SET NULL,
  CONSTRAINT "tickets_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations" ("id") ON DELETE CASCADE,
  CONSTRAINT "tickets_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "teams" ("id") ON DELETE SET NULL
) STRICT;
CREATE INDEX "tickets_team_id_idx" ON "tickets" ("team_id");
CREATE INDEX "tickets_assignee_id_idx" ON "tickets" ("assignee_id");
CREATE INDEX "tickets_organisation_id_id_idx" ON "tickets" ("organisation_id", "id");
CREATE TABLE "attachments" (
  "id" INTEGER NOT NULL CONSTRAINT "attachments_pkey" PRIMARY KEY AUTOINCREMENT,
  "ticket_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "size" INTEGER NOT NULL,
  "content" BLOB NOT NULL,
  CONSTRAINT "attachments_name_len_check" CHECK (length("name") BETWEEN 1 AND 120),
  CONSTRAINT "attachments_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets" ("id") ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX "attachments_ticket_id_name_key" ON "attachments" ("ticket_id", "name");
CREATE TABLE "comments" (
  "id" INTEGER NOT NULL CONSTRAINT "comments_pkey" PRIMARY KEY AUTOINCREMENT,
  "ticket_id" INTEGER NOT NULL,
  "author_type" TEXT NOT NULL,
  "author_id" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  "written_at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')),
  CONSTRAINT "comments_author_type_type_check" CHECK ("author_type" IN ('user', 'bot')),
  CONSTRAINT "comments_written_at_type_check" CHECK ("written_at" GLOB '????-??-?? ??:??:??.??????+00:00'),
  CONSTRAINT "comments_body_len_check" CHECK (length("body") BETWEEN 1 AND 10000),
  CONSTRAINT "comments_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets" ("id") ON DELETE CASCADE
) STRICT;
CREATE INDEX "comments_ticket_id_id_idx" ON "comments" ("ticket_id", "id");
CREATE INDEX "comments_author_type_author_id_idx" ON "comments" ("author_type", "author_id");
CREATE TABLE "ticket_tags" (
  "ticket_id" INTEGER NOT NULL,
  "tag_id" INTEGER NOT NULL,
  CONSTRAINT "ticket_tags_pkey" PRIMARY KEY ("ticket_id", "tag_id"),
  CONSTRAINT "ticket_tags_tag_id_fkey" FOREIGN KEY ("tag_id") REFERENCES "tags" ("id") ON DELETE CASCADE,
  CONSTRAINT "ticket_tags_ticket_id_fkey" FOREIGN KEY ("ticket_id") REFERENCES "tickets" ("id") ON DELETE CASCADE
) STRICT;
CREATE INDEX "ticket_tags_tag_id_idx" ON "ticket_tags" ("tag_id");
