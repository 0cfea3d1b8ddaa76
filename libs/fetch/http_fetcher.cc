#include "libs/fetch/http_fetcher.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <fstream>
#include <memory>
#include <string_view>
#include <utility>

#include "libs/base/version.h"

namespace rookery {
namespace {

constexpr long kMaxRedirects = 3;
constexpr long kOk = 200;

struct Body {
  std::string text;
  size_t max_bytes;
};

size_t Take(const char* data, size_t, size_t bytes, void* into) {
  Body& body = *static_cast<Body*>(into);
  // Less than was given ends the transfer.
  if (body.text.size() + bytes > body.max_bytes) return 0;
  body.text.append(data, bytes);
  return bytes;
}

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

Handle NewHandle() {
  // Not thread-safe in itself; a static's initialisation is.
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  return Handle(initialised == CURLE_OK ? curl_easy_init() : nullptr);
}

Status Failed(const std::string& url, std::string_view why) {
  return absl::UnavailableError(fmt::format("cannot fetch {}: {}", url, why));
}

}  // namespace

StatusOr<HttpFetcher> HttpFetcher::Open(HttpFetcherOptions options) {
  if (!options.ca.empty() && !std::ifstream(options.ca)) {
    return absl::InvalidArgumentError(fmt::format("Cannot read '{}'.", options.ca));
  }
  return HttpFetcher(std::move(options));
}

StatusOr<std::string> HttpFetcher::Fetch(const std::string& url) {
  const Handle handle = NewHandle();
  if (handle == nullptr) return Failed(url, "libcurl cannot be used");
  CURL* const curl = handle.get();
  Body body{.text = "", .max_bytes = options_.max_bytes};
  std::array<char, CURL_ERROR_SIZE> why{};
  const std::string agent = fmt::format("rookery/{}", kVersion);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, agent.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  // Plain HTTP is for this machine (tokens::CheckKeyLocation), which no proxy knows.
  if (url.starts_with("http://")) curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https");
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMaxRedirects);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(options_.timeout)));
  // Else a timeout is a signal, which threads do not bear.
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  if (!options_.ca.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options_.ca.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
  }
  const CURLcode code = curl_easy_perform(curl);
  if (code == CURLE_WRITE_ERROR) {
    return Failed(url, fmt::format("it is longer than {} bytes", options_.max_bytes));
  }
  if (code != CURLE_OK) return Failed(url, why[0] != 0 ? why.data() : curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != kOk) return Failed(url, fmt::format("the answer's status is {}", status));
  return std::move(body.text);
}

}  // namespace rookery
