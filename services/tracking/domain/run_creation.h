// How runs come to be.
#pragma once

#include <rookery/tracking/v1/run.pb.h>

#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/db/group_commit.h"
#include "services/tracking/domain/artifact_locations.h"

namespace rookery::tracking {

// Makes the runs of callers who come at once in one transaction (docs/adr/0018-group-commit.md), so
// that they share its cost. Thread-safe. What is passed in must outlive it. The destructor makes
// what was asked for.
class RunCreation {
 public:
  static db::GroupQueue::Options DefaultOptions();

  RunCreation(db::Database& database, const ArtifactLocations& locations, const Clock& clock,
              const db::GroupQueue::Options& options);
  ~RunCreation();

  // Checks the request on the calling thread, and is done after the commit. RESOURCE_EXHAUSTED: too
  // many wait.
  void Create(const CallContext& call, const v1::CreateRunRequest& request,
              Done<v1::CreateRunResponse> done);

  // For tests, where `options` say that there is no thread: see db::GroupQueue.
  bool CommitNext() { return commits_.CommitNext(); }

 private:
  class Pending;
  using Group = std::vector<Pending*>;

  Status Write(db::Transaction& txn, const Group& group) const;
  Status WriteIn(db::Transaction& txn, std::string_view workspace, Group group) const;
  // Those of the group to which nothing of the following applies:
  // a request of the same id made a run before, or does so in this group;
  StatusOr<Group> WithoutRepeated(db::Transaction& txn, std::string_view workspace,
                                  const Group& group) const;
  // the experiment is not there, or not active: it is held from now on;
  StatusOr<Group> WithExperiment(db::Transaction& txn, std::string_view workspace,
                                 const Group& group) const;
  // the id is taken, perhaps by another of the group.
  static StatusOr<Group> WithFreeId(db::Transaction& txn, std::string_view workspace,
                                    const Group& group);

  const ArtifactLocations& locations_;
  const Clock& clock_;
  db::GroupCommit<Pending> commits_;
};

}  // namespace rookery::tracking
