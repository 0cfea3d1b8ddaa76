#include "libs/rpc/known_workspaces.h"

#include <fmt/format.h>

namespace rookery::rpc {

bool KnownWorkspaces::Knows(const CallContext& call) {
  if (call.workspace == kDefaultWorkspace) return true;
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const auto found = answers_.find(call.workspace);
  return found != answers_.end() && found->second.exists && found->second.until > now;
}

Status KnownWorkspaces::Check(const CallContext& call) {
  if (call.workspace == kDefaultWorkspace) return absl::OkStatus();
  const absl::Time now = clock_.Now();
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = answers_.find(call.workspace); found != answers_.end()) {
      Answer& answer = found->second;
      if (answer.until > now) {
        return answer.exists ? absl::OkStatus() : WorkspaceNotFound(call.workspace);
      }
      // Others go on with it until this call has asked.
      if (answer.exists) answer.until = now + kUnknownFor;
    }
  }
  const Status status = find_(call);
  if (status.ok() || absl::IsNotFound(status)) Remember(call.workspace, status.ok());
  return absl::IsNotFound(status) ? WorkspaceNotFound(call.workspace) : status;
}

void KnownWorkspaces::Remember(const std::string& name, bool exists) {
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  if (answers_.size() >= kMaxNames) {
    absl::erase_if(answers_, [&](const auto& entry) {
      return !entry.second.exists || entry.second.until <= now;
    });
  }
  answers_[name] = {exists, now + (exists ? kKnownFor : kUnknownFor)};
}

Status WorkspaceNotFound(std::string_view name) {
  return absl::NotFoundError(fmt::format("Workspace '{}' not found.", name));
}

}  // namespace rookery::rpc
