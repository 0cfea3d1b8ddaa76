-- name: FindRequest
SELECT object_id
FROM registry_requests
WHERE workspace_id = $1 AND request_id = $2 AND method = $3

-- name: InsertRequest
-- Waits for another transaction that is inserting the same request.
INSERT INTO registry_requests (workspace_id, request_id, method, object_id, creation_time_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING

-- name: ForgetOldRequests
DELETE FROM registry_requests
WHERE workspace_id = $1 AND creation_time_ms < $2
