#include "services/standalone/db_upgrade.h"

#include <fmt/format.h>

#include "libs/db/database.h"
#include "libs/db/migrate.h"
#include "services/registry/store/schema.h"
#include "services/tracking/store/schema.h"

namespace rookery::standalone {

Status UpgradeDatabase(const std::string& uri) {
  ASSIGN_OR_RETURN(const auto database, db::Database::Open(uri, {}));
  for (const db::Schema* schema :
       {&tracking::store::TrackingSchema(), &registry::store::RegistrySchema()}) {
    RETURN_IF_ERROR(db::Upgrade(*database, *schema));
    fmt::print("{}: at version {}\n", schema->component, schema->migrations.back().version);
  }
  return absl::OkStatus();
}

}  // namespace rookery::standalone
