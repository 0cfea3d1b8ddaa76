#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/time/clock.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>
#include <rookery/tracking/v1/metric.pb.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "libs/http/callback.h"
#include "libs/http/coroutine.h"
#include "libs/transcode/json_printer.h"
#include "services/gateway/forward.h"
#include "services/gateway/reply.h"

namespace rookery::gateway {
namespace {

using google::protobuf::internal::WireFormatLite;
using tracking::v1::GetMetricHistoryRequest;
using tracking::v1::GetMetricHistoryResponse;

// Some megabytes of JSON: long enough that calls cost nothing, short enough to be held twice.
constexpr int32_t kPagePoints = 50'000;

// A page that was asked for and may be waited for later. Thread-safe.
class Page {
 public:
  // What it lends to the call lives as long as the call.
  static StatusOr<std::shared_ptr<Page>> Ask(const Forward& forward,
                                             GetMetricHistoryRequest request) {
    ASSIGN_OR_RETURN(rpc::MetadataList metadata, MetadataFor(forward));
    auto page = std::make_shared<Page>();
    page->request_ = std::move(request);
    const rpc::Canceller call = forward.client.UnaryBytes(
        *forward.match.route->rpc,
        {std::move(metadata), absl::Now() + forward.options.call_timeout}, page->request_,
        &page->wire_, [page](Status status) { page->Came(std::move(status)); });
    // The client may go while nobody waits.
    forward.exchange.OnDisconnect([call] { call.Cancel(); });
    return page;
  }

  http::asio::awaitable<Status> Wait() {
    co_return co_await http::FromCallback<Status>(
        [this](const std::function<void(Status)>& done) { TellWhenItCame(done); });
  }

  // Once it has come: protobuf's bytes of a GetMetricHistoryResponse.
  const std::string& wire() const { return wire_; }

 private:
  void Came(Status status) {
    std::function<void(Status)> waiter;
    {
      const absl::MutexLock lock(&mutex_);
      end_ = status;
      waiter = std::exchange(waiter_, nullptr);
    }
    if (waiter) waiter(std::move(status));
  }
  void TellWhenItCame(const std::function<void(Status)>& done) {
    std::optional<Status> end;
    {
      const absl::MutexLock lock(&mutex_);
      end = end_;
      if (!end) waiter_ = done;
    }
    if (end) done(*std::move(end));
  }

  GetMetricHistoryRequest request_;
  std::string wire_;
  absl::Mutex mutex_;
  std::optional<Status> end_ ABSL_GUARDED_BY(mutex_);
  std::function<void(Status)> waiter_ ABSL_GUARDED_BY(mutex_);
};

// Of a page; "" on the last. Its points are passed over, not taken apart.
std::string NextPageToken(const std::string& wire) {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const uint8_t*>(wire.data()),
                                            static_cast<int>(wire.size()));
  std::string token;
  while (const uint32_t tag = in.ReadTag()) {
    const bool found = WireFormatLite::GetTagFieldNumber(tag) ==
                       GetMetricHistoryResponse::kNextPageTokenFieldNumber;
    const bool read =
        found ? WireFormatLite::ReadString(&in, &token) : WireFormatLite::SkipField(&in, tag);
    if (!read) return "";
  }
  return token;
}

// What of a page's JSON, `{"metrics":[...],"next_page_token":"..."}`, stands in that of the whole.
std::string_view PieceOf(std::string& json, bool is_first, bool is_last) {
  const size_t open = json.find('[');
  // No points any more, though the page before said so.
  if (open == std::string::npos) return is_last ? "]}" : "";
  if (!is_last) json.resize(json.rfind(']'));
  if (is_first) return json;
  json[open] = ',';
  return std::string_view(json).substr(open);
}

http::ResponseHead JsonHead() {
  http::ResponseHead head;
  head.headers = SafetyHeaders();
  head.headers.Add("Content-Type", "application/json");
  return head;
}

}  // namespace

http::asio::awaitable<Status> ForwardHistory(const Forward& forward) {
  GetMetricHistoryRequest request;
  CO_RETURN_IF_ERROR(FillRequest(forward, "", &request));
  // The pages are the client's own.
  if (request.has_max_results()) co_return co_await ForwardUnary(forward);
  request.set_max_results(kPagePoints);
  http::ResponseWriter& response = forward.exchange.response();
  CO_ASSIGN_OR_RETURN(std::shared_ptr<Page> page, Page::Ask(forward, request));
  std::string json;
  for (bool is_first = true; page != nullptr; is_first = false) {
    CO_RETURN_IF_ERROR(co_await page->Wait());
    request.set_page_token(NextPageToken(page->wire()));
    std::shared_ptr<Page> next;
    if (!request.page_token().empty()) {
      CO_ASSIGN_OR_RETURN(next, Page::Ask(forward, request));
    }
    json.clear();
    CO_RETURN_IF_ERROR(
        transcode::AppendJson(*GetMetricHistoryResponse::descriptor(), page->wire(), &json));
    page = std::move(next);
    if (is_first && page == nullptr) {
      co_return co_await SendJson(forward.exchange, std::move(json));
    }
    if (is_first) CO_RETURN_IF_ERROR(co_await response.Start(JsonHead(), std::nullopt));
    CO_RETURN_IF_ERROR(co_await response.Write(PieceOf(json, is_first, page == nullptr)));
  }
  forward.exchange.OnDisconnect({});
  co_return co_await response.Finish();
}

}  // namespace rookery::gateway
