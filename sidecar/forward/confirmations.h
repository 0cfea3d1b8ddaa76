// What of a lane is upstream, and who waits for it.
#pragma once

#include <absl/time/time.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/spool/record.h"

namespace rookery::sidecar {

// Thread-safe.
class Confirmations {
 public:
  // OK: it is upstream. Another code: the upstream refused the record, or, DEADLINE_EXCEEDED, it is
  // not known yet.
  using Done = std::function<void(Status)>;

  // `awaited` is called when somebody begins to wait.
  explicit Confirmations(std::function<void()> awaited);
  // Tells who still waits that it is not known.
  ~Confirmations();

  // Whether a caller need not wait any longer. Quick, and does not call back.
  using GivesUp = std::function<bool()>;

  // Calls `done` once, when the record at `position` is upstream or refused, or after `patience`;
  // at once if it is upstream already. `gives_up`, if any, is asked every two seconds, and the
  // patience is over when it is true.
  void WhenUpstream(spool::Position position, absl::Duration patience, Done done,
                    GivesUp gives_up = nullptr);

  // Between these somebody appends a record and calls WhenUpstream for it: a record may be
  // upstream, or refused, before the one who wrote it has asked.
  void Announce();
  void Announced();

  // All that lies before `position` is upstream, or was refused one by one.
  void Confirm(spool::Position position);
  // The record at `position` was refused. True if somebody who waited was told. Waits for those who
  // are about to ask, for a second at most.
  bool Refuse(spool::Position position, const Status& why);

  spool::Position confirmed() const;
  // Whether somebody waits.
  bool is_awaited() const;

 private:
  struct Waiter {
    SteadyTime deadline;
    Done done;
    GivesUp gives_up;
    // When it is looked at next.
    SteadyTime look;
  };

  void RunTimer(const std::stop_token& stop);

  const std::function<void()> awaited_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  spool::Position confirmed_;
  std::multimap<spool::Position, Waiter> waiters_;
  int announced_ = 0;
  std::condition_variable asked_;
  // The earliest look that the timer knows of.
  SteadyTime next_ = SteadyTime::max();
  std::jthread timer_;
};

}  // namespace rookery::sidecar
