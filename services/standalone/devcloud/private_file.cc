#include "services/standalone/devcloud/private_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "libs/tls/files.h"

namespace rookery::devcloud {
namespace {

constexpr mode_t kOwnerOnly = 0700;

Status CannotMake(const std::string& path) {
  return absl::InvalidArgumentError(fmt::format("Cannot make '{}': {}", path, strerror(errno)));
}

bool WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) content.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(fd) == 0;
}

// Beside `path`, under a name of its own. mkstemp has it readable by its owner alone.
StatusOr<std::string> WriteDraft(const std::string& path, std::string_view content) {
  std::string draft = path + ".XXXXXX";
  const int fd = mkstemp(draft.data());
  if (fd < 0) return CannotMake(path);
  Status status = WriteAll(fd, content) ? absl::OkStatus() : CannotMake(path);
  close(fd);
  if (status.ok()) return draft;
  unlink(draft.c_str());
  return status;
}

}  // namespace

Status MakePrivateFolder(const std::string& path) {
  if (mkdir(path.c_str(), kOwnerOnly) == 0 || errno == EEXIST) return absl::OkStatus();
  return CannotMake(path);
}

StatusOr<std::string> ReadOrMake(const std::string& path,
                                 const std::function<StatusOr<std::string>()>& make) {
  if (access(path.c_str(), F_OK) == 0) return tls::ReadPemFile(path);
  ASSIGN_OR_RETURN(const std::string content, make());
  ASSIGN_OR_RETURN(const std::string draft, WriteDraft(path, content));
  // Unlike rename, link does not replace what is there.
  const bool made = link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const Status status = made ? absl::OkStatus() : CannotMake(path);
  unlink(draft.c_str());
  RETURN_IF_ERROR(status);
  return tls::ReadPemFile(path);
}

}  // namespace rookery::devcloud
