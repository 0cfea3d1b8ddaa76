-- Fills a fresh database of MLflow with the data that rookery.sql describes.
BEGIN;
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT i, md5('run ' || i) AS run_id FROM generate_series(0, :runs - 1) AS i;

INSERT INTO runs
  (run_uuid, experiment_id, name, source_type, source_name, entry_point_name, source_version, user_id,
   status, start_time, end_time, lifecycle_stage, artifact_uri)
SELECT run_id, 0, 'run-' || i, 'UNKNOWN', '', '', '', 'bench', 'FINISHED', 1790000000000 + i::bigint * 1000,
       1790000000500 + i::bigint * 1000, 'active', 'mlflow-artifacts:/0/' || run_id || '/artifacts'
FROM made;

INSERT INTO tags (run_uuid, key, value)
SELECT run_id, key, value
FROM (
  SELECT i, -1 AS k, run_id, 'mlflow.runName' AS key, 'run-' || i AS value FROM made
  UNION ALL
  SELECT i, k, run_id, 'tag_' || k, ((i + k) % 10)::text FROM made, generate_series(0, :tags - 1) AS k
) AS tag
ORDER BY i, k;

INSERT INTO params (run_uuid, key, value)
SELECT run_id, 'param_' || k, ((i + k) % 100)::text FROM made, generate_series(0, :params - 1) AS k
ORDER BY i, k;

INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan)
SELECT run_id, 'metric_' || k, ((i::bigint * 7919 + k) % :runs)::float8 / :runs,
       1790000000000 + i::bigint * 1000, 1, false
FROM made, generate_series(0, :metrics - 1) AS k
ORDER BY i, k;

INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan)
SELECT run_uuid, key, value, timestamp, step, is_nan FROM latest_metrics;
COMMIT;
VACUUM ANALYZE;
