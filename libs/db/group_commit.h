// Many callers' writes in few transactions: what arrives while one runs shares the next.
#pragma once

#include <absl/time/time.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/status.h"
#include "libs/db/database.h"

namespace rookery::db {

// One caller's part of a group: derive from it what is to be written. Belongs to the GroupCommit
// from Submit until it is done, and is used by one thread at a time.
class GroupWrite {
 public:
  explicit GroupWrite(absl::Time deadline) : deadline_(deadline) {}
  virtual ~GroupWrite() = default;
  GroupWrite(const GroupWrite&) = delete;
  GroupWrite& operator=(const GroupWrite&) = delete;

  // Tells the caller, once: after the commit, or why nothing of this write is kept. Must not wait,
  // and must not throw.
  virtual void Done(const Status& status) = 0;

  // How much of a group's and of the queue's room it takes.
  virtual size_t weight() const { return 1; }

  // For the body of the group: nothing of this one is written, while its neighbours are.
  void Refuse(Status status) { refusal_ = std::move(status); }
  const Status& refusal() const { return refusal_; }

 private:
  friend class GroupQueue;

  const absl::Time deadline_;
  Status refusal_;
};

// The machinery of GroupCommit, which knows no type of write.
class GroupQueue {
 public:
  struct Options {
    // Writes of one transaction at most.
    size_t max_group = 128;
    // Writes that wait at most.
    size_t max_queued = 1024;
    // The same of their weights. One write that is heavier is taken alone.
    size_t max_group_weight = std::numeric_limits<size_t>::max();
    size_t max_queued_weight = std::numeric_limits<size_t>::max();
    // How long a group waits, from the last one's end on, for those who were answered then and may
    // come again at once: callers who each wait for their answer would else be two halves that wait
    // for each other's commits. Nobody is waited for where the last group had one write, or where
    // what waits weighs `max_gather_weight` already.
    absl::Duration gather = absl::ZeroDuration();
    size_t max_gather_weight = 0;
    // Whether a thread commits as soon as something waits. A test may do without, and call
    // CommitNext.
    bool has_thread = true;
  };
  using Group = std::span<GroupWrite* const>;
  using Body = std::function<Status(Transaction&, Group)>;
  using Committed = std::function<void(Group)>;

  GroupQueue(Database& database, Body body, const Options& options, Committed committed);
  ~GroupQueue();

  void Submit(std::unique_ptr<GroupWrite> write);

  // Commits what waits now, up to the limit of a group; false if nothing did.
  bool CommitNext();

 private:
  using Writes = std::vector<std::unique_ptr<GroupWrite>>;

  void Work();
  void Gather(std::unique_lock<std::mutex>& lock);
  // Whether nobody else is to be waited for.
  bool IsGatheredLocked() const;
  // So many are about to be answered.
  void NoteCompany(size_t answered);
  Writes TakeLocked();
  void Commit(const Writes& writes);
  void CommitTogether(Group group);
  Status WriteOnce(Group group);

  Database& database_;
  const Body body_;
  const Options options_;
  const Committed committed_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<GroupWrite>> queue_;  // guarded by mutex_
  size_t queued_weight_ = 0;                       // guarded by mutex_
  bool stopping_ = false;                          // guarded by mutex_
  // Also guarded by mutex_: when the last group ended, how many were in it and behind it.
  std::chrono::steady_clock::time_point ended_;
  size_t company_ = 0;
  std::thread thread_;
};

// Writes of one kind (`Write` derives from GroupWrite) that callers hand over without waiting.
// While a transaction runs, the next group gathers; when none runs, the first to come is committed
// at once. So a lone caller waits for one commit, and a thousand callers for two, or for little
// more than one where Options::gather brings those together who come again and again.
//
// Writes are committed in the order in which they were submitted. Each is answered after the commit
// of its group; one that proves bad fails alone:
//  - the body refuses what it sees to be bad, before it writes anything of it;
//  - if the transaction fails for another reason than that the database cannot be reached, it is
//    rolled back and the group's halves are written each on its own, down to single writes. If the
//    database is gone, all of the group are told so.
//
// The deadline of a group is its members' latest; who is late before the group begins is not
// written. Thread-safe. The destructor commits what waits, then ends.
template <typename Write>
class GroupCommit {
 public:
  // Writes all of the group that it does not refuse. Runs again after a conflict, as the body of
  // Database::Write does, and then must compute anew. Sort by key what two transactions could
  // upsert.
  using Body = std::function<Status(Transaction&, const std::vector<Write*>&)>;
  // Told of each group after its commit, before its callers are.
  using Committed = std::function<void(const std::vector<Write*>&)>;

  GroupCommit(Database& database, Body body, const GroupQueue::Options& options = {},
              Committed committed = nullptr)
      : queue_(
            database,
            [body = std::move(body)](Transaction& txn, GroupQueue::Group group) {
              return body(txn, Typed(group));
            },
            options,
            [committed = std::move(committed)](GroupQueue::Group group) {
              if (committed) committed(Typed(group));
            }) {}

  // Does not wait. Done at once with RESOURCE_EXHAUSTED: too many wait.
  void Submit(std::unique_ptr<Write> write) { queue_.Submit(std::move(write)); }

  // For tests: see GroupQueue.
  bool CommitNext() { return queue_.CommitNext(); }

 private:
  static std::vector<Write*> Typed(GroupQueue::Group group) {
    std::vector<Write*> writes;
    writes.reserve(group.size());
    for (GroupWrite* write : group) writes.push_back(static_cast<Write*>(write));
    return writes;
  }

  GroupQueue queue_;
};

}  // namespace rookery::db
