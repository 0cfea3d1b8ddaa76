-- oldest program: 1

-- Searches begin with what a filter names: the few rows of a key with a value, then their runs. Texts may be longer than
-- an index takes, so their beginnings stand in it (filter::kIndexedCharacters). Runs in the order of a metric are read
-- from its index too.

CREATE INDEX latest_metrics_by_value ON latest_metrics (workspace_id, key, is_nan, value, run_id);

CREATE INDEX params_by_value
  ON params (workspace_id, key, (substr(value, 1, 128) COLLATE "C"), run_id);

CREATE INDEX run_tags_by_value
  ON run_tags (workspace_id, key, (substr(value, 1, 128) COLLATE "C"), run_id);
