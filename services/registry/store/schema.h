// The tables of the registry service.
#pragma once

#include "libs/db/migrate.h"

namespace rookery::registry::store {

// All migrations, oldest first. They are named in migrations/, and never changed once released.
const db::Schema& RegistrySchema();

}  // namespace rookery::registry::store
