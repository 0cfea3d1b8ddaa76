// A gRPC service as a table of its methods.
#pragma once

#include <absl/container/flat_hash_map.h>
#include <google/protobuf/descriptor.h>
#include <grpcpp/impl/codegen/proto_utils.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/service_type.h>
#include <grpcpp/support/server_callback.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/done.h"
#include "libs/base/status.h"
#include "libs/rpc/call_arena.h"
#include "libs/rpc/carrier.h"
#include "libs/rpc/unary.h"

namespace rookery::rpc {

// What a method of the domain takes and gives, of the three forms that Unary::Serve knows.
template <typename Method>
struct MethodTypes;
template <typename D, typename Q, typename R>
struct MethodTypes<StatusOr<R> (D::*)(const CallContext&, const Q&)> {
  using Request = Q;
  using Response = R;
};
template <typename D, typename Q, typename R>
struct MethodTypes<Status (D::*)(const CallContext&, const Q&, R*)> {
  using Request = Q;
  using Response = R;
};
template <typename D, typename Q, typename R>
struct MethodTypes<void (D::*)(const CallContext&, const Q&, Done<R>)> {
  using Request = Q;
  using Response = R;
};
template <typename D, typename Q, typename R>
struct MethodTypes<StatusOr<R> (D::*)(const CallContext&, const Q&) const>
    : MethodTypes<StatusOr<R> (D::*)(const CallContext&, const Q&)> {};
template <typename D, typename Q, typename R>
struct MethodTypes<Status (D::*)(const CallContext&, const Q&, R*) const>
    : MethodTypes<Status (D::*)(const CallContext&, const Q&, R*)> {};
template <typename D, typename Q, typename R>
struct MethodTypes<void (D::*)(const CallContext&, const Q&, Done<R>) const>
    : MethodTypes<void (D::*)(const CallContext&, const Q&, Done<R>)> {};

// The base of each service: its constructor has a row for each method of the proto. A row is what
// generated code has for a method of a callback service, and besides lets callers in this process
// reach a unary method without gRPC (local_client.h). Methods without a row are UNIMPLEMENTED.
// Immutable after construction, thread-safe. The process ends over a row that does not fit the
// proto.
class Service : public grpc::Service {
 public:
  using Context = grpc::CallbackServerContext;
  // Begins a call; request and response live until the carrier is finished with.
  using Local = std::function<void(Carrier& carrier, const google::protobuf::Message& request,
                                   google::protobuf::Message* response)>;

  // Null: not this service's, or not unary.
  const Local* FindLocal(const google::protobuf::MethodDescriptor& method) const;

 protected:
  // The service by its full name ("rookery.tracking.v1.RunService"), and how its unary calls are
  // served, which must outlive them.
  Service(const char* full_name, const Unary& unary);

  // A unary method that is one of `domain`'s, as Unary::Serve says.
  template <typename Domain, typename Method>
  void On(const char* name, Domain& domain, Method method) {
    using Request = typename MethodTypes<Method>::Request;
    using Response = typename MethodTypes<Method>::Response;
    OnCarrier<Request, Response>(
        name,
        [this, &domain, method](Carrier& carrier, const Request& request, Response* response) {
          unary_.Serve(carrier, request, response, domain, method);
        });
  }
  // The same; gRPC makes request and response on an arena of the call's own, since they are many
  // small objects.
  template <typename Domain, typename Method>
  void OnArena(const char* name, Domain& domain, Method method);

  // One that reads more of the call than a CallContext has, and serves it by `unary()`.
  template <typename Request, typename Response>
  void OnCarrier(const char* name, std::function<void(Carrier&, const Request&, Response*)> serve);

  const Unary& unary() const { return unary_; }

  // Streams: `make` begins one.
  template <typename Request, typename Response>
  void OnBidi(const char* name,
              std::function<grpc::ServerBidiReactor<Request, Response>*(Context*)> make) {
    Add(name, Request::descriptor(), Response::descriptor(),
        new grpc::internal::CallbackBidiHandler<Request, Response>(std::move(make)));
  }
  template <typename Request, typename Response>
  void OnRead(const char* name,
              std::function<grpc::ServerReadReactor<Request>*(Context*, Response*)> make) {
    Add(name, Request::descriptor(), Response::descriptor(),
        new grpc::internal::CallbackClientStreamingHandler<Request, Response>(std::move(make)));
  }
  template <typename Request, typename Response>
  void OnWrite(const char* name,
               std::function<grpc::ServerWriteReactor<Response>*(Context*, const Request*)> make) {
    Add(name, Request::descriptor(), Response::descriptor(),
        new grpc::internal::CallbackServerStreamingHandler<Request, Response>(std::move(make)));
  }

 private:
  // A call that gRPC brought. Deletes itself.
  class GrpcCarrier;

  static grpc::ServerUnaryReactor* Begin(Context* context,
                                         const std::function<void(Carrier&)>& serve);
  // Takes `handler`.
  const google::protobuf::MethodDescriptor& Add(const char* name,
                                                const google::protobuf::Descriptor* request,
                                                const google::protobuf::Descriptor* response,
                                                grpc::internal::MethodHandler* handler);

  const google::protobuf::ServiceDescriptor& descriptor_;
  const Unary& unary_;
  // gRPC keeps pointers to them.
  std::deque<std::string> paths_;
  std::vector<std::shared_ptr<void>> allocators_;
  absl::flat_hash_map<const google::protobuf::MethodDescriptor*, Local> local_;
};

template <typename Domain, typename Method>
void Service::OnArena(const char* name, Domain& domain, Method method) {
  using Request = typename MethodTypes<Method>::Request;
  using Response = typename MethodTypes<Method>::Response;
  On(name, domain, method);
  const auto messages = std::make_shared<ArenaMessages<Request, Response>>();
  static_cast<grpc::internal::CallbackUnaryHandler<Request, Response>*>(
      GetHandler(static_cast<int>(paths_.size()) - 1))
      ->SetMessageAllocator(messages.get());
  allocators_.push_back(messages);
}

template <typename Request, typename Response>
void Service::OnCarrier(const char* name,
                        std::function<void(Carrier&, const Request&, Response*)> serve) {
  const auto& method = Add(
      name, Request::descriptor(), Response::descriptor(),
      new grpc::internal::CallbackUnaryHandler<Request, Response>(
          [serve](Context* context, const Request* request, Response* response) {
            return Begin(context, [&](Carrier& carrier) { serve(carrier, *request, response); });
          }));
  local_.emplace(&method, [serve = std::move(serve)](Carrier& carrier,
                                                     const google::protobuf::Message& request,
                                                     google::protobuf::Message* response) {
    serve(carrier, static_cast<const Request&>(request), static_cast<Response*>(response));
  });
}

}  // namespace rookery::rpc
