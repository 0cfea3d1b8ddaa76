-- name: FindVersionsTable
SELECT name FROM @tables@ AS t WHERE name = 'schema_versions';

-- name: CreateVersions
-- A row for each migration that was applied, of each service that shares the database.
CREATE TABLE IF NOT EXISTS schema_versions (
  component TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  oldest_program BIGINT NOT NULL,
  applied_ms BIGINT NOT NULL,
  PRIMARY KEY (component, version)
) @without_rowid@;

-- name: GetVersion
SELECT version, oldest_program FROM schema_versions
WHERE component = $1
ORDER BY version DESC LIMIT 1;

-- name: InsertVersion
INSERT INTO schema_versions (component, version, oldest_program, applied_ms)
VALUES ($1, $2, $3, $4);
