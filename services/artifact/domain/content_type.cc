#include "services/artifact/domain/content_type.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::artifact {
namespace {

// Compared with their case, as MLflow does. A whole name counts as its own extension if it has
// none.
constexpr std::array<std::string_view, 25> kTextExtensions = {
    "MLmodel", "cf",   "cfg",  "cnf", "conf", "csv",        "err",  "hocon", "ini",
    "ipynb",   "js",   "json", "log", "md",   "properties", "prop", "py",    "py3",
    "rst",     "toml", "tsv",  "txt", "xml",  "yaml",       "yml"};

using Named = std::pair<std::string_view, std::string_view>;

constexpr auto kTypes = std::to_array<Named>({
    {"7z", "application/x-7z-compressed"},
    {"aac", "audio/aac"},
    {"avi", "video/x-msvideo"},
    {"avif", "image/avif"},
    {"bmp", "image/bmp"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"doc", "application/msword"},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"eps", "application/postscript"},
    {"flac", "audio/flac"},
    {"gif", "image/gif"},
    {"h5", "application/x-hdf5"},
    {"hdf", "application/x-hdf"},
    {"heic", "image/heic"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/vnd.microsoft.icon"},
    {"jpe", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"md", "text/markdown"},
    {"mjs", "text/javascript"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"mpg", "video/mpeg"},
    {"nc", "application/x-netcdf"},
    {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    {"odt", "application/vnd.oasis.opendocument.text"},
    {"ogg", "audio/ogg"},
    {"opus", "audio/opus"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"ppt", "application/vnd.ms-powerpoint"},
    {"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"ps", "application/postscript"},
    {"sh", "application/x-sh"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"text", "text/plain"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"tsv", "text/tab-separated-values"},
    {"txt", "text/plain"},
    {"wasm", "application/wasm"},
    {"wav", "audio/x-wav"},
    {"webm", "video/webm"},
    {"webp", "image/webp"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"xhtml", "application/xhtml+xml"},
    {"xls", "application/vnd.ms-excel"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"xml", "text/xml"},
    {"zip", "application/zip"},
});
static_assert(std::ranges::is_sorted(kTypes, {}, &Named::first));

// Short forms of two extensions, and what is left of them without the compression.
constexpr auto kCompressedTypes = std::to_array<Named>({
    {"svgz", "image/svg+xml"},
    {"taz", "application/x-tar"},
    {"tbz2", "application/x-tar"},
    {"tgz", "application/x-tar"},
    {"txz", "application/x-tar"},
    {"tz", "application/x-tar"},
});

constexpr std::array<std::string_view, 4> kCompressions = {"br", "bz2", "gz", "xz"};

// Without the dot; "" if there is none or only a leading one.
std::string_view Extension(std::string_view name) {
  const size_t begin = name.find_first_not_of('.');
  const size_t dot = name.rfind('.');
  if (begin == std::string_view::npos || dot == std::string_view::npos || dot < begin) return {};
  return name.substr(dot + 1);
}

std::string_view TypeOfExtension(std::string_view extension) {
  const std::string lower = absl::AsciiStrToLower({extension.data(), extension.size()});
  for (const auto& [known, type] : kCompressedTypes) {
    if (known == lower) return type;
  }
  const auto found = std::ranges::lower_bound(kTypes, std::string_view(lower), {}, &Named::first);
  if (found != kTypes.end() && found->first == lower) return found->second;
  return "application/octet-stream";
}

}  // namespace

std::string_view ContentType(std::string_view name) {
  std::string_view extension = Extension(name);
  if (std::ranges::count(kTextExtensions, extension.empty() ? name : extension) > 0) {
    return "text/plain";
  }
  if (std::ranges::count(kCompressions, extension) > 0) {
    name.remove_suffix(extension.size() + 1);
    extension = Extension(name);
  }
  return TypeOfExtension(extension);
}

}  // namespace rookery::artifact
