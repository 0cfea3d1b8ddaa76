-- oldest program: 1

-- Every key begins with workspace_id (docs/adr/0004-workspaces.md). Times are Unix milliseconds.

CREATE TABLE registered_models (
  workspace_id TEXT COLLATE "C" NOT NULL,
  -- Made once and never changed, so that a rename touches no keys.
  model_key TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  description TEXT NOT NULL,
  -- The greatest number that a version ever had. Held by whoever takes the next one.
  last_version BIGINT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  last_update_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, model_key),
  UNIQUE (workspace_id, name)
) @without_rowid@;

CREATE TABLE registered_model_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_key TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, model_key, key),
  FOREIGN KEY (workspace_id, model_key) REFERENCES registered_models ON DELETE CASCADE
) @without_rowid@;

-- A deleted version leaves no row: registered_models.last_version remembers its number.
CREATE TABLE model_versions (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_key TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  current_stage TEXT COLLATE "C" NOT NULL,
  -- NULL: cleared, which MLflow tells from empty.
  description TEXT,
  source TEXT NOT NULL,
  -- Where the files are: of a logged model its artifact URI, else the source.
  storage_location TEXT NOT NULL,
  run_id TEXT NOT NULL,
  run_link TEXT NOT NULL,
  -- The logged model behind this version, or empty.
  logged_model_id TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  last_update_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, model_key, version),
  FOREIGN KEY (workspace_id, model_key) REFERENCES registered_models ON DELETE CASCADE
) @without_rowid@;

CREATE INDEX model_versions_by_stage
  ON model_versions (workspace_id, model_key, current_stage, version);

CREATE TABLE model_version_tags (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_key TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (workspace_id, model_key, version, key),
  FOREIGN KEY (workspace_id, model_key, version) REFERENCES model_versions ON DELETE CASCADE
) @without_rowid@;

CREATE TABLE registered_model_aliases (
  workspace_id TEXT COLLATE "C" NOT NULL,
  model_key TEXT COLLATE "C" NOT NULL,
  alias TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, model_key, alias),
  FOREIGN KEY (workspace_id, model_key, version) REFERENCES model_versions ON DELETE CASCADE
) @without_rowid@;

CREATE INDEX registered_model_aliases_by_version
  ON registered_model_aliases (workspace_id, model_key, version);

-- What a Create call with a request_id made, so that its retry makes nothing twice.
CREATE TABLE registry_requests (
  workspace_id TEXT COLLATE "C" NOT NULL,
  request_id TEXT COLLATE "C" NOT NULL,
  method TEXT COLLATE "C" NOT NULL,
  object_id TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  PRIMARY KEY (workspace_id, request_id, method)
) @without_rowid@;

CREATE INDEX registry_requests_by_age ON registry_requests (workspace_id, creation_time_ms);
