-- Fills a fresh database of MLflow with points like those of rookery_metric_load: psql -v runs= -v keys= -v steps=
-- Run i is md5('run ' || i). Rows come as batches of 50 steps bring them, which is what indexes grow by.
BEGIN;
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT i, md5('run ' || i) AS run_id FROM generate_series(0, :runs - 1) AS i;

INSERT INTO runs
  (run_uuid, experiment_id, name, source_type, source_name, entry_point_name, source_version, user_id,
   status, start_time, lifecycle_stage, artifact_uri)
SELECT run_id, 0, 'run-' || i, 'UNKNOWN', '', '', '', 'bench', 'RUNNING', 1790000000000, 'active',
       'mlflow-artifacts:/0/' || run_id || '/artifacts'
FROM made;

INSERT INTO metrics (run_uuid, key, value, timestamp, step, is_nan)
SELECT run_id, 'train/metric_' || k, CASE WHEN k % 2 = 0 THEN value ELSE value::float4::float8 END,
       1790000000000 + step * 40 + floor(random() * 20)::bigint, step, false
FROM (
  SELECT i, k, run_id, step,
         2 / (1 + 1e-3 * step) + 0.05 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) AS value
  FROM made, generate_series(0, :keys - 1) AS k, generate_series(0, :steps - 1) AS step
) AS point
ORDER BY step / 50, i, k, step;

INSERT INTO latest_metrics (run_uuid, key, value, timestamp, step, is_nan)
SELECT run_uuid, key, value, timestamp, step, is_nan FROM metrics WHERE step = :steps - 1;
COMMIT;
ANALYZE metrics;
