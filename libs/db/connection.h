// What a driver is: one connection. PooledDatabase makes a Database of it.
#pragma once

#include <absl/time/time.h>

#include <cstdint>
#include <string_view>

#include "libs/base/status.h"
#include "libs/db/database.h"
#include "libs/db/patience.h"

namespace rookery::db {

enum class Access {
  kRead,
  // One query, which needs no transaction around it.
  kReadOnce,
  kWrite,
};

// One connection to a database, used by one thread at a time. Every Begin is followed by one Commit
// or one Rollback, except if it fails. A failed Commit rolls back.
class Connection {
 public:
  virtual ~Connection() = default;

  // A statement that runs when the caller's patience ends is stopped: DEADLINE_EXCEEDED or
  // CANCELLED. A commit that has begun is not.
  virtual Status Begin(Access access, const Patience& patience) = 0;
  virtual Status Commit() = 0;
  virtual void Rollback() = 0;

  // As in Transaction.
  virtual StatusOr<Rows> Query(const Statement& statement, const Values& values) = 0;
  virtual StatusOr<int64_t> Execute(const Statement& statement, const Values& values) = 0;
  virtual StatusOr<int64_t> ExecuteMany(const Statement& statement, const Values& shared,
                                        const Columns& columns) = 0;
  virtual Status Prepare(const Statement& statement) = 0;
  virtual Status LockSchema() = 0;

  // As in Database; outside transactions.
  virtual StatusOr<bool> Reclaim(std::string_view table, int64_t dead_bytes,
                                 const Patience& patience) = 0;

  // Whether the connection is lost for good.
  virtual bool broken() const = 0;
};

}  // namespace rookery::db
