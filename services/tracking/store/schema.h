// The tables of the tracking service.
#pragma once

#include "libs/db/migrate.h"

namespace rookery::tracking::store {

// All migrations, oldest first. They are named in migrations/, and never changed once released.
const db::Schema& TrackingSchema();

}  // namespace rookery::tracking::store
