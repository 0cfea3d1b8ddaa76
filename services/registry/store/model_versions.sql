-- name: InsertModelVersion
INSERT INTO model_versions
  (workspace_id, model_key, version, current_stage, description, source, storage_location, run_id,
   run_link, logged_model_id, creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)

-- name: GetModelVersion
SELECT version, current_stage, description, source, storage_location, run_id, run_link,
       logged_model_id, creation_time_ms, last_update_time_ms
FROM model_versions
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: LatestModelVersions
-- The newest version of each stage, two steps into the index a stage however many versions there
-- are. MLflow lists the stages in the order in which they first occur among the versions.
WITH stages (stage) AS (VALUES ('None'), ('Staging'), ('Production'), ('Archived')),
spans AS (
  SELECT
    (SELECT min(v.version) FROM model_versions v
     WHERE v.workspace_id = $1 AND v.model_key = $2 AND v.current_stage = s.stage) AS oldest,
    (SELECT max(v.version) FROM model_versions v
     WHERE v.workspace_id = $1 AND v.model_key = $2 AND v.current_stage = s.stage) AS newest
  FROM stages s
)
SELECT v.version, v.current_stage, v.description, v.source, v.storage_location, v.run_id,
       v.run_link, v.logged_model_id, v.creation_time_ms, v.last_update_time_ms
FROM spans
JOIN model_versions v
  ON v.workspace_id = $1 AND v.model_key = $2 AND v.version = spans.newest
ORDER BY spans.oldest

-- name: NewestVersion
SELECT max(version)
FROM model_versions
WHERE workspace_id = $1 AND model_key = $2

-- name: HasModelVersion
SELECT version
FROM model_versions
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: SetModelVersionDescription
UPDATE model_versions
SET description = $4, last_update_time_ms = $5
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: SetModelVersionStage
UPDATE model_versions
SET current_stage = $4, last_update_time_ms = $5
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: MoveOtherModelVersions
-- All versions of stage $4 but $3 go to stage $5.
UPDATE model_versions
SET current_stage = $5, last_update_time_ms = $6
WHERE workspace_id = $1 AND model_key = $2 AND version <> $3 AND current_stage = $4

-- name: TouchModelVersions
UPDATE model_versions
SET last_update_time_ms = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: DeleteModelVersion
-- Its tags and aliases go with it.
DELETE FROM model_versions
WHERE workspace_id = $1 AND model_key = $2 AND version = $3

-- name: ListModelVersionTags
SELECT key, value, version
FROM model_version_tags
WHERE workspace_id = $1 AND model_key = $2 AND version @any_int($3)@
ORDER BY version, key

-- name: UpsertModelVersionTags
INSERT INTO model_version_tags (workspace_id, model_key, version, key, value)
SELECT $1, $2, CAST($3 AS BIGINT), r.key, r.value
FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_key, version, key) DO UPDATE SET value = excluded.value

-- name: DeleteModelVersionTag
DELETE FROM model_version_tags
WHERE workspace_id = $1 AND model_key = $2 AND version = $3 AND key = $4
