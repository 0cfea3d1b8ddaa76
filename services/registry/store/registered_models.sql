-- name: InsertRegisteredModel
INSERT INTO registered_models
  (workspace_id, model_key, name, description, last_version, creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, $4, 0, $5, $5)

-- name: ListRegisteredModels
-- All that is answered of models, in one round trip. The rows come in parts:
--   part 0  a model: creation time, update time, name, description
--   part 1  a tag of a model: key, value
--   part 2  an alias: version, alias
--   part 3  the newest version of a stage, as ReadVersion reads it. MLflow lists the stages in the
--           order in which they first occur among the versions. Two steps into the index a stage,
--           however many versions there are.
--   part 4  a tag of such a version: version, key, value
WITH models AS (
  SELECT model_key, name, description, creation_time_ms, last_update_time_ms
  FROM registered_models
  WHERE workspace_id = $1 AND name @any_text($2)@
),
stages (stage) AS (VALUES ('None'), ('Staging'), ('Production'), ('Archived')),
spans AS (
  SELECT
    m.model_key,
    (SELECT min(v.version) FROM model_versions v
     WHERE v.workspace_id = $1 AND v.model_key = m.model_key AND v.current_stage = s.stage) AS oldest,
    (SELECT max(v.version) FROM model_versions v
     WHERE v.workspace_id = $1 AND v.model_key = m.model_key AND v.current_stage = s.stage) AS newest
  FROM models m
  CROSS JOIN stages s
),
latest AS (
  SELECT v.model_key, spans.oldest, v.version, v.creation_time_ms, v.last_update_time_ms,
         v.current_stage, v.description, v.source, v.storage_location, v.run_id, v.run_link,
         v.logged_model_id
  FROM spans
  JOIN model_versions v
    ON v.workspace_id = $1 AND v.model_key = spans.model_key AND v.version = spans.newest
)
SELECT 0 AS part, model_key, 0 AS rank, 0 AS number, creation_time_ms, last_update_time_ms,
       name AS label, description, '', '', '', '', ''
FROM models
UNION ALL
SELECT 1, t.model_key, 0, 0, 0, 0, t.key, t.value, '', '', '', '', ''
FROM models m
JOIN registered_model_tags t ON t.workspace_id = $1 AND t.model_key = m.model_key
UNION ALL
SELECT 2, a.model_key, 0, a.version, 0, 0, a.alias, '', '', '', '', '', ''
FROM models m
JOIN registered_model_aliases a ON a.workspace_id = $1 AND a.model_key = m.model_key
UNION ALL
SELECT 3, model_key, oldest, version, creation_time_ms, last_update_time_ms, current_stage,
       description, source, storage_location, run_id, run_link, logged_model_id
FROM latest
UNION ALL
SELECT 4, t.model_key, 0, t.version, 0, 0, t.key, t.value, '', '', '', '', ''
FROM latest l
JOIN model_version_tags t
  ON t.workspace_id = $1 AND t.model_key = l.model_key AND t.version = l.version
ORDER BY part, rank, label

-- name: FindModelKey
SELECT model_key
FROM registered_models
WHERE workspace_id = $1 AND name = $2

-- name: FindModelName
SELECT name
FROM registered_models
WHERE workspace_id = $1 AND model_key = $2

-- name: LockRegisteredModel
-- Every write to a model and what hangs on it begins here, so that two writes to one model take
-- turns and no transaction waits for a second one.
SELECT model_key, last_version
FROM registered_models
WHERE workspace_id = $1 AND name = $2
@for_update@

-- name: SetLastVersion
UPDATE registered_models
SET last_version = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: SetRegisteredModelDescription
UPDATE registered_models
SET description = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: RenameRegisteredModel
UPDATE registered_models
SET name = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: TouchRegisteredModel
UPDATE registered_models
SET last_update_time_ms = $3
WHERE workspace_id = $1 AND model_key = $2

-- name: DeleteRegisteredModel
-- Versions, tags and aliases go with it.
DELETE FROM registered_models
WHERE workspace_id = $1 AND model_key = $2

-- name: UpsertRegisteredModelTags
INSERT INTO registered_model_tags (workspace_id, model_key, key, value)
SELECT $1, $2, r.key, r.value FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_key, key) DO UPDATE SET value = excluded.value

-- name: DeleteRegisteredModelTag
DELETE FROM registered_model_tags
WHERE workspace_id = $1 AND model_key = $2 AND key = $3

-- name: FindAlias
SELECT version
FROM registered_model_aliases
WHERE workspace_id = $1 AND model_key = $2 AND alias = $3

-- name: UpsertAlias
INSERT INTO registered_model_aliases (workspace_id, model_key, alias, version)
VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, model_key, alias) DO UPDATE SET version = excluded.version

-- name: DeleteAlias
DELETE FROM registered_model_aliases
WHERE workspace_id = $1 AND model_key = $2 AND alias = $3

-- name: CountRegisteredModels
SELECT count(*)
FROM registered_models
WHERE workspace_id = $1
