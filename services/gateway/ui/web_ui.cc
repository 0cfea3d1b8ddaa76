#include "services/gateway/ui/web_ui.h"

#include <fmt/format.h>

#include "libs/base/version.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/percent.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

// MLflow's build has 27 MB.
constexpr uint64_t kMaxBytes = 256 << 20;
constexpr std::string_view kStaticFiles = "/static-files/";
constexpr char kIndex[] = "index.html";
// Names of built files hold a hash of their content.
constexpr char kCacheForFourWeeks[] = "public, max-age=2419200";
// MLflow's client shows it in a frame of a notebook, whose page comes from elsewhere.
constexpr std::string_view kFramedAnywhere = "/static-files/lib/notebook-trace-renderer/";

// Whether a header that lists things, `a, b;q=0.5, W/"c"`, has `wanted` among them.
bool Lists(std::string_view list, std::string_view wanted) {
  while (!list.empty()) {
    const size_t comma = list.find(',');
    std::string_view item = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    while (item.starts_with(' ')) item.remove_prefix(1);
    if (item.starts_with("W/")) item.remove_prefix(2);
    while (item.ends_with(' ')) item.remove_suffix(1);
    if (item == wanted || item == "*") return true;
  }
  return false;
}

http::ResponseHead HeadFor(const http::RequestHead& request, const StaticFile& file) {
  http::ResponseHead head;
  head.headers = SafetyHeaders();
  if (request.path.starts_with(kFramedAnywhere))
    head.headers = {{"X-Content-Type-Options", "nosniff"}};
  head.headers.Add("Content-Type", file.content_type);
  head.headers.Add("Cache-Control", request.path == "/" ? "no-cache" : kCacheForFourWeeks);
  if (!file.gzip.empty()) head.headers.Add("Vary", "Accept-Encoding");
  return head;
}

}  // namespace

StatusOr<std::shared_ptr<const WebUi>> WebUi::Open(const std::string& folder) {
  auto files = StaticFiles::Read(folder, kMaxBytes);
  if (!files.ok()) {
    return absl::InvalidArgumentError(
        fmt::format("--mlflow-ui: {}", std::string(files.status().message())));
  }
  if (files->Find(kIndex) == nullptr) {
    return absl::InvalidArgumentError(fmt::format(
        "--mlflow-ui: {} has no index.html. Name the build of MLflow's web UI, which an installed "
        "mlflow has in mlflow/server/js/build.",
        folder));
  }
  return std::shared_ptr<const WebUi>(new WebUi(*std::move(files)));
}

const StaticFile* WebUi::Find(std::string_view path) const {
  if (path == "/") return files_.Find(kIndex);
  if (!path.starts_with(kStaticFiles)) return nullptr;
  const auto name =
      transcode::PercentDecode(path.substr(kStaticFiles.size()), transcode::Plus::kPlus);
  return name.ok() ? files_.Find(*name) : nullptr;
}

http::asio::awaitable<Status> SendStaticFile(http::Exchange& exchange, const StaticFile& file) {
  const http::RequestHead& request = exchange.request();
  http::ResponseHead head = HeadFor(request, file);
  const bool compressed =
      !file.gzip.empty() && Lists(request.headers.Find("Accept-Encoding").value_or(""), "gzip");
  // A weak one, since the bytes differ from the uncompressed ones.
  head.headers.Add("ETag", compressed ? "W/" + file.etag : file.etag);
  if (Lists(request.headers.Find("If-None-Match").value_or(""), file.etag)) {
    head.status = 304;
    CO_RETURN_IF_ERROR(co_await exchange.response().Start(std::move(head), std::nullopt));
    co_return co_await exchange.response().Finish();
  }
  if (compressed) head.headers.Add("Content-Encoding", "gzip");
  const std::string_view bytes = compressed ? file.gzip : file.bytes;
  CO_RETURN_IF_ERROR(co_await exchange.response().Start(std::move(head), bytes.size()));
  CO_RETURN_IF_ERROR(co_await exchange.response().Write(bytes));
  co_return co_await exchange.response().Finish();
}

http::Response PageWithoutUi() {
  http::Response response;
  response.headers = SafetyHeaders();
  response.headers.Add("Content-Type", "text/plain; charset=utf-8");
  response.body = fmt::format(
      "Rookery {}, a tracking server for MLflow's clients: set MLFLOW_TRACKING_URI to this "
      "address.\n\n"
      "It was started without a web UI. To have MLflow's own, start it with\n"
      "  rookery server --mlflow-ui DIR\n"
      "where DIR is mlflow/server/js/build of an installed mlflow:\n"
      "  python -c \"import mlflow, os; print(os.path.dirname(mlflow.__file__) + "
      "'/server/js/build')\"\n",
      kVersion);
  return response;
}

}  // namespace rookery::gateway
