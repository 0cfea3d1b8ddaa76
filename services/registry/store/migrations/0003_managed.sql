-- oldest program: 1

-- What Azure ML's clients say of a version beyond what MLflow knows: a serialized ModelVersionDetails.
-- NULL: MLflow made it.
ALTER TABLE model_versions ADD COLUMN details @bytes@;

-- 1: Azure ML's SDK v2 lists it only when asked to.
ALTER TABLE model_versions ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
ALTER TABLE registered_models ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
