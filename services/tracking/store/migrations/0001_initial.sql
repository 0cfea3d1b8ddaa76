-- oldest program: 1

-- Every key begins with workspace_id (docs/adr/0004-workspaces.md): a workspace's rows lie together, two workspaces never
-- meet, and the tables can be partitioned or distributed by it. Times are Unix milliseconds.

CREATE TABLE experiments (
  workspace_id TEXT COLLATE "C" NOT NULL,
  experiment_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  -- NULL: below the server's artifact root.
  artifact_location TEXT,
  lifecycle_stage TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  last_update_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, experiment_id),
  UNIQUE (workspace_id, name)
) @without_rowid@;

CREATE TABLE experiment_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  experiment_id BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, experiment_id, key),
  FOREIGN KEY (workspace_id, experiment_id) REFERENCES experiments ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE runs (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  experiment_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- rookery.tracking.v1.RunStatus
  status BIGINT NOT NULL,
  start_time_ms BIGINT NOT NULL,
  end_time_ms BIGINT,
  lifecycle_stage TEXT NOT NULL,
  deleted_time_ms BIGINT,
  PRIMARY KEY (workspace_id, run_id),
  FOREIGN KEY (workspace_id, experiment_id) REFERENCES experiments
) @without_rowid@;

CREATE INDEX runs_by_start ON runs (workspace_id, experiment_id, start_time_ms DESC, run_id);

CREATE TABLE run_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, key),
  FOREIGN KEY (workspace_id, run_id) REFERENCES runs ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE params (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, key),
  FOREIGN KEY (workspace_id, run_id) REFERENCES runs ON DELETE CASCADE
) @without_rowid@;

-- One row a point. SQLite keeps NaN as NULL, so `value` is 0 where is_nan is 1.
CREATE TABLE metric_points (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  timestamp_ms BIGINT NOT NULL,
  step BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  is_nan BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, key, timestamp_ms, step, is_nan, value)
) @without_rowid@;

-- The greatest point of each key by (step, timestamp, value).
CREATE TABLE latest_metrics (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  step BIGINT NOT NULL,
  timestamp_ms BIGINT NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  is_nan BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, key)
) @without_rowid@;

-- The points that name a logged model.
CREATE TABLE logged_model_metrics (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  timestamp_ms BIGINT NOT NULL,
  step BIGINT NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  value DOUBLE PRECISION NOT NULL,
  is_nan BIGINT NOT NULL,
  dataset_name TEXT,
  dataset_digest TEXT,
  PRIMARY KEY (workspace_id, model_id, key, timestamp_ms, step, run_id)
) @without_rowid@;

CREATE TABLE datasets (
  workspace_id TEXT COLLATE "C" NOT NULL,
  experiment_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  digest TEXT COLLATE "C" NOT NULL,
  source_type TEXT NOT NULL,
  source TEXT NOT NULL,
  schema TEXT,
  profile TEXT,
  PRIMARY KEY (workspace_id, experiment_id, name, digest),
  FOREIGN KEY (workspace_id, experiment_id) REFERENCES experiments ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE run_datasets (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  dataset_name TEXT COLLATE "C" NOT NULL,
  dataset_digest TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (workspace_id, run_id, dataset_name, dataset_digest),
  FOREIGN KEY (workspace_id, run_id) REFERENCES runs ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE run_dataset_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  dataset_name TEXT COLLATE "C" NOT NULL,
  dataset_digest TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, run_id, dataset_name, dataset_digest, key),
  FOREIGN KEY (workspace_id, run_id) REFERENCES runs ON DELETE CASCADE
) @without_rowid@;

-- Logged models that a run read (step NULL) or made.
CREATE TABLE run_models (
  workspace_id TEXT COLLATE "C" NOT NULL,
  run_id TEXT COLLATE "C" NOT NULL,
  direction TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C" NOT NULL,
  step BIGINT,
  PRIMARY KEY (workspace_id, run_id, direction, model_id),
  FOREIGN KEY (workspace_id, run_id) REFERENCES runs ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE logged_models (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C" NOT NULL,
  experiment_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  model_type TEXT NOT NULL,
  source_run_id TEXT NOT NULL,
  -- rookery.tracking.v1.LoggedModelStatus
  status BIGINT NOT NULL,
  lifecycle_stage TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  last_update_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, model_id),
  FOREIGN KEY (workspace_id, experiment_id) REFERENCES experiments
) @without_rowid@;

CREATE INDEX logged_models_by_time
  ON logged_models (workspace_id, experiment_id, creation_time_ms DESC, model_id);

CREATE TABLE logged_model_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, model_id, key),
  FOREIGN KEY (workspace_id, model_id) REFERENCES logged_models ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE logged_model_params (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_id TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, model_id, key),
  FOREIGN KEY (workspace_id, model_id) REFERENCES logged_models ON DELETE CASCADE
) @without_rowid@;

-- What a Create call with a request_id made, so that its retry makes nothing twice.
CREATE TABLE tracking_requests (
  workspace_id TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  object_id TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, request_id, method)
) @without_rowid@;

CREATE INDEX tracking_requests_by_age ON tracking_requests (workspace_id, creation_time_ms);
