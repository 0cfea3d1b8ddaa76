#include "services/artifact/store/disk_error.h"

#include <absl/strings/escaping.h>
#include <spdlog/spdlog.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace rookery::artifact {
namespace {

std::string Advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "The artifact store is full. Free space on the server and try again.";
    case EROFS:
      return "The artifact store is read-only. Make its file system writable and try again.";
    case EACCES:
    case EPERM:
      return "The server may not use a part of its artifact store. Give its user access and try "
             "again.";
    case EIO:
      return "The disk of the artifact store fails. Check the server's disk and its log.";
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return "The artifact store has too many files open. Try again, or raise the server's limit "
             "of "
             "open files.";
    case ENOENT:
    case ESTALE:
    case ENOTCONN:
      return "The artifact store is gone. Mount it again and restart the server.";
    case EFBIG:
      return "The file is larger than the artifact store's file system takes.";
    default:
      return "The artifact store failed. The server's log says why.";
  }
}

}  // namespace

Status DiskError(int error, std::string_view doing, std::string_view key) {
  // A name that the file system does not take is the caller's mistake and no news for the log.
  if (error == ENAMETOOLONG || error == EILSEQ) {
    return absl::InvalidArgumentError(
        "has a name that the artifact store's file system does not take. Choose a shorter or "
        "plainer "
        "one.");
  }
  // Escaped, as a name may hold line breaks.
  spdlog::error("artifact store: {} '{}': {}", doing,
                absl::Utf8SafeCEscape(absl::string_view(key.data(), key.size())),
                std::generic_category().message(error));
  return absl::UnavailableError(Advice(error));
}

}  // namespace rookery::artifact
