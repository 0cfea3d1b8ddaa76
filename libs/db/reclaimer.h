// Keeps a table from growing by what was replaced in it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include "libs/db/database.h"

namespace rookery::db {

// Counts the bytes that writers leave dead in one table, and has their space used again as soon as
// that is worth it: in a thread of its own, because PostgreSQL's vacuum may take minutes.
// Thread-safe. The destructor cuts a vacuum short.
class Reclaimer {
 public:
  struct Options {
    // Less is not worth asking the database for its table's size.
    int64_t worth_asking = 16 << 20;
    // Called by the thread, after IsBehind may have become false. Must not wait.
    std::function<void()> on_progress = [] {};
  };

  // What is passed in must outlive it.
  Reclaimer(Database& database, std::string_view table, const Options& options);
  Reclaimer(Database& database, std::string_view table) : Reclaimer(database, table, Options()) {}
  ~Reclaimer();

  // So many bytes more are dead, with those of indexes, about. Does not wait.
  void Add(int64_t dead_bytes);
  // Enough were left dead since the last vacuum began, or was found not to be worth it, for
  // another. What is written now is put behind them, and the table grows.
  bool IsBehind() const;

 private:
  bool IsBehindLocked() const { return dead_bytes_ - asked_at_ >= options_.worth_asking; }
  void Work();

  Database& database_;
  const std::string_view table_;
  const Options options_;
  std::stop_source ending_;
  mutable std::mutex mutex_;
  std::condition_variable worth_it_;
  // Guarded by mutex_. Since the last vacuum, and what it was when one was last asked for.
  int64_t dead_bytes_ = 0;
  int64_t asked_at_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace rookery::db
