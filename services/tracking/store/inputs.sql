-- name: InsertDatasets
INSERT INTO datasets
  (workspace_id, experiment_id, name, digest, source_type, source, schema, profile)
SELECT $1, CAST($2 AS BIGINT), r.name, r.digest, r.source_type, r.source, r.schema, r.profile
FROM @rows(name text, digest text, source_type text, source text, schema text, profile text)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: InsertRunDatasets
INSERT INTO run_datasets (workspace_id, run_id, dataset_name, dataset_digest)
SELECT $1, $2, r.name, r.digest FROM @rows(name text, digest text)@ AS r WHERE true
ON CONFLICT DO NOTHING

-- name: InsertRunDatasetTags
INSERT INTO run_dataset_tags (workspace_id, run_id, dataset_name, dataset_digest, key, value)
SELECT $1, $2, r.name, r.digest, r.key, r.value
FROM @rows(name text, digest text, key text, value text)@ AS r
WHERE true
ON CONFLICT DO NOTHING

-- name: ListRunDatasets
SELECT i.run_id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile
FROM run_datasets i
JOIN runs r ON r.workspace_id = i.workspace_id AND r.run_id = i.run_id
JOIN datasets d
  ON d.workspace_id = i.workspace_id AND d.experiment_id = r.experiment_id
 AND d.name = i.dataset_name AND d.digest = i.dataset_digest
WHERE i.workspace_id = $1 AND i.run_id @any_text($2)@
ORDER BY i.run_id, d.name, d.digest

-- name: ListRunDatasetTags
SELECT run_id, dataset_name, dataset_digest, key, value
FROM run_dataset_tags
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id, dataset_name, dataset_digest, key

-- name: UpsertRunModels
INSERT INTO run_models (workspace_id, run_id, direction, model_id, step)
SELECT $1, $2, $3, r.model_id, r.step FROM @rows(model_id text, step bigint)@ AS r WHERE true
ON CONFLICT (workspace_id, run_id, direction, model_id) DO UPDATE SET step = excluded.step

-- name: ListRunModels
SELECT run_id, direction, model_id, step
FROM run_models
WHERE workspace_id = $1 AND run_id @any_text($2)@
ORDER BY run_id, direction, model_id

-- name: SummarizeDatasets
-- An input without the tag $3 counts too.
SELECT DISTINCT r.experiment_id, i.dataset_name, i.dataset_digest, t.value
FROM runs r
JOIN run_datasets i ON i.workspace_id = r.workspace_id AND i.run_id = r.run_id
LEFT JOIN run_dataset_tags t
  ON t.workspace_id = i.workspace_id AND t.run_id = i.run_id
 AND t.dataset_name = i.dataset_name AND t.dataset_digest = i.dataset_digest AND t.key = $3
WHERE r.workspace_id = $1 AND r.experiment_id @any_int($2)@
ORDER BY r.experiment_id, i.dataset_name, i.dataset_digest, t.value
LIMIT $4
