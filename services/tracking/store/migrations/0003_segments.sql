-- oldest program: 3

-- A run's points, as encoded columns (docs/formats/metric_segment.md). Each commit adds one segment to each run that it
-- writes to; a compaction replaces several by one, which then has the number of the last of them. What metric_points
-- holds is brought over when the service starts (metric_points_move.h); nothing writes to it any more.

CREATE TABLE metric_segments (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  segment_no BIGINT NOT NULL,
  -- The least of the numbers that it replaces, or its own.
  first_no BIGINT NOT NULL,
  points BIGINT NOT NULL,
  directory @bytes@ NOT NULL,
  data @bytes@ NOT NULL,
  PRIMARY KEY (workspace_id, run_id, segment_no)
);

-- Readers fetch slices of it.
@read_by_slices(metric_segments, data)@;

-- The number of the run's last segment. Whoever adds one holds this row, so that numbers have no gaps and are in the order
-- of the commits.
CREATE TABLE metric_heads (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  last_no BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id)
) @without_rowid@;
