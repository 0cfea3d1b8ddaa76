#include "sidecar/identity/token_file.h"

#include <absl/strings/ascii.h>
#include <absl/time/time.h>
#include <spdlog/spdlog.h>

#include "libs/base/small_file.h"

namespace rookery::sidecar {
namespace {

constexpr absl::Duration kFresh = absl::Seconds(10);

}  // namespace

StatusOr<std::unique_ptr<TokenFile>> TokenFile::Open(const std::string& path) {
  std::unique_ptr<TokenFile> file(new TokenFile(path));
  if (!path.empty()) RETURN_IF_ERROR(file->Read());
  return file;
}

Status TokenFile::Read() {
  read_at_ = SteadyNow();
  ASSIGN_OR_RETURN(const std::string text, ReadSmallFile(path_));
  token_ = std::string(absl::StripAsciiWhitespace(text));
  return absl::OkStatus();
}

std::string TokenFile::Header() {
  const std::string token = Token();
  return token.empty() ? "" : "Bearer " + token;
}

std::string TokenFile::Token() {
  const std::lock_guard lock(mutex_);
  if (path_.empty() || Since(read_at_) < kFresh) return token_;
  // The one that was read before may still do.
  if (const Status status = Read(); !status.ok()) spdlog::warn("{}", std::string(status.message()));
  return token_;
}

}  // namespace rookery::sidecar
