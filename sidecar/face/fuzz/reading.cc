#include "sidecar/face/fuzz/reading.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <memory>
#include <optional>
#include <string>

#include "libs/http/request_parser.h"
#include "libs/transcode/json_parser.h"
#include "libs/transcode/json_printer.h"
#include "libs/transcode/request_builder.h"
#include "libs/transcode/required.h"
#include "libs/transcode/route_table_builder.h"
#include "sidecar/face/run_writes.h"

namespace rookery::sidecar::fuzz {
namespace {

namespace v1 = tracking::v1;
using google::protobuf::Message;

constexpr uint32_t kHeaderLimitBytes = 64 << 10;

Status Wrong(std::string_view what) { return absl::InternalError(fmt::format("{}", what)); }

// What became of a request.
struct Outcome {
  bool refused = false;
  bool complete = false;
  std::string method;
  std::string path;
  std::string query;
  std::string body;

  friend bool operator==(const Outcome&, const Outcome&) = default;
  std::string Text() const {
    return fmt::format("{} {}?{} ({} bytes, {})", method, path, query, body.size(),
                       refused    ? "refused"
                       : complete ? "complete"
                                  : "incomplete");
  }
};

// A request that arrives bit by bit. What the parser leaves it is given again, with more.
class Arriving {
 public:
  void Take(std::string_view bytes) {
    waiting_.append(bytes);
    while (!outcome_.refused && !outcome_.complete && Step()) {
    }
  }
  const Outcome& outcome() const { return outcome_; }

 private:
  // Whether anything was taken.
  bool Step() {
    std::string_view piece;
    const bool was_head = !parser_.has_head();
    const auto taken = was_head ? parser_.TakeHead(waiting_) : parser_.TakeBody(waiting_, &piece);
    if (!taken.ok()) {
      outcome_ = {.refused = true};
      return false;
    }
    outcome_.body.append(piece);
    waiting_.erase(0, *taken);
    if (was_head && parser_.has_head()) {
      outcome_.method = parser_.head().method;
      outcome_.path = parser_.head().path;
      outcome_.query = parser_.head().query;
    }
    outcome_.complete = parser_.done();
    return *taken > 0 || (was_head && parser_.has_head());
  }

  http::RequestParser parser_{kHeaderLimitBytes};
  std::string waiting_;
  Outcome outcome_;
};

const transcode::RouteTable& Routes() {
  static const auto table = [] {
    transcode::RouteTableBuilder builder;
    for (const char* service :
         {"ExperimentService", "LoggedModelService", "MetricService", "RunService"}) {
      builder.AddService(google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          fmt::format("rookery.tracking.v1.{}", service)));
    }
    builder.AliasPrefix("/api/", "/ajax-api/");
    return builder.Build();
  }();
  return *table;
}

// What a request of this type writes; nothing if it is no write of a run's.
std::optional<StatusOr<v1::RunIngest>> IngestOfAny(const Message& request) {
  std::optional<StatusOr<v1::RunIngest>> write;
  const auto try_as = [&]<typename Request>(const Request* /*type*/) {
    if (request.GetDescriptor() != Request::descriptor()) return;
    write = IngestOf(static_cast<const Request&>(request));
  };
  try_as(static_cast<const v1::LogMetricRequest*>(nullptr));
  try_as(static_cast<const v1::LogParamRequest*>(nullptr));
  try_as(static_cast<const v1::SetTagRequest*>(nullptr));
  try_as(static_cast<const v1::LogBatchRequest*>(nullptr));
  try_as(static_cast<const v1::LogBatchAsyncRequest*>(nullptr));
  try_as(static_cast<const v1::UpdateRunRequest*>(nullptr));
  return write;
}

Status CheckThatItComesBack(const Message& request) {
  const std::string json = transcode::PrintJson(request);
  const std::unique_ptr<Message> again(request.New());
  if (const Status read = transcode::ParseJson(json, again.get()); !read.ok()) {
    return Wrong(fmt::format("What was printed is not read: {}\n{}", read.ToString(), json));
  }
  // An infinity comes back as the largest number, as MLflow has it, and is printed alike.
  if (transcode::PrintJson(*again) == json) return absl::OkStatus();
  return Wrong(fmt::format("What was printed is read as something else: {}", json));
}

Status Answer(const Outcome& asked) {
  const auto match = Routes().Match(asked.method, asked.path);
  if (!match.ok()) {
    if (!absl::IsInvalidArgument(match.status())) return Wrong(match.status().ToString());
    return absl::OkStatus();
  }
  if (match->route == nullptr) return absl::OkStatus();
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  const std::unique_ptr<Message> request(
      factory->GetPrototype(match->route->rpc->input_type())->New());
  Status built = transcode::BuildRequest(*match, asked.query, asked.body, request.get());
  if (built.ok()) {
    RETURN_IF_ERROR(CheckThatItComesBack(*request));
    built = transcode::CheckRequired(*request);
  }
  if (!built.ok()) {
    if (!absl::IsInvalidArgument(built)) return Wrong(built.ToString());
    return absl::OkStatus();
  }
  const auto write = IngestOfAny(*request);
  if (!write || write->ok() || absl::IsInvalidArgument(write->status()) ||
      absl::IsUnimplemented(write->status())) {
    return absl::OkStatus();
  }
  return Wrong(write->status().ToString());
}

}  // namespace

Status ReadAnything(std::string_view text) {
  if (text.empty()) return absl::OkStatus();
  const size_t cut = static_cast<unsigned char>(text.front()) * (text.size() - 1) / 255;
  text.remove_prefix(1);
  Arriving whole;
  whole.Take(text);
  Arriving in_two;
  in_two.Take(text.substr(0, cut));
  in_two.Take(text.substr(cut));
  // What is malformed may be seen to be so sooner or, with no end of its head in sight, later.
  const bool are_complete = whole.outcome().complete || in_two.outcome().complete;
  if (are_complete && whole.outcome() != in_two.outcome()) {
    return Wrong(fmt::format("It comes as {} and, cut at {}, as {}.", whole.outcome().Text(), cut,
                             in_two.outcome().Text()));
  }
  return whole.outcome().complete ? Answer(whole.outcome()) : absl::OkStatus();
}

}  // namespace rookery::sidecar::fuzz
