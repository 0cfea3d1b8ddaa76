#include "libs/db/errors.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

namespace rookery::db {
namespace {

Status ForClients(Fault fault) {
  switch (fault) {
    case Fault::kUniqueKeyTaken:
      return absl::AlreadyExistsError("An entry with the same key exists already.");
    case Fault::kConstraint:
      return absl::FailedPreconditionError(
          "The entry refers to one that does not exist, is still referred to, or lacks a value.");
    case Fault::kBadValue:
      return absl::InvalidArgumentError("The database cannot store one of the values.");
    case Fault::kTooLarge:
      return absl::InvalidArgumentError("A value is too large for the database.");
    case Fault::kConflict:
      return absl::AbortedError("Another transaction stood in the way. Try again.");
    case Fault::kTimeout:
      return absl::DeadlineExceededError("The database did not answer before the deadline.");
    case Fault::kCancelled:
      return absl::CancelledError("The caller has gone.");
    case Fault::kUnreachable:
      return absl::UnavailableError("The database cannot be reached.");
    case Fault::kBusy:
      return absl::UnavailableError(
          "The database is locked by another process, for example a backup or a migration.");
    case Fault::kDiskFull:
      return absl::UnavailableError("The database's disk is full. Free space on it.");
    case Fault::kReadOnly:
      return absl::UnavailableError(
          "The database is read-only. Check that it is no replica and that its disk is writable.");
    case Fault::kOutOfMemory:
      return absl::UnavailableError("The database is out of memory.");
    case Fault::kTooManyConnections:
      return absl::UnavailableError(
          "The database server takes no more connections. Raise its max_connections or lower the "
          "connections of this program.");
    case Fault::kDiskError:
      return absl::UnavailableError(
          "The database's disk cannot be read or written. Check the disk.");
    case Fault::kDamaged:
      return absl::DataLossError("The database is damaged. Restore it from a backup.");
    case Fault::kCommitUnknown:
      return absl::UnavailableError(
          "The connection to the database broke during the commit: whether the change was kept is "
          "unknown.");
    case Fault::kBug:
      return absl::InternalError("The database refused an operation. The server's log says why.");
  }
  return absl::InternalError("An unknown fault of the database.");
}

bool IsEveryday(Fault fault) {
  return fault == Fault::kUniqueKeyTaken || fault == Fault::kConstraint ||
         fault == Fault::kBadValue || fault == Fault::kTooLarge || fault == Fault::kConflict ||
         fault == Fault::kTimeout || fault == Fault::kCancelled;
}

}  // namespace

Status FaultStatus(Fault fault, std::string_view doing, std::string_view driver_words) {
  const auto level = IsEveryday(fault) ? spdlog::level::debug : spdlog::level::err;
  if (spdlog::should_log(level)) {
    // One line an event; the words may quote what a user gave.
    std::string line(driver_words);
    std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    spdlog::log(level, "Database, {}: {}", doing, line);
  }
  return ForClients(fault);
}

}  // namespace rookery::db
