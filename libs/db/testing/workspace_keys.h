// A look into the database's catalogue.
#pragma once

#include <string>
#include <vector>

#include "libs/db/testing/test_database.h"

namespace rookery::testing {

// The unique keys that do not begin with workspace_id, as "table: first column", and the tables
// that have no primary key. schema_versions, which belongs to no workspace, is left out.
StatusOr<std::vector<std::string>> KeysWithoutWorkspace(const TestDatabase& database);

}  // namespace rookery::testing
