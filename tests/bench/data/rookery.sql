-- Fills a fresh database of Rookery: psql -v runs= -v params= -v metrics= -v tags=
-- Of run i, param_k is (i + k) % 100 and tag_k (i + k) % 10; metric_k, one point, is spread evenly over
-- 0 to 1 in another order than that of time.
-- A run's rows lie together, as logging leaves them. mlflow.sql makes the same.
BEGIN;
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT i, md5('run ' || i) AS run_id FROM generate_series(0, :runs - 1) AS i;

INSERT INTO runs
  (workspace_id, run_id, experiment_id, name, user_id, status, start_time_ms, end_time_ms, lifecycle_stage)
SELECT 'default', run_id, 0, 'run-' || i, 'bench', 3, 1790000000000 + i::bigint * 1000,
       1790000000500 + i::bigint * 1000, 'active'
FROM made;

INSERT INTO run_tags (workspace_id, run_id, key, value)
SELECT 'default', run_id, key, value
FROM (
  SELECT i, -1 AS k, run_id, 'mlflow.runName' AS key, 'run-' || i AS value FROM made
  UNION ALL
  SELECT i, k, run_id, 'tag_' || k, ((i + k) % 10)::text FROM made, generate_series(0, :tags - 1) AS k
) AS tag
ORDER BY i, k;

INSERT INTO params (workspace_id, run_id, key, value)
SELECT 'default', run_id, 'param_' || k, ((i + k) % 100)::text FROM made, generate_series(0, :params - 1) AS k
ORDER BY i, k;

INSERT INTO latest_metrics (workspace_id, run_id, key, step, timestamp_ms, value, is_nan)
SELECT 'default', run_id, 'metric_' || k, 1, 1790000000000 + i::bigint * 1000,
       ((i::bigint * 7919 + k) % :runs)::float8 / :runs, 0
FROM made, generate_series(0, :metrics - 1) AS k
ORDER BY i, k;
COMMIT;
VACUUM ANALYZE;
