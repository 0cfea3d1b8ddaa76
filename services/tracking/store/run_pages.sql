-- name: ListTagsOfRuns
-- A row without a key: the run has inputs or outputs. Pages of runs that have none, as most are, need not ask for them.
SELECT run_id, key, value FROM run_tags WHERE workspace_id = $1 AND run_id @any_text($2)@
UNION ALL
SELECT run_id, NULL, NULL FROM run_datasets WHERE workspace_id = $1 AND run_id @any_text($2)@
UNION ALL
SELECT run_id, NULL, NULL FROM run_models WHERE workspace_id = $1 AND run_id @any_text($2)@

-- name: ListParamsOfRuns
SELECT run_id, key, value FROM params WHERE workspace_id = $1 AND run_id @any_text($2)@
