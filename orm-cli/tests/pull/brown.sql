-- A database that other tools made, with rows: each thing that was once read
-- wrongly, lost, or taken for a difference.
CREATE TABLE t (id serial PRIMARY KEY, big bigserial, x text DEFAULT ''::varchar, n integer DEFAULT '5'::bigint);
CREATE SEQUENCE loose_seq;
CREATE TABLE loose (id bigint CONSTRAINT "PK_loose" PRIMARY KEY DEFAULT nextval('loose_seq'));
CREATE SEQUENCE "Papers" START 500 INCREMENT -5 MINVALUE -1000 MAXVALUE 500 CYCLE;
CREATE TABLE letter (
  id smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (START 7 CACHE 3), paper integer NOT NULL DEFAULT nextval('"Papers"')
);
CREATE TABLE parcel (id serial PRIMARY KEY, paper bigint DEFAULT nextval('"Papers"'));
ALTER SEQUENCE parcel_id_seq INCREMENT 2 MAXVALUE 99;

CREATE DOMAIN year AS integer CHECK (VALUE BETWEEN 1901 AND 2155);
CREATE DOMAIN name_of AS varchar(20);
CREATE DOMAIN short_name AS name_of NOT NULL;
CREATE TYPE mood AS ENUM ('fine');
CREATE DOMAIN fine_mood AS mood;
CREATE TABLE film (
  id integer PRIMARY KEY, released year DEFAULT 2000, title short_name, mood fine_mood, years year[],
  words tsvector, place point, CHECK (words IS NULL OR words <> ''), UNIQUE (title) DEFERRABLE
) WITH (fillfactor = 70);
CREATE INDEX film_words ON film USING gin (words);
CREATE INDEX film_both ON film (released) WHERE place IS NULL;
CREATE INDEX film_filled ON film (released) WITH (fillfactor = 60);

CREATE UNLOGGED TABLE employee (
  id integer PRIMARY KEY, reports_to integer CONSTRAINT "FK_EmployeeReportsTo" REFERENCES employee,
  buddy integer REFERENCES employee, film integer NOT NULL REFERENCES film MATCH FULL ON DELETE SET NULL
);
CREATE TABLE node (id integer PRIMARY KEY);
CREATE TABLE edge (id integer PRIMARY KEY, node integer REFERENCES node, parent_node integer REFERENCES node);
CREATE TABLE keyless (id integer REFERENCES node);
CREATE INDEX film_parts ON film (title DESC, lower(title::text) DESC NULLS LAST, (released::integer + 1), upper(title::text) text_pattern_ops);
CREATE INDEX film_mixed ON film (released, lower(title::text) text_pattern_ops);
CREATE INDEX film_lower ON film (lower(title::text));
CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY);

INSERT INTO t DEFAULT VALUES;
INSERT INTO loose DEFAULT VALUES;
INSERT INTO film VALUES (1, 2000, 'one', 'fine', '{2000}', 'a', '(1,2)'), (2, NULL, 'two', NULL, NULL, 'b', NULL);
INSERT INTO node VALUES (1), (2);
INSERT INTO edge VALUES (1, 1, 2);
INSERT INTO employee VALUES (1, 1, NULL, 1);

CREATE TABLE event (
  id bigint, day date, code text COLLATE "C", codes text[] COLLATE "POSIX", region varchar(9),
  CONSTRAINT event_id PRIMARY KEY (day, id), CONSTRAINT event_code UNIQUE (code, day) DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (region, day) DEFERRABLE
) PARTITION BY RANGE (day);
CREATE INDEX event_region ON event (region COLLATE "C");
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE event_rest PARTITION OF event DEFAULT;
CREATE TABLE event_note (
  id integer PRIMARY KEY, day date, event bigint, code text UNIQUE DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT "FK event" FOREIGN KEY (day, event) REFERENCES event MATCH FULL ON DELETE CASCADE DEFERRABLE
);
CREATE TABLE listed (id integer PRIMARY KEY, name text NOT NULL) PARTITION BY LIST (id);
CREATE TABLE listed_all PARTITION OF listed DEFAULT;
CREATE TABLE hashed (a integer, b integer, PRIMARY KEY (a, b)) PARTITION BY HASH (b, a);
CREATE TABLE hashed_all PARTITION OF hashed FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE EXTENSION btree_gist;
CREATE TABLE stay (
  id integer PRIMARY KEY, room integer NOT NULL, during tsrange NOT NULL, note text, code text,
  CONSTRAINT "stays apart" EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (note IS NULL) DEFERRABLE INITIALLY DEFERRED,
  EXCLUDE USING spgist (during WITH -|-), EXCLUDE (lower(code) COLLATE "C" text_pattern_ops WITH =),
  EXCLUDE USING gist (id WITH <>, room WITH =)
);
CREATE INDEX stay_code ON stay (code) WITH (fillfactor = 70, deduplicate_items = off);
CREATE INDEX stay_words ON stay USING gin (to_tsvector('simple', note)) WITH (fastupdate = false);
CREATE INDEX stay_room ON stay USING brin (room) WITH (pages_per_range = 16);
CREATE TABLE computed (id integer, day date) PARTITION BY RANGE ((day + 1));
INSERT INTO event VALUES (1, '2024-05-05', 'a', '{b}', 'eu'), (2, '2030-05-05', NULL, NULL, NULL);
INSERT INTO event_note VALUES (1, '2024-05-05', 1, 'x'), (2, NULL, NULL, NULL);
INSERT INTO listed VALUES (1, 'one');
INSERT INTO hashed VALUES (1, 2);
INSERT INTO stay VALUES (1, 1, '[2030-01-01,2030-01-02)', NULL, 'a');
