#include "services/registry/store/schema.h"

#include "services/registry/store/migrations.h"

namespace rookery::registry::store {

const db::Schema& RegistrySchema() {
  static const db::Schema schema{"registry", migrations::kMigrations};
  return schema;
}

}  // namespace rookery::registry::store
