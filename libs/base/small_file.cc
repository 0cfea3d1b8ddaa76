#include "libs/base/small_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

namespace rookery {
namespace {

constexpr mode_t kOwnerOnly = 0700;
// The bundle of all public authorities has a quarter of that.
constexpr size_t kMaxFileBytes = 1 << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

Status CannotRead(const std::string& path, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("Cannot read '{}': {}", path, why));
}

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

StatusOr<std::string> ReadSmallFile(const std::string& path) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return CannotRead(path, std::strerror(errno));
  std::string content(kMaxFileBytes + 1, '\0');
  errno = 0;
  content.resize(std::fread(content.data(), 1, content.size(), file.get()));
  if (std::ferror(file.get()) != 0) return CannotRead(path, std::strerror(errno));
  if (content.size() > kMaxFileBytes) return CannotRead(path, "it is larger than 1 MiB");
  // An empty list of authorities must not mean that nobody need show a certificate.
  if (content.empty()) return CannotRead(path, "it is empty");
  content.shrink_to_fit();
  return content;
}

Status MakePrivateFolder(const std::string& path) {
  if (mkdir(path.c_str(), kOwnerOnly) == 0 || errno == EEXIST) return absl::OkStatus();
  return CannotMake(path);
}

StatusOr<std::string> ReadOrMakePrivateFile(const std::string& path,
                                            const std::function<StatusOr<std::string>()>& make) {
  if (access(path.c_str(), F_OK) == 0) return ReadSmallFile(path);
  ASSIGN_OR_RETURN(const std::string content, make());
  ASSIGN_OR_RETURN(const std::string draft, WriteDraft(path, content));
  // Unlike rename, link does not replace what is there; but not all network file systems have it.
  bool made = link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  if (!made && (errno == EPERM || errno == EOPNOTSUPP)) {
    made = rename(draft.c_str(), path.c_str()) == 0;
  }
  const Status status = made ? absl::OkStatus() : CannotMake(path);
  unlink(draft.c_str());
  RETURN_IF_ERROR(status);
  return ReadSmallFile(path);
}

}  // namespace rookery
