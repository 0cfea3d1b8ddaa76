-- name: InsertModelVersion
INSERT INTO model_versions
  (workspace_id, model_key, version, current_stage, description, source, storage_location, run_id,
   run_link, logged_model_id, creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)

-- name: GetModelVersion
-- All that is answered of a version, in one round trip. The rows come in parts:
--   part 0  the version, as ReadVersion reads it
--   part 1  a tag: key, value
--   part 2  an alias
WITH found AS (
  SELECT v.model_key, v.version, v.creation_time_ms, v.last_update_time_ms, v.current_stage,
         v.description, v.source, v.storage_location, v.run_id, v.run_link, v.logged_model_id
  FROM registered_models m
  JOIN model_versions v ON v.workspace_id = m.workspace_id AND v.model_key = m.model_key
  WHERE m.workspace_id = $1 AND m.name = $2 AND v.version = $3
)
SELECT 0 AS part, version, creation_time_ms, last_update_time_ms, current_stage AS label,
       description, source, storage_location, run_id, run_link, logged_model_id
FROM found
UNION ALL
SELECT 1, 0, 0, 0, t.key, t.value, '', '', '', '', ''
FROM found f
JOIN model_version_tags t
  ON t.workspace_id = $1 AND t.model_key = f.model_key AND t.version = f.version
UNION ALL
SELECT 2, 0, 0, 0, a.alias, '', '', '', '', '', ''
FROM found f
JOIN registered_model_aliases a
  ON a.workspace_id = $1 AND a.model_key = f.model_key AND a.version = f.version
ORDER BY part, label

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
-- Of all pairs of a model and a number that are named, which may be more than were meant.
SELECT model_key, version, key, value
FROM model_version_tags
WHERE workspace_id = $1 AND model_key @any_text($2)@ AND version @any_int($3)@
ORDER BY key

-- name: UpsertModelVersionTags
INSERT INTO model_version_tags (workspace_id, model_key, version, key, value)
SELECT $1, $2, CAST($3 AS BIGINT), r.key, r.value
FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_key, version, key) DO UPDATE SET value = excluded.value

-- name: DeleteModelVersionTag
DELETE FROM model_version_tags
WHERE workspace_id = $1 AND model_key = $2 AND version = $3 AND key = $4
