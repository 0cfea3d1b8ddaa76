-- name: UpsertLatest
INSERT INTO latest_metrics (workspace_id, run_id, key, step, timestamp_ms, value, is_nan)
SELECT $1, r.run_id, r.key, r.step, r.timestamp_ms, r.value, r.is_nan
FROM @rows(run_id text, key text, timestamp_ms bigint, step bigint, value double precision, is_nan bigint)@ AS r
WHERE true
ON CONFLICT (workspace_id, run_id, key) DO UPDATE
SET step = excluded.step, timestamp_ms = excluded.timestamp_ms, value = excluded.value,
    is_nan = excluded.is_nan
WHERE (excluded.step, excluded.timestamp_ms, excluded.value)
    > (latest_metrics.step, latest_metrics.timestamp_ms, latest_metrics.value)

-- name: InsertModelPoints
INSERT INTO logged_model_metrics
  (workspace_id, model_id, key, timestamp_ms, step, run_id, value, is_nan, dataset_name,
   dataset_digest)
SELECT $1, r.model_id, r.key, r.timestamp_ms, r.step, r.run_id, r.value, r.is_nan, r.dataset_name,
       r.dataset_digest
FROM @rows(run_id text, key text, timestamp_ms bigint, step bigint, value double precision, is_nan bigint, model_id text, dataset_name text, dataset_digest text)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: ListLatestOfRuns
SELECT key, value, is_nan, timestamp_ms, step, run_id
FROM latest_metrics
WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: ListModelPoints
SELECT key, value, is_nan, timestamp_ms, step, run_id, dataset_name, dataset_digest, model_id
FROM logged_model_metrics
WHERE workspace_id = $1 AND model_id @any_text($2)@
ORDER BY model_id, key, timestamp_ms, step, run_id

