#include "services/gateway/ui/static_files.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace rookery::gateway {
namespace {

constexpr std::string_view kGzipSuffix = ".gz";

constexpr std::pair<std::string_view, std::string_view> kContentTypes[] = {
    {".cjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".eot", "application/vnd.ms-fontobject"},
    {".gif", "image/gif"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".ttf", "font/ttf"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
    {".webp", "image/webp"},
    {".woff", "font/woff"},
    {".woff2", "font/woff2"},
};

std::string ContentTypeOf(const std::filesystem::path& name) {
  const std::string extension = name.extension().string();
  for (const auto& [known, type] : kContentTypes) {
    if (known == extension) return std::string(type);
  }
  return "application/octet-stream";
}

std::string EtagOf(const std::string& bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  const absl::string_view shown(reinterpret_cast<const char*>(digest.data()), 16);
  return fmt::format("\"{}\"", absl::BytesToHexString(shown));
}

Status CannotRead(const std::filesystem::path& path, const std::string& why) {
  return absl::InvalidArgumentError(fmt::format("{} cannot be read: {}", path.string(), why));
}

StatusOr<std::string> ReadFile(const std::filesystem::path& path, uint64_t* bytes_left) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return CannotRead(path, std::strerror(errno));
  const auto size = static_cast<uint64_t>(file.tellg());
  if (size > *bytes_left) {
    return CannotRead(path, "the folder holds more than a web UI does. Name the build itself.");
  }
  *bytes_left -= size;
  std::string bytes(size, '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) {
    return CannotRead(path, std::strerror(errno));
  }
  return bytes;
}

}  // namespace

StatusOr<StaticFiles> StaticFiles::Read(const std::string& folder, uint64_t max_bytes) {
  namespace fs = std::filesystem;
  StaticFiles result;
  std::map<std::string, std::string> compressed;
  std::error_code error;
  fs::recursive_directory_iterator entries(folder, error);
  for (; !error && entries != fs::end(entries); entries.increment(error)) {
    if (!entries->is_regular_file()) continue;
    const std::string name = entries->path().lexically_relative(folder).generic_string();
    ASSIGN_OR_RETURN(std::string bytes, ReadFile(entries->path(), &max_bytes));
    if (name.ends_with(kGzipSuffix)) {
      compressed[name.substr(0, name.size() - kGzipSuffix.size())] = std::move(bytes);
      continue;
    }
    std::string etag = EtagOf(bytes);
    result.files_[name] = {std::move(bytes), "", ContentTypeOf(name), std::move(etag)};
  }
  if (error) return CannotRead(folder, error.message());
  for (auto& [name, bytes] : compressed) {
    const auto found = result.files_.find(name);
    if (found != result.files_.end()) found->second.gzip = std::move(bytes);
  }
  return result;
}

const StaticFile* StaticFiles::Find(std::string_view name) const {
  const auto found = files_.find(name);
  return found == files_.end() ? nullptr : &found->second;
}

}  // namespace rookery::gateway
