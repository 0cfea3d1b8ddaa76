-- name: InsertLoggedModel
INSERT INTO logged_models
  (workspace_id, model_id, experiment_id, name, model_type, source_run_id, status, lifecycle_stage,
   creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'active', $8, $8)

-- name: GetLoggedModel
SELECT m.model_id, m.experiment_id, m.name, m.model_type, m.source_run_id, m.status,
       m.creation_time_ms, m.last_update_time_ms, e.artifact_location, m.lifecycle_stage
FROM logged_models m
JOIN experiments e ON e.workspace_id = m.workspace_id AND e.experiment_id = m.experiment_id
WHERE m.workspace_id = $1 AND m.model_id = $2

-- name: SetLoggedModelStatus
UPDATE logged_models
SET status = $3, last_update_time_ms = $4
WHERE workspace_id = $1 AND model_id = $2

-- name: SetLoggedModelStage
UPDATE logged_models
SET lifecycle_stage = $3, last_update_time_ms = $4
WHERE workspace_id = $1 AND model_id = $2

-- name: FindLoggedModels
SELECT model_id
FROM logged_models
WHERE workspace_id = $1 AND model_id @any_text($2)@

-- name: ListLoggedModelTags
SELECT model_id, key, value
FROM logged_model_tags
WHERE workspace_id = $1 AND model_id @any_text($2)@
ORDER BY model_id, key

-- name: UpsertLoggedModelTags
INSERT INTO logged_model_tags (workspace_id, model_id, key, value)
SELECT $1, $2, r.key, r.value FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_id, key) DO UPDATE SET value = excluded.value

-- name: DeleteLoggedModelTag
DELETE FROM logged_model_tags WHERE workspace_id = $1 AND model_id = $2 AND key = $3

-- name: ListLoggedModelParams
SELECT model_id, key, value
FROM logged_model_params
WHERE workspace_id = $1 AND model_id @any_text($2)@
ORDER BY model_id, key

-- name: FindLoggedModelParams
SELECT key, value
FROM logged_model_params
WHERE workspace_id = $1 AND model_id = $2 AND key @any_text($3)@

-- name: InsertLoggedModelParams
INSERT INTO logged_model_params (workspace_id, model_id, key, value)
SELECT $1, $2, r.key, r.value FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_id, key) DO NOTHING
