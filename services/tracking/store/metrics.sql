-- name: InsertPoints
-- Points that are there already count once.
INSERT INTO metric_points (workspace_id, run_id, key, timestamp_ms, step, value, is_nan)
SELECT $1, $2, r.key, r.timestamp_ms, r.step, r.value, r.is_nan
FROM @rows(key text, timestamp_ms bigint, step bigint, value double precision, is_nan bigint)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: UpsertLatest
INSERT INTO latest_metrics (workspace_id, run_id, key, step, timestamp_ms, value, is_nan)
SELECT $1, $2, r.key, r.step, r.timestamp_ms, r.value, r.is_nan
FROM @rows(key text, timestamp_ms bigint, step bigint, value double precision, is_nan bigint)@ AS r
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
SELECT $1, r.model_id, r.key, r.timestamp_ms, r.step, $2, r.value, r.is_nan, r.dataset_name,
       r.dataset_digest
FROM @rows(model_id text, key text, timestamp_ms bigint, step bigint, value double precision, is_nan bigint, dataset_name text, dataset_digest text)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: ListLatest
SELECT key, value, is_nan, timestamp_ms, step
FROM latest_metrics
WHERE workspace_id = $1 AND run_id = $2
ORDER BY key

-- name: ListLatestOfRuns
SELECT key, value, is_nan, timestamp_ms, step, run_id
FROM latest_metrics
WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: ListPoints
-- The page after the point ($4, $5, $6, $7), in the order of the primary key.
SELECT key, value, is_nan, timestamp_ms, step
FROM metric_points
WHERE workspace_id = $1 AND run_id = $2 AND key = $3
  AND (timestamp_ms, step, is_nan, value) > ($4, $5, $6, $7)
ORDER BY timestamp_ms, step, is_nan, value
LIMIT $8

-- name: ListModelPoints
SELECT key, value, is_nan, timestamp_ms, step, run_id, dataset_name, dataset_digest, model_id
FROM logged_model_metrics
WHERE workspace_id = $1 AND model_id @any_text($2)@
ORDER BY model_id, key, timestamp_ms, step, run_id

-- name: ListHistories
SELECT key, value, is_nan, timestamp_ms, step, run_id
FROM metric_points
WHERE workspace_id = $1 AND run_id @any_text($2)@ AND key = $3
ORDER BY run_id, timestamp_ms, step, is_nan, value
LIMIT $4

-- name: CountPoints
SELECT run_id, count(*)
FROM metric_points
WHERE workspace_id = $1 AND run_id @any_text($2)@ AND key = $3 AND step BETWEEN $4 AND $5
GROUP BY run_id

-- name: ListPointsAt
-- Of each run the points of these numbers, counted from 0.
SELECT p.key, p.value, p.is_nan, p.timestamp_ms, p.step, p.run_id
FROM (
  SELECT key, value, is_nan, timestamp_ms, step, run_id,
         row_number() OVER (
           PARTITION BY run_id ORDER BY step, timestamp_ms, value, is_nan
         ) - 1 AS number
  FROM metric_points
  WHERE workspace_id = $1 AND run_id @any_text($2)@ AND key = $3 AND step BETWEEN $4 AND $5
) AS p
WHERE p.number @among_int($6)@
ORDER BY p.run_id, p.number
