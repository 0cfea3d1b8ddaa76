// What one caller writes to runs, on its way to a group's commit.
#pragma once

#include <absl/functional/any_invocable.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/db/group_commit.h"
#include "libs/segment/points.h"
#include "services/tracking/rules/sequence.h"
#include "services/tracking/store/run_store.h"

namespace rookery::tracking {

// What is written to one run. All of it is checked and cut to its limits.
struct RunWrite {
  std::string run_id;
  segment::Points points;
  store::Params params;
  store::RunTags tags;
  std::optional<store::RunChange> end;

  // How many numbers it takes of a producer.
  int64_t things() const {
    return static_cast<int64_t>(points.columns.size()) + params.size() + tags.size() +
           (end ? 1 : 0);
  }
};

// How a param that has another value already is told of.
enum class ParamStyle { kOne, kBatch };

// Waits for its group's commit.
class LogWrite final : public db::GroupWrite {
 public:
  // `next_seq` is what the producer is expected to send next, where it is known: never by a
  // transaction that was not committed.
  using Finish = absl::AnyInvocable<void(const Status& status, std::optional<int64_t> next_seq)>;

  LogWrite(const CallContext& call, std::vector<RunWrite> runs, Finish finish)
      : GroupWrite(call.deadline),
        workspace_(call.workspace),
        runs_(std::move(runs)),
        finish_(std::move(finish)) {
    for (const RunWrite& run : runs_) things_ += run.things();
  }

  void Done(const Status& status) override {
    const bool is_committed = status.ok() || status == refusal();
    finish_(status, is_committed ? next_seq_ : std::nullopt);
  }
  size_t weight() const override { return static_cast<size_t>(things_) + 1; }

  const std::string& workspace() const { return workspace_; }
  const std::vector<RunWrite>& runs() const { return runs_; }
  int64_t things() const { return things_; }

  // Set before it is submitted; `submitted` when it is.
  absl::Time submitted;
  std::optional<Sequenced> sequenced;
  ParamStyle param_style = ParamStyle::kBatch;

  // For the body of the group.
  void Expect(std::optional<int64_t> next_seq) { next_seq_ = next_seq; }

 private:
  const std::string workspace_;
  const std::vector<RunWrite> runs_;
  Finish finish_;
  int64_t things_ = 0;
  std::optional<int64_t> next_seq_;
};

}  // namespace rookery::tracking
