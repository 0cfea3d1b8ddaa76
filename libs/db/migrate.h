// Numbered migrations and the rule by which programs and schemas of different versions live
// together.
#pragma once

#include <span>
#include <string_view>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::db {

struct Migration {
  // 1, 2, 3, ... without gaps.
  int version;
  // The oldest program, by the number of migrations that it knew, that still runs on this schema.
  int oldest_program;
  // Statements, each ended by `;` at the end of a line, and comments on lines of their own.
  std::string_view sql;
};

// The migrations of one service, for example `tracking`. `migrations` is mostly `kMigrations` of
// the header that rookery_migrations (in cmake/Rookery.cmake) makes.
struct Schema {
  std::string_view component;
  std::span<const Migration> migrations;
};

// Brings a database to the newest version of the schema: all migrations of an absent schema, in one
// transaction; the missing ones of an older schema, in one transaction each. Programs that start at
// once wait for each other. FAILED_PRECONDITION: the schema is newer and says that this program is
// too old for it.
Status Upgrade(Database& database, const Schema& schema, const Clock& clock = Clock::Real());

// What a service does when it starts: makes the schema in a database that has none of it, and
// otherwise says FAILED_PRECONDITION if it is older than this program's (`rookery db upgrade` mends
// it) or says of itself that this program is too old for it. A newer schema that allows this
// program is fine.
Status CreateOrCheck(Database& database, const Schema& schema, const Clock& clock = Clock::Real());

}  // namespace rookery::db
