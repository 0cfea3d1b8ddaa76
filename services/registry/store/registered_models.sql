-- name: InsertRegisteredModel
INSERT INTO registered_models
  (workspace_id, model_key, name, description, last_version, creation_time_ms, last_update_time_ms)
VALUES ($1, $2, $3, $4, 0, $5, $5)

-- name: GetRegisteredModel
SELECT model_key, name, description, creation_time_ms, last_update_time_ms
FROM registered_models
WHERE workspace_id = $1 AND name = $2

-- name: GetRegisteredModelByKey
SELECT model_key, name, description, creation_time_ms, last_update_time_ms
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

-- name: ListRegisteredModelTags
SELECT key, value
FROM registered_model_tags
WHERE workspace_id = $1 AND model_key = $2
ORDER BY key

-- name: UpsertRegisteredModelTags
INSERT INTO registered_model_tags (workspace_id, model_key, key, value)
SELECT $1, $2, r.key, r.value FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, model_key, key) DO UPDATE SET value = excluded.value

-- name: DeleteRegisteredModelTag
DELETE FROM registered_model_tags
WHERE workspace_id = $1 AND model_key = $2 AND key = $3

-- name: ListAliases
SELECT alias, version
FROM registered_model_aliases
WHERE workspace_id = $1 AND model_key = $2
ORDER BY alias

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
