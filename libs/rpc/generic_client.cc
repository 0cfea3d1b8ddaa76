#include "libs/rpc/generic_client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>

#include "libs/rpc/generic_stream.h"
#include "libs/rpc/status.h"

namespace rookery::rpc {

namespace {

std::string MethodPath(const google::protobuf::MethodDescriptor& method) {
  return "/" + method.service()->full_name() + "/" + method.name();
}

Status Join(const grpc::ByteBuffer& buffer, std::string* bytes) {
  std::vector<grpc::Slice> slices;
  RETURN_IF_ERROR(FromGrpc(buffer.Dump(&slices)));
  bytes->reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes->append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return absl::OkStatus();
}

class ChannelClient final : public GenericClient {
 public:
  explicit ChannelClient(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  Canceller Unary(const google::protobuf::MethodDescriptor& method, const CallOptions& options,
                  const google::protobuf::Message& request, google::protobuf::Message* response,
                  std::function<void(Status)> done) override;
  Canceller UnaryBytes(const google::protobuf::MethodDescriptor& method, const CallOptions& options,
                       const google::protobuf::Message& request, std::string* response,
                       std::function<void(Status)> done) override;
  std::unique_ptr<ClientStream> Stream(const google::protobuf::MethodDescriptor& method,
                                       const CallOptions& options) override {
    return StartGenericStream(channel_, MethodPath(method), options);
  }

 private:
  template <typename Response>
  Canceller Call(const google::protobuf::MethodDescriptor& method, const CallOptions& options,
                 const google::protobuf::Message& request, Response* response,
                 std::function<void(Status)> done);

  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace

bool IsMetadataValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void Apply(const CallOptions& options, grpc::ClientContext* context) {
  for (const auto& [key, value] : options.metadata) context->AddMetadata(key, value);
  if (options.deadline != absl::InfiniteFuture()) {
    context->set_deadline(absl::ToChronoTime(options.deadline));
  }
}

Canceller GenericClient::UnaryBytes(const google::protobuf::MethodDescriptor& method,
                                    const CallOptions& options,
                                    const google::protobuf::Message& request, std::string* response,
                                    std::function<void(Status)> done) {
  auto* const factory = google::protobuf::MessageFactory::generated_factory();
  const std::shared_ptr<google::protobuf::Message> message(
      factory->GetPrototype(method.output_type())->New());
  return Unary(method, options, request, message.get(),
               [message, response, done = std::move(done)](Status status) {
                 if (status.ok()) message->SerializePartialToString(response);
                 done(std::move(status));
               });
}

template <typename Response>
Canceller ChannelClient::Call(const google::protobuf::MethodDescriptor& method,
                              const CallOptions& options, const google::protobuf::Message& request,
                              Response* response, std::function<void(Status)> done) {
  auto context = std::make_shared<grpc::ClientContext>();
  Apply(options, context.get());
  grpc::TemplatedGenericStub<google::protobuf::Message, Response>(channel_).UnaryCall(
      context.get(), MethodPath(method), grpc::StubOptions(), &request, response,
      [context, done = std::move(done)](const grpc::Status& status) { done(FromGrpc(status)); });
  return Canceller([weak = std::weak_ptr(context)] {
    if (auto alive = weak.lock()) alive->TryCancel();
  });
}

Canceller ChannelClient::Unary(const google::protobuf::MethodDescriptor& method,
                               const CallOptions& options, const google::protobuf::Message& request,
                               google::protobuf::Message* response,
                               std::function<void(Status)> done) {
  return Call(method, options, request, response, std::move(done));
}

Canceller ChannelClient::UnaryBytes(const google::protobuf::MethodDescriptor& method,
                                    const CallOptions& options,
                                    const google::protobuf::Message& request, std::string* response,
                                    std::function<void(Status)> done) {
  auto buffer = std::make_shared<grpc::ByteBuffer>();
  return Call(method, options, request, buffer.get(),
              [buffer, response, done = std::move(done)](Status status) {
                if (status.ok()) status = Join(*buffer, response);
                done(std::move(status));
              });
}

std::shared_ptr<GenericClient> ClientOf(std::shared_ptr<grpc::Channel> channel) {
  return std::make_shared<ChannelClient>(std::move(channel));
}

}  // namespace rookery::rpc
