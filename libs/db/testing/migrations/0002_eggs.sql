-- oldest program: 1
ALTER TABLE birds ADD COLUMN eggs BIGINT;
