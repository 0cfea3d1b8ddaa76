-- oldest program: 3

-- How often the run was ended: a writer that is on record is so until the next end.
ALTER TABLE runs ADD COLUMN ends BIGINT NOT NULL DEFAULT 0;

-- Which producers have written to runs that are not ended.
CREATE TABLE run_producers (
  workspace_id TEXT COLLATE "C" NOT NULL,
  producer_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  -- The pending end behind which it has left nothing; '': none.
  caught_up_with TEXT COLLATE "C" NOT NULL DEFAULT '',
  PRIMARY KEY (workspace_id, producer_id, run_id)
) @without_rowid@;

CREATE INDEX run_producers_by_run ON run_producers (workspace_id, run_id);

-- Ends that wait until all other producers of their runs have caught up with them.
CREATE TABLE pending_run_ends (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  -- New for each end.
  end_id TEXT COLLATE "C" NOT NULL,
  -- Whose end it is.
  producer_id TEXT COLLATE "C" NOT NULL,
  status BIGINT NOT NULL,
  end_time_ms BIGINT,
  -- When the first end came that waits.
  accepted_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id)
) @without_rowid@;
