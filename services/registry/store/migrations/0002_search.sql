-- oldest program: 1

-- Without another order the last updated come first.
CREATE INDEX model_versions_by_update ON model_versions (workspace_id, last_update_time_ms DESC);

-- The versions that a run made, which the web UI asks for with each run.
CREATE INDEX model_versions_by_run ON model_versions (workspace_id, run_id);

-- Which models are prompts, and which versions have a tag.
CREATE INDEX model_version_tags_by_key ON model_version_tags (workspace_id, key, model_key, version);
