#include "libs/db/testing/workspace_keys.h"

namespace rookery::testing {
namespace {

constexpr db::Statement kSqlite{"SqliteKeysWithoutWorkspace", R"sql(
SELECT t.name || ': ' || c.name
FROM sqlite_master t JOIN pragma_index_list(t.name) l JOIN pragma_index_info(l.name) c
WHERE t.type = 'table' AND t.name <> 'schema_versions' AND l."unique" = 1 AND c.seqno = 0
  AND c.name <> 'workspace_id'
UNION ALL
SELECT t.name || ': no primary key'
FROM sqlite_master t
WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
  AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) WHERE origin = 'pk'))sql"};

constexpr db::Statement kPostgres{"PostgresKeysWithoutWorkspace", R"sql(
SELECT t.relname || ': ' || a.attname
FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid AND t.relnamespace = 'public'::regnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
WHERE i.indisunique AND t.relname <> 'schema_versions' AND a.attname <> 'workspace_id'
UNION ALL
SELECT t.relname || ': no primary key'
FROM pg_class t
WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
  AND NOT EXISTS (SELECT 1 FROM pg_index WHERE indrelid = t.oid AND indisprimary))sql"};

}  // namespace

StatusOr<std::vector<std::string>> KeysWithoutWorkspace(const TestDatabase& database) {
  const auto& statement = database.kind() == TestDatabaseKind::kSqlite ? kSqlite : kPostgres;
  return database->Read(absl::InfiniteFuture(),
                        [&](db::Transaction& txn) -> StatusOr<std::vector<std::string>> {
                          ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(statement, {}));
                          std::vector<std::string> keys;
                          for (const db::Row& row : rows) keys.emplace_back(row.Text(0));
                          return keys;
                        });
}

}  // namespace rookery::testing
