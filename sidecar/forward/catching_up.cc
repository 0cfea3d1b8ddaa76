#include "sidecar/forward/catching_up.h"

#include <absl/time/time.h>
#include <rookery/tracking/v1/ingest.pb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

constexpr absl::Duration kEvery = absl::Seconds(2);
constexpr absl::Duration kTimeout = absl::Seconds(5);
// A sidecar that ends is not kept by an upstream that hangs.
constexpr absl::Duration kLeaveTimeout = absl::Seconds(2);

const google::protobuf::MethodDescriptor& CatchUp() {
  static const auto& method = MethodNamed("rookery.tracking.v1.MetricService.CatchUp");
  return method;
}

bool Reaches(const CatchingUp::Place& sent, const CatchingUp::Place& written) {
  return sent.position >= written.position && sent.seq >= written.seq;
}

}  // namespace

CatchingUp::CatchingUp(Upstream& upstream, std::string workspace, std::string producer_id)
    : upstream_(upstream), workspace_(std::move(workspace)), producer_id_(std::move(producer_id)) {}

void CatchingUp::Wrote() {
  if (due_ == SteadyTime::max()) due_ = SteadyIn(kEvery);
}

bool CatchingUp::IsDue(const Place& sent) const {
  return SteadyNow() >= due_ ||
         std::ranges::any_of(awaited_, [&](const auto& end) { return Reaches(sent, end.second); });
}

Status CatchingUp::Ask(int64_t epoch, const Place& sent, WrittenNow written_now) {
  ASSIGN_OR_RETURN(const bool has_more, AskOnce(epoch, sent, written_now));
  // What it hears of when nothing is left it can tell at once.
  return has_more ? AskOnce(epoch, sent, written_now).status() : absl::OkStatus();
}

StatusOr<bool> CatchingUp::AskOnce(int64_t epoch, const Place& sent, WrittenNow written_now) {
  v1::CatchUpRequest request;
  request.set_producer_id(producer_id_);
  request.set_epoch(epoch);
  request.set_next_seq(sent.seq);
  for (const auto& [id, written] : awaited_) {
    if (Reaches(sent, written)) request.add_end_ids(id);
  }
  v1::CatchUpResponse response;
  Status status = upstream_.Call(CatchUp(), workspace_, request, &response, kTimeout);
  due_ = SteadyIn(kEvery);
  if (!status.ok()) {
    spdlog::debug("The workspace '{}' could not tell how far it is: {}", workspace_,
                  std::string(status.message()));
    // What has been told may not have come; what is awaited is asked for anew.
    awaited_.clear();
    // An upstream of before.
    if (absl::IsUnimplemented(status)) due_ = SteadyTime::max();
    return status;
  }
  std::map<std::string, Place> awaited;
  bool has_more = false;
  for (const std::string& id : response.awaited_end_ids()) {
    const auto known = awaited_.find(id);
    const Place written = known == awaited_.end() ? written_now() : known->second;
    awaited.emplace(id, written);
    has_more = has_more || Reaches(sent, written);
  }
  awaited_ = std::move(awaited);
  if (!response.has_open_runs()) due_ = SteadyTime::max();
  return has_more;
}

void CatchingUp::Leave(int64_t epoch, int64_t next_seq) {
  if (due_ == SteadyTime::max()) return;
  v1::CatchUpRequest request;
  request.set_producer_id(producer_id_);
  request.set_epoch(epoch);
  request.set_next_seq(next_seq);
  request.set_leaves(true);
  v1::CatchUpResponse response;
  Status status = upstream_.Call(CatchUp(), workspace_, request, &response, kLeaveTimeout);
  if (status.ok() || absl::IsUnimplemented(status)) return;
  spdlog::debug("The workspace '{}' could not tell that it leaves: {}", workspace_,
                std::string(status.message()));
}

}  // namespace rookery::sidecar
