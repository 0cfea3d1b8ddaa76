#include "libs/rpc/service.h"

#include <grpcpp/impl/rpc_service_method.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <stop_token>
#include <string_view>

#include "libs/rpc/call.h"
#include "libs/rpc/status.h"

namespace rookery::rpc {
namespace {

[[noreturn]] void EndBecause(std::string_view service, std::string_view method,
                             std::string_view what) {
  spdlog::critical("The service {} cannot serve {}: {}", service, method, what);
  std::abort();
}

grpc::internal::RpcMethod::RpcType TypeOf(const google::protobuf::MethodDescriptor& method) {
  using grpc::internal::RpcMethod;
  if (method.client_streaming() && method.server_streaming()) return RpcMethod::BIDI_STREAMING;
  if (method.client_streaming()) return RpcMethod::CLIENT_STREAMING;
  if (method.server_streaming()) return RpcMethod::SERVER_STREAMING;
  return RpcMethod::NORMAL_RPC;
}

const google::protobuf::ServiceDescriptor& Find(const char* full_name) {
  const auto* found =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(full_name);
  if (found == nullptr) EndBecause(full_name, "anything", "no proto of this program has it");
  return *found;
}

}  // namespace

class Service::GrpcCarrier final : public grpc::ServerUnaryReactor, public Carrier {
 public:
  explicit GrpcCarrier(const Context& context) : context_(context) {}

  std::string Metadata(const char* key) const override { return rpc::Metadata(context_, key); }
  absl::Time deadline() const override { return DeadlineOf(context_); }
  std::stop_token gone() const override { return gone_.get_token(); }
  void Finish(const Status& status) override { ServerUnaryReactor::Finish(ToGrpc(status)); }

 private:
  void OnCancel() override { gone_.request_stop(); }
  void OnDone() override { delete this; }

  const Context& context_;
  std::stop_source gone_;
};

Service::Service(const char* full_name, const Unary& unary)
    : descriptor_(Find(full_name)), unary_(unary) {}

const Service::Local* Service::FindLocal(const google::protobuf::MethodDescriptor& method) const {
  const auto found = local_.find(&method);
  return found == local_.end() ? nullptr : &found->second;
}

grpc::ServerUnaryReactor* Service::Begin(Context* context,
                                         const std::function<void(Carrier&)>& serve) {
  auto* const carrier = new GrpcCarrier(*context);
  serve(*carrier);
  return carrier;
}

const google::protobuf::MethodDescriptor& Service::Add(const char* name,
                                                       const google::protobuf::Descriptor* request,
                                                       const google::protobuf::Descriptor* response,
                                                       grpc::internal::MethodHandler* handler) {
  const auto* method = descriptor_.FindMethodByName(name);
  if (method == nullptr) EndBecause(descriptor_.full_name(), name, "it has no such method");
  if (method->input_type() != request || method->output_type() != response) {
    EndBecause(descriptor_.full_name(), name, "the row's messages are not the method's");
  }
  paths_.push_back("/" + descriptor_.full_name() + "/" + name);
  AddMethod(new grpc::internal::RpcServiceMethod(paths_.back().c_str(), TypeOf(*method), nullptr));
  MarkMethodCallback(static_cast<int>(paths_.size()) - 1, handler);
  return *method;
}

}  // namespace rookery::rpc
