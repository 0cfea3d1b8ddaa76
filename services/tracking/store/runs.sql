-- name: InsertRuns
INSERT INTO runs
  (workspace_id, run_id, experiment_id, name, user_id, status, start_time_ms, lifecycle_stage)
SELECT $1, r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time_ms, 'active'
FROM @rows(run_id text, experiment_id bigint, name text, user_id text, status bigint, start_time_ms bigint)@ AS r

-- name: InsertTagsOfRuns
INSERT INTO run_tags (workspace_id, run_id, key, value)
SELECT $1, r.run_id, r.key, r.value FROM @rows(run_id text, key text, value text)@ AS r

-- name: ExistingRuns
SELECT run_id FROM runs WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: GetRun
-- Each run row is read together with what its experiment says of artifacts.
SELECT r.run_id, r.experiment_id, r.name, r.user_id, r.status, r.start_time_ms, r.end_time_ms,
       r.lifecycle_stage, e.artifact_location, r.data_version,
       (SELECT h.last_no FROM metric_heads h WHERE h.workspace_id = r.workspace_id AND h.run_id = r.run_id)
FROM runs r
JOIN experiments e ON e.workspace_id = r.workspace_id AND e.experiment_id = r.experiment_id
WHERE r.workspace_id = $1 AND r.run_id = $2

-- name: UpdateRun
-- NULL leaves a column as it is.
UPDATE runs
SET status = COALESCE($3, status), end_time_ms = COALESCE($4, end_time_ms), name = COALESCE($5, name),
    ends = ends + $6
WHERE workspace_id = $1 AND run_id = $2

-- name: SetRunStage
UPDATE runs
SET lifecycle_stage = $3, deleted_time_ms = $4
WHERE workspace_id = $1 AND run_id = $2

-- name: ListRunTags
SELECT key, value FROM run_tags WHERE workspace_id = $1 AND run_id = $2 ORDER BY key

-- name: FindRunTag
SELECT value FROM run_tags WHERE workspace_id = $1 AND run_id = $2 AND key = $3

-- name: DeleteRunTag
DELETE FROM run_tags WHERE workspace_id = $1 AND run_id = $2 AND key = $3

-- name: LockRunsShared
SELECT run_id, lifecycle_stage, experiment_id, status, ends
FROM runs
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id
@for_share@

-- name: LockRuns
SELECT run_id, lifecycle_stage, experiment_id, status, ends
FROM runs
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id
@for_update@

-- name: FindParamsOfRuns
SELECT run_id, key, value
FROM params
WHERE workspace_id = $1 AND run_id @any_text($2)@ AND key @any_text($3)@

-- name: InsertParamsOfRuns
INSERT INTO params (workspace_id, run_id, key, value)
SELECT $1, r.run_id, r.key, r.value FROM @rows(run_id text, key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, run_id, key) DO NOTHING

-- name: UpsertTagsOfRuns
INSERT INTO run_tags (workspace_id, run_id, key, value)
SELECT $1, r.run_id, r.key, r.value FROM @rows(run_id text, key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, run_id, key) DO UPDATE SET value = excluded.value
