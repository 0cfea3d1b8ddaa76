-- name: FindRequest
SELECT object_id
FROM tracking_requests
WHERE workspace_id = $1 AND request_id = $2 AND method = $3

-- name: FindRequests
SELECT request_id, object_id
FROM tracking_requests
WHERE workspace_id = $1 AND method = $2 AND request_id @any_text($3)@

-- name: InsertRequests
INSERT INTO tracking_requests (workspace_id, request_id, method, object_id, creation_time_ms)
SELECT $1, r.request_id, $2, r.object_id, CAST($3 AS BIGINT)
FROM @rows(request_id text, object_id text)@ AS r WHERE true
ON CONFLICT DO NOTHING

-- name: InsertRequest
-- Waits for another transaction that is inserting the same request.
INSERT INTO tracking_requests (workspace_id, request_id, method, object_id, creation_time_ms)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING

-- name: ForgetOldRequests
DELETE FROM tracking_requests
WHERE workspace_id = $1 AND creation_time_ms < $2
