#include "libs/tls/files.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace rookery::tls {
namespace {

// The bundle of all public authorities has a quarter of that.
constexpr size_t kMaxFileBytes = 1 << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

Status CannotRead(const std::string& path, std::string_view why) {
  return absl::InvalidArgumentError(fmt::format("Cannot read '{}': {}", path, why));
}

}  // namespace

StatusOr<std::string> ReadPemFile(const std::string& path) {
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

StatusOr<ServerPem> ReadServerPem(const ServerFiles& files) {
  ServerPem pem;
  ASSIGN_OR_RETURN(pem.certificates, ReadPemFile(files.certificates));
  ASSIGN_OR_RETURN(pem.key, ReadPemFile(files.key));
  if (!files.client_ca.empty()) {
    ASSIGN_OR_RETURN(pem.client_ca, ReadPemFile(files.client_ca));
  }
  return pem;
}

}  // namespace rookery::tls
