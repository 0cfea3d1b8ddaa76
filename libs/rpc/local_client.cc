#include "libs/rpc/local_client.h"

#include <absl/time/clock.h>
#include <fmt/format.h>
#include <google/protobuf/arena.h>

#include <atomic>
#include <optional>
#include <stop_token>
#include <utility>

#include "libs/rpc/call_arena.h"
#include "libs/rpc/carrier.h"
#include "libs/rpc/deadlines.h"
#include "libs/rpc/service.h"

namespace rookery::rpc {
namespace {

using google::protobuf::Message;

// Gets the response if the status is OK.
using Answer = std::function<void(Status, const Message* response)>;

// Lives until the service and the caller are both done with it.
class LocalCall final : public Carrier, public std::enable_shared_from_this<LocalCall> {
 public:
  LocalCall(Deadlines& deadlines, const CallOptions& options, Answer answer)
      : deadlines_(deadlines),
        metadata_(options.metadata),
        deadline_(options.deadline),
        answer_(std::move(answer)) {}

  void Begin(const Service::Local& serve, const google::protobuf::MethodDescriptor& method,
             const Message& request) {
    Message* const asked = request.New(&arena_);
    asked->CopyFrom(request);
    auto* const factory = google::protobuf::MessageFactory::generated_factory();
    response_ = factory->GetPrototype(method.output_type())->New(&arena_);
    under_way_ = shared_from_this();
    if (deadline_ != absl::InfiniteFuture()) {
      expires_ = deadlines_.Add(SteadyIn(deadline_ - absl::Now()), [weak = weak_from_this()] {
        if (const auto call = weak.lock()) {
          call->GiveUp(absl::DeadlineExceededError("Deadline Exceeded"));
        }
      });
    }
    serve(*this, *asked, response_);
  }

  // Answers in the service's stead, which is told that nobody waits any more.
  void GiveUp(const Status& status) {
    gone_.request_stop();
    Give(status);
  }

  std::string Metadata(const char* key) const override {
    for (const auto& [name, value] : metadata_) {
      if (name == key) return value;
    }
    return "";
  }
  absl::Time deadline() const override { return deadline_; }
  std::stop_token gone() const override { return gone_.get_token(); }

  void Finish(const Status& status) override {
    Give(status);
    if (expires_) deadlines_.Remove(*expires_);
    // The last of this call, perhaps.
    const auto over = std::move(under_way_);
  }

 private:
  void Give(const Status& status) {
    if (!answered_.exchange(true)) answer_(status, response_);
  }

  Deadlines& deadlines_;
  const MetadataList metadata_;
  const absl::Time deadline_;
  const Answer answer_;
  google::protobuf::Arena arena_{CallArena()};
  Message* response_ = nullptr;
  std::stop_source gone_;
  std::optional<Deadlines::Key> expires_;
  std::atomic<bool> answered_ = false;
  // Itself, as long as the service is at work.
  std::shared_ptr<LocalCall> under_way_;
};

class Local final : public GenericClient {
 public:
  Local(const std::vector<grpc::Service*>& services, std::shared_ptr<GenericClient> others,
        int max_message_bytes)
      : others_(std::move(others)), max_message_bytes_(max_message_bytes) {
    for (const grpc::Service* service : services) {
      if (const auto* ours = dynamic_cast<const Service*>(service)) services_.push_back(ours);
    }
  }

  // By way of bytes: what a service passes on encoded (docs/adr/0035) lies among the unknown fields
  // of its answer, and is to be found by those who read it.
  Canceller Unary(const google::protobuf::MethodDescriptor& method, const CallOptions& options,
                  const Message& request, Message* response,
                  std::function<void(Status)> done) override {
    const auto bytes = std::make_shared<std::string>();
    return UnaryBytes(method, options, request, bytes.get(),
                      [bytes, response, done = std::move(done)](Status status) {
                        if (status.ok()) response->ParsePartialFromString(*bytes);
                        done(std::move(status));
                      });
  }

  Canceller UnaryBytes(const google::protobuf::MethodDescriptor& method, const CallOptions& options,
                       const Message& request, std::string* response,
                       std::function<void(Status)> done) override {
    const Service::Local* const serve = Find(method);
    if (serve == nullptr) {
      return others_->UnaryBytes(method, options, request, response, std::move(done));
    }
    return Begin(*serve, method, options, request,
                 [response, done = std::move(done)](Status status, const Message* given) {
                   if (status.ok()) given->SerializePartialToString(response);
                   done(std::move(status));
                 });
  }

  std::unique_ptr<ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                       const CallOptions& options) override {
    return others_->Stream(method, options);
  }

 private:
  const Service::Local* Find(const google::protobuf::MethodDescriptor& method) const {
    for (const Service* service : services_) {
      if (const auto* serve = service->FindLocal(method)) return serve;
    }
    return nullptr;
  }

  Canceller Begin(const Service::Local& serve, const google::protobuf::MethodDescriptor& method,
                  const CallOptions& options, const Message& request, Answer answer) {
    const auto call = std::make_shared<LocalCall>(
        deadlines_, options,
        [limit = max_message_bytes_, answer = std::move(answer)](Status status,
                                                                 const Message* response) {
          if (status.ok() && response->ByteSizeLong() > static_cast<size_t>(limit)) {
            status = absl::ResourceExhaustedError(
                fmt::format("The answer has more than {} bytes.", limit));
          }
          answer(std::move(status), response);
        });
    call->Begin(serve, method, request);
    return Canceller([weak = std::weak_ptr(call)] {
      if (const auto alive = weak.lock()) alive->GiveUp(absl::CancelledError("Cancelled"));
    });
  }

  std::vector<const Service*> services_;
  const std::shared_ptr<GenericClient> others_;
  const int max_message_bytes_;
  Deadlines deadlines_;
};

}  // namespace

std::shared_ptr<GenericClient> LocalClient(const std::vector<grpc::Service*>& services,
                                           std::shared_ptr<GenericClient> others,
                                           int max_message_bytes) {
  return std::make_shared<Local>(services, std::move(others), max_message_bytes);
}

}  // namespace rookery::rpc
