-- oldest program: 3

-- Which workspaces there are. workspace_id is the name, as in every table; `guid` is what Azure's documents call the
-- workspace's id. It is random, so nothing must be unique across workspaces, and no key begins otherwise.
CREATE TABLE workspaces (
  workspace_id TEXT COLLATE "C" NOT NULL,
  guid TEXT NOT NULL,
  subscription_id TEXT NOT NULL,
  resource_group TEXT NOT NULL,
  creation_time_ms BIGINT NOT NULL,
  -- NULL: it is there. Otherwise it is hidden, with what it holds.
  deleted_time_ms BIGINT,
  PRIMARY KEY (workspace_id)
) @without_rowid@;

-- Whose tokens may enter: a row fits if each claim that it gives ('': none) is the token's.
CREATE TABLE workspace_allows (
  workspace_id TEXT COLLATE "C" NOT NULL,
  position BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  app TEXT NOT NULL,
  oid TEXT NOT NULL,
  PRIMARY KEY (workspace_id, position),
  FOREIGN KEY (workspace_id) REFERENCES workspaces ON DELETE CASCADE
) @without_rowid@;
