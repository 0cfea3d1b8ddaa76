-- name: ListTagsOfRuns
SELECT run_id, key, value FROM run_tags WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: ListParamsOfRuns
SELECT run_id, key, value FROM params WHERE workspace_id = $1 AND run_id @any_text($2)@
