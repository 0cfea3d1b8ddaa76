// The Status for what goes wrong in a database, in words fit for clients. The driver's own words,
// which may hold SQL, table names and values, go to the log.
#pragma once

#include <string_view>

#include "libs/base/status.h"

namespace rookery::db {

// What happened, as both databases' codes are read.
enum class Fault {
  kUniqueKeyTaken,
  kConstraint,
  kBadValue,
  kTooLarge,
  kConflict,
  kTimeout,
  kCancelled,
  kUnreachable,
  kBusy,
  kDiskFull,
  kReadOnly,
  kOutOfMemory,
  kTooManyConnections,
  kDiskError,
  kDamaged,
  kCommitUnknown,
  kBug,
};

// `doing` names the statement, or says what else was done: `insert_run`, `COMMIT`. Faults that only
// the operator or a programmer can mend are logged as errors.
Status FaultStatus(Fault fault, std::string_view doing, std::string_view driver_words);

}  // namespace rookery::db
