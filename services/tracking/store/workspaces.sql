-- name: InsertWorkspaceIfAbsent
INSERT INTO workspaces
  (workspace_id, guid, subscription_id, resource_group, creation_time_ms, deleted_time_ms)
VALUES ($1, $2, $3, $4, $5, NULL)
ON CONFLICT DO NOTHING

-- name: InsertWorkspaceAllows
INSERT INTO workspace_allows (workspace_id, position, tenant, app, oid)
SELECT $1, r.position, r.tenant, r.app, r.oid
FROM @rows(position bigint, tenant text, app text, oid text)@ AS r WHERE true

-- name: RemoveWorkspaceAllows
DELETE FROM workspace_allows
WHERE workspace_id = $1

-- name: FindWorkspaceLike
-- The name of the workspace, hidden or not, that is called so but for case.
SELECT workspace_id
FROM workspaces
WHERE lower(workspace_id) = lower($1)

-- name: WorkspaceExists
SELECT 1
FROM workspaces
WHERE workspace_id = $1 AND deleted_time_ms IS NULL

-- name: ShareWorkspace
-- Keeps the workspace from being deleted for the rest of the transaction.
SELECT 1
FROM workspaces
WHERE workspace_id = $1 AND deleted_time_ms IS NULL
@for_share@

-- name: LockWorkspace
SELECT 1
FROM workspaces
WHERE workspace_id = $1 AND deleted_time_ms IS NULL
@for_update@

-- name: GetWorkspace
-- One row an allowed identity; one without, if there is none.
SELECT w.workspace_id, w.guid, w.subscription_id, w.resource_group, w.creation_time_ms, a.tenant,
       a.app, a.oid
FROM workspaces w
LEFT JOIN workspace_allows a ON a.workspace_id = w.workspace_id
WHERE w.workspace_id = $1 AND w.deleted_time_ms IS NULL
ORDER BY a.position

-- name: ListWorkspaces
SELECT w.workspace_id, w.guid, w.subscription_id, w.resource_group, w.creation_time_ms, a.tenant,
       a.app, a.oid
FROM workspaces w
LEFT JOIN workspace_allows a ON a.workspace_id = w.workspace_id
WHERE w.deleted_time_ms IS NULL
ORDER BY w.workspace_id, a.position

-- name: WorkspaceHoldings
-- Experiments but the one named $2, runs and logged models, deleted ones too.
SELECT
  (SELECT count(*) FROM experiments WHERE workspace_id = $1 AND name <> $2),
  (SELECT count(*) FROM runs WHERE workspace_id = $1),
  (SELECT count(*) FROM logged_models WHERE workspace_id = $1)

-- name: SetWorkspaceDeleted
UPDATE workspaces
SET deleted_time_ms = $2
WHERE workspace_id = $1 AND deleted_time_ms IS NULL

-- name: SetWorkspaceRestored
UPDATE workspaces
SET deleted_time_ms = NULL
WHERE workspace_id = $1 AND deleted_time_ms IS NOT NULL

-- name: RemoveWorkspace
DELETE FROM workspaces
WHERE workspace_id = $1

-- name: RemoveExperiments
DELETE FROM experiments
WHERE workspace_id = $1

-- name: RemoveRequests
DELETE FROM tracking_requests
WHERE workspace_id = $1

-- name: RemoveProducers
DELETE FROM ingest_producers
WHERE workspace_id = $1

-- name: RemoveGaps
DELETE FROM ingest_gaps
WHERE workspace_id = $1
