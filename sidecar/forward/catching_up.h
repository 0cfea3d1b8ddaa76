// What a lane tells the upstream of how far it is.
#pragma once

#include <absl/functional/function_ref.h>

#include <compare>
#include <cstdint>
#include <map>
#include <string>

#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/spool/record.h"

namespace rookery::sidecar {

// Several sidecars may log to one run, and the upstream keeps back the end that one of them sends
// until the others have caught up with it (docs/adr/0033-the-end-of-a-run-of-many.md). So a lane
// asks every two seconds, while runs are open that it has written to, which ends wait for it, and
// names those for which all is upstream that was acknowledged when it heard of them. Used by one
// thread.
class CatchingUp {
 public:
  // What lies before it in a lane: by position, which calls have too, and by number, which what is
  // acknowledged before it is on disk has too.
  struct Place {
    spool::Position position;
    int64_t seq = 0;
  };
  using WrittenNow = absl::FunctionRef<Place()>;

  // `upstream` is lent.
  CatchingUp(Upstream& upstream, std::string workspace, std::string producer_id);

  // Something went upstream: it may be of a run that is open.
  void Wrote();
  // When to ask, whatever comes.
  SteadyTime due() const { return due_; }
  // Whether it is time, or there is something to tell, with all before `sent` upstream.
  bool IsDue(const Place& sent) const;
  // Tells and asks. `written_now` is what has been acknowledged, or more. An error may say that the
  // upstream is not where it was; it is asked again all the same.
  Status Ask(int64_t epoch, const Place& sent, WrittenNow written_now);
  // Nobody is to wait any longer: all before `next_seq` is upstream, and nothing more will be
  // acknowledged.
  void Leave(int64_t epoch, int64_t next_seq);

 private:
  // True if there is more to tell.
  StatusOr<bool> AskOnce(int64_t epoch, const Place& sent, WrittenNow written_now);

  Upstream& upstream_;
  const std::string workspace_;
  const std::string producer_id_;
  // max(): not before it has written.
  SteadyTime due_;
  // By id the ends that wait for this lane, and what was written when it heard of them.
  std::map<std::string, Place> awaited_;
};

}  // namespace rookery::sidecar
