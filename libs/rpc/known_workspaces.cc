#include "libs/rpc/known_workspaces.h"

#include <fmt/format.h>

namespace rookery::rpc {
namespace {

Status CheckEntry(const CallContext& call, const AllowList& allowed) {
  return rookery::CheckEntry(call.workspace, allowed, call.caller.get());
}

}  // namespace

bool KnownWorkspaces::IsOpen(const CallContext& call) {
  return call.workspace == kDefaultWorkspace && call.caller == nullptr;
}

absl::Time KnownWorkspaces::EndOf(const CallContext& call) const {
  return call.caller == nullptr ? absl::InfiniteFuture() : callers_->EndOf(*call.caller);
}

bool KnownWorkspaces::Knows(const CallContext& call) {
  if (IsOpen(call)) return true;
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(call.workspace);
  return found != answers_.end() && found->second.allowed != nullptr && found->second.until > now &&
         CheckEntry(call, *found->second.allowed).ok();
}

Status KnownWorkspaces::Check(const CallContext& call) {
  if (IsOpen(call)) return absl::OkStatus();
  std::optional<Allowed> allowed = Look(call);
  if (!allowed) {
    StatusOr<AllowList> found = find_(call);
    if (found.ok()) {
      allowed = std::make_shared<const AllowList>(*std::move(found));
    } else if (absl::IsNotFound(found.status())) {
      allowed = nullptr;
    } else {
      // Who keeps the lists has struck the caller off, so what is remembered of them is not true.
      if (absl::IsPermissionDenied(found.status())) Forget(call.workspace);
      return found.status();
    }
    Remember(call.workspace, *allowed);
  }
  if (*allowed == nullptr) return WorkspaceNotFound(call.workspace);
  return CheckEntry(call, **allowed);
}

std::optional<KnownWorkspaces::Allowed> KnownWorkspaces::Look(const CallContext& call) {
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(call.workspace);
  if (found == answers_.end()) return std::nullopt;
  Answer& answer = found->second;
  if (answer.until > now) return answer.allowed;
  if (answer.allowed != nullptr) answer.until = now + kUnknownFor;
  return std::nullopt;
}

void KnownWorkspaces::Remember(const std::string& name, Allowed allowed) {
  const absl::Time now = clock_.Now();
  const absl::Time until = now + (allowed == nullptr ? kUnknownFor : kKnownFor);
  const std::lock_guard lock(mutex_);
  if (answers_.size() >= kMaxNames) {
    absl::erase_if(answers_, [&](const auto& entry) {
      return entry.second.allowed == nullptr || entry.second.until <= now;
    });
  }
  answers_[name] = {std::move(allowed), until};
}

void KnownWorkspaces::Forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  answers_.erase(name);
}

Status WorkspaceNotFound(std::string_view name) {
  return absl::NotFoundError(fmt::format("Workspace '{}' not found.", name));
}

}  // namespace rookery::rpc
