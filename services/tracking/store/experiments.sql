-- name: InsertExperiment
INSERT INTO experiments
  (workspace_id, experiment_id, name, artifact_location, lifecycle_stage, creation_time_ms,
   last_update_time_ms)
VALUES ($1, $2, $3, $4, 'active', $5, $5)

-- name: InsertExperimentIfAbsent
INSERT INTO experiments
  (workspace_id, experiment_id, name, artifact_location, lifecycle_stage, creation_time_ms,
   last_update_time_ms)
VALUES ($1, $2, $3, NULL, 'active', $4, $4)
ON CONFLICT DO NOTHING

-- name: GetExperiment
-- One row a tag, so that one round trip is enough; one without, if there is none.
SELECT e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time_ms,
       e.last_update_time_ms, t.key, t.value
FROM experiments e
LEFT JOIN experiment_tags t
  ON t.workspace_id = e.workspace_id AND t.experiment_id = e.experiment_id
WHERE e.workspace_id = $1 AND e.experiment_id = $2
ORDER BY t.key

-- name: GetExperimentByName
SELECT e.experiment_id, e.name, e.artifact_location, e.lifecycle_stage, e.creation_time_ms,
       e.last_update_time_ms, t.key, t.value
FROM experiments e
LEFT JOIN experiment_tags t
  ON t.workspace_id = e.workspace_id AND t.experiment_id = e.experiment_id
WHERE e.workspace_id = $1 AND e.name = $2
ORDER BY t.key

-- name: LockExperiment
-- Holds the experiment's row, so that nothing begins below it while it is being deleted.
SELECT lifecycle_stage
FROM experiments
WHERE workspace_id = $1 AND experiment_id = $2
@for_share@

-- name: LockExperiments
SELECT experiment_id, lifecycle_stage, artifact_location
FROM experiments
WHERE workspace_id = $1 AND experiment_id @any_int($2)@
ORDER BY experiment_id
@for_share@

-- name: RenameExperiment
UPDATE experiments
SET name = $3, last_update_time_ms = $4
WHERE workspace_id = $1 AND experiment_id = $2

-- name: SetExperimentStage
-- $3 is the stage to come, $4 the one it must have now.
UPDATE experiments
SET lifecycle_stage = $3, last_update_time_ms = $5
WHERE workspace_id = $1 AND experiment_id = $2 AND lifecycle_stage = $4

-- name: SetStageOfRuns
UPDATE runs
SET lifecycle_stage = $3, deleted_time_ms = $4
WHERE workspace_id = $1 AND experiment_id = $2

-- name: TouchExperiment
UPDATE experiments
SET last_update_time_ms = $3
WHERE workspace_id = $1 AND experiment_id = $2

-- name: UpsertExperimentTags
INSERT INTO experiment_tags (workspace_id, experiment_id, key, value)
SELECT $1, CAST($2 AS BIGINT), r.key, r.value FROM @rows(key text, value text)@ AS r WHERE true
ON CONFLICT (workspace_id, experiment_id, key) DO UPDATE SET value = excluded.value

-- name: DeleteExperimentTag
DELETE FROM experiment_tags
WHERE workspace_id = $1 AND experiment_id = $2 AND key = $3

-- name: ListTagsOfExperiments
SELECT experiment_id, key, value
FROM experiment_tags
WHERE workspace_id = $1 AND experiment_id @any_int($2)@
ORDER BY experiment_id, key
