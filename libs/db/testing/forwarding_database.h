// Databases that stand before another, for tests of what happens when one misbehaves.
#pragma once

#include <absl/synchronization/notification.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "libs/db/database.h"

namespace rookery::testing {

// Passes everything on.
class ForwardingDatabase : public db::Database {
 public:
  // `real` must outlive it.
  explicit ForwardingDatabase(db::Database& real) : real_(real) {}

  StatusOr<bool> Reclaim(const db::Patience& patience, std::string_view table,
                         int64_t dead_bytes) override {
    return real_.Reclaim(patience, table, dead_bytes);
  }

 protected:
  Status RunRead(const db::Patience& patience, BodyRef body) override {
    return real_.Read(patience, body);
  }
  Status RunReadOnce(const db::Patience& patience, BodyRef body) override {
    return real_.ReadOnce(patience, body);
  }
  Status RunWrite(const db::Patience& patience, BodyRef body) override {
    return real_.Write(patience, body);
  }

 private:
  db::Database& real_;
};

// Its first vacuum takes as long as the test likes; it does none.
class SlowVacuum final : public ForwardingDatabase {
 public:
  using ForwardingDatabase::ForwardingDatabase;

  // The first began, of the table `table`.
  absl::Notification began;
  std::string table;
  // It may end, and all others do at once.
  absl::Notification may_end;
  // What they return.
  std::atomic<bool> worth_it = true;
  std::atomic<int> vacuums = 0;
  std::atomic<int64_t> dead_bytes = 0;

  StatusOr<bool> Reclaim(const db::Patience&, std::string_view of, int64_t bytes) override {
    dead_bytes = bytes;
    if (vacuums++ == 0) {
      table = std::string(of);
      began.Notify();
    }
    may_end.WaitForNotification();
    return worth_it.load();
  }
};

}  // namespace rookery::testing
