-- name: EnsureRegisteredModel
-- Waits for another transaction that is inserting the same name.
INSERT INTO registered_models
  (workspace_id, model_key, name, description, last_version, creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, '', 0, $4, $4)
ON CONFLICT DO NOTHING

-- name: ListManagedVersions
-- Of all pairs of a name and a number that are named, which may be more than were meant.
SELECT m.name, v.version, v.details, v.archived
FROM registered_models m
JOIN model_versions v ON v.workspace_id = m.workspace_id AND v.model_key = m.model_key
WHERE m.workspace_id = $1 AND m.name @any_text($2)@ AND v.version @any_int($3)@

-- name: ListManagedModels
-- The newest version is NULL if there is none.
SELECT m.name, m.last_version, m.archived,
       (SELECT max(v.version) FROM model_versions v
        WHERE v.workspace_id = $1 AND v.model_key = m.model_key) AS newest
FROM registered_models m
WHERE m.workspace_id = $1 AND m.name @any_text($2)@

-- name: SetManagedVersion
UPDATE model_versions
SET details = $4, archived = $5, last_update_time_ms = $6
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: SetModelArchived
UPDATE registered_models
SET archived = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: DeleteModelVersionTags
DELETE FROM model_version_tags
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: DeleteRegisteredModelTags
DELETE FROM registered_model_tags
WHERE workspace_id = $1 AND model_key = $2
