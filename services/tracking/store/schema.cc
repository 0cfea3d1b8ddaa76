#include "services/tracking/store/schema.h"

#include "services/tracking/store/migrations.h"

namespace rookery::tracking::store {

const db::Schema& TrackingSchema() {
  static const db::Schema schema{"tracking", migrations::kMigrations};
  return schema;
}

}  // namespace rookery::tracking::store
