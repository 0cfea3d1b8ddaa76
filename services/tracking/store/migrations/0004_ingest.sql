-- oldest program: 3

-- Who writes by sequence numbers, and the number that is expected next: it moves in the transaction that stores what was
-- numbered, so nothing is stored twice.
CREATE TABLE ingest_producers (
  workspace_id TEXT COLLATE "C" NOT NULL,
  producer_id TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL,
  next_seq BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, producer_id)
) @without_rowid@;

-- Numbers [first_seq, last_seq] that a producer has lost, a row for each run that may lack something ('': not known).
CREATE TABLE ingest_gaps (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  producer_id TEXT COLLATE "C" NOT NULL,
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  reason TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, producer_id, first_seq)
) @without_rowid@;
