#include "libs/db/postgres_errors.h"

#include <new>
#include <pqxx/except>

namespace rookery::db {

Fault PostgresFault(std::string_view sqlstate) {
  struct Entry {
    // Five characters, or the two of a class.
    std::string_view state;
    Fault fault;
  };
  // The first that fits counts.
  static constexpr Entry kFaults[] = {
      {"23505", Fault::kUniqueKeyTaken}, {"23", Fault::kConstraint},
      {"22001", Fault::kTooLarge},       {"22", Fault::kBadValue},
      {"54000", Fault::kTooLarge},       {"40003", Fault::kCommitUnknown},
      {"40", Fault::kConflict},          {"57014", Fault::kTimeout},
      {"57", Fault::kUnreachable},       {"08", Fault::kUnreachable},
      {"55P03", Fault::kBusy},           {"25006", Fault::kReadOnly},
      {"53100", Fault::kDiskFull},       {"53300", Fault::kTooManyConnections},
      {"53", Fault::kOutOfMemory},       {"58030", Fault::kDiskError},
      {"XX001", Fault::kDamaged},        {"XX002", Fault::kDamaged},
  };
  for (const Entry& entry : kFaults) {
    if (sqlstate.starts_with(entry.state)) return entry.fault;
  }
  return Fault::kBug;
}

std::string_view SqlstateOf(const PGresult* result) {
  const char* const sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return sqlstate == nullptr ? "" : sqlstate;
}

Status HandledException(std::string_view doing) {
  try {
    throw;
  } catch (const pqxx::broken_connection& error) {
    return FaultStatus(Fault::kUnreachable, doing, error.what());
  } catch (const pqxx::statement_completion_unknown& error) {
    return FaultStatus(Fault::kCommitUnknown, doing, error.what());
  } catch (const pqxx::transaction_rollback& error) {
    return FaultStatus(Fault::kConflict, doing, error.what());
  } catch (const pqxx::sql_error& error) {
    return FaultStatus(PostgresFault(error.sqlstate()), doing, error.what());
  } catch (const std::bad_alloc& error) {
    return FaultStatus(Fault::kOutOfMemory, doing, error.what());
  } catch (const std::exception& error) {
    return FaultStatus(Fault::kBug, doing, error.what());
  }
}

}  // namespace rookery::db
