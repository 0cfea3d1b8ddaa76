-- A schema for the tests of migrations.
-- oldest program: 1
CREATE TABLE birds (
  -- A `;` in a comment ends nothing;
  name TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
CREATE INDEX birds_by_name ON birds (name);
