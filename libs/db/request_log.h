// What Create calls with a request_id made, kept for 24 hours so that a retry makes nothing twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::db {

// The requests of one service. They lie in a table of its own, so that the rows of a service commit
// with what it makes; the columns are workspace_id, request_id, method, object_id and
// creation_time_ms, of which the first three are the primary key. Immutable.
class RequestLog {
 public:
  struct Statements {
    // Of workspace $1, all older than $2.
    const Statement& forget;
    // $1 to $5, the columns as above; does nothing if the key is taken.
    const Statement& insert;
    // object_id of the key $1, $2, $3.
    const Statement& find;
  };

  explicit RequestLog(const Statements& statements) : statements_(statements) {}

  // Called in the transaction of a Create before it makes anything. Returns `object_id` if the
  // object is to be made under it, or the id of what the same request of `method` has made already.
  // An empty request_id is new each time.
  StatusOr<std::string> Claim(Transaction& txn, std::string_view workspace, std::string_view method,
                              std::string_view request_id, std::string_view object_id,
                              int64_t now_ms) const;

  // Forgets what is older than 24 hours.
  Status Forget(Transaction& txn, std::string_view workspace, int64_t now_ms) const;

 private:
  const Statements statements_;
};

}  // namespace rookery::db
