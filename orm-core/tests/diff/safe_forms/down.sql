-- The way back, step by step in reverse.
-- orm:no-transaction
-- Each statement by itself: some take long, and keep nobody out meanwhile.

-- take back: add constraint things_a_fkey to things
ALTER TABLE "things" DROP CONSTRAINT "things_a_fkey";

-- take back: create index things_idx on things
DROP INDEX CONCURRENTLY "things_idx";

-- take back: add constraint things_check to things
ALTER TABLE "things" DROP CONSTRAINT "things_check";

-- take back: add constraint things_a_key to things
ALTER TABLE "things" DROP CONSTRAINT "things_a_key";

-- take back: make things.a NOT NULL
ALTER TABLE "things" ALTER COLUMN "a" DROP NOT NULL;

