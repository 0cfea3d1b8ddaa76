#include "libs/rpc/server.h"

#include <absl/synchronization/mutex.h>
#include <absl/time/clock.h>
#include <fmt/format.h>
#include <grpc/support/log.h>
#include <grpcpp/create_channel_posix.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_posix.h>
#include <spdlog/spdlog.h>

#include <sys/socket.h>

#include <array>
#include <utility>

#include "libs/rpc/channel.h"
#include "libs/rpc/server_credentials.h"
#include "libs/rpc/service_names.h"

namespace rookery::rpc {
namespace {

// Of a call, as libs/http takes it of a request. A token that names 200 groups has 10 KiB, and gRPC
// takes 8 of itself.
constexpr int kMaxRequestMetadataBytes = 64 * 1024;

}  // namespace

void QuietenGrpc() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  gpr_set_log_function([](gpr_log_func_args* line) {
    spdlog::debug("gRPC {}:{}: {}", line->file, line->line, line->message);
  });
}

StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                const std::vector<grpc::Service*>& services) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  builder.SetMaxReceiveMessageSize(options.max_message_bytes);
  builder.SetMaxSendMessageSize(options.max_message_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxRequestMetadataBytes);
  // The pings of OpenChannel are welcome.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  if (options.max_connection_age != absl::InfiniteDuration()) {
    builder.AddChannelArgument(
        GRPC_ARG_MAX_CONNECTION_AGE_MS,
        static_cast<int>(absl::ToInt64Milliseconds(options.max_connection_age)));
  }
  // Two servers on one port would share its connections without a word.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(
      GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
      static_cast<int>(absl::ToInt64Milliseconds(options.handshake_timeout)));
  int port = 0;
  std::unique_ptr<TlsServerCredentials> tls;
  if (options.tls) tls = std::make_unique<TlsServerCredentials>(options.tls);
  if (options.address) {
    builder.AddListeningPort(*options.address,
                             tls ? tls->ForPort() : grpc::InsecureServerCredentials(), &port);
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::vector<std::string> names;
  builder.SetOption(CollectServiceNames(&names));
  auto server = builder.BuildAndStart();
  if (server == nullptr || (options.address && port == 0)) {
    return absl::UnavailableError(fmt::format(
        "Cannot listen for gRPC on {}. Is the address this machine's and the port free?",
        options.address.value_or("an in-process channel")));
  }
  auto* health = server->GetHealthCheckService();
  for (const std::string& name : names) health->SetServingStatus(name, true);
  return std::unique_ptr<Server>(
      new Server(std::move(tls), std::move(server), port, options.max_message_bytes));
}

Server::Server(std::unique_ptr<TlsServerCredentials> tls, std::unique_ptr<grpc::Server> server,
               int port, int max_message_bytes)
    : tls_(std::move(tls)),
      server_(std::move(server)),
      port_(port),
      max_message_bytes_(max_message_bytes) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(ChannelArguments());
}

StatusOr<std::shared_ptr<grpc::Channel>> Server::StreamingChannel() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return absl::UnavailableError("Cannot make a pair of sockets. Raise the limit of open files.");
  }
  // Each end belongs to gRPC from here on.
  grpc::AddInsecureChannelFromFd(server_.get(), ends[0]);
  return grpc::CreateCustomInsecureChannelFromFd("in-process", ends[1], ChannelArguments());
}

grpc::ChannelArguments Server::ChannelArguments() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(max_message_bytes_);
  arguments.SetMaxSendMessageSize(max_message_bytes_);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  return arguments;
}

void Server::Shutdown(absl::Duration grace) {
  // For all of its services, before anything is refused.
  server_->GetHealthCheckService()->SetServingStatus(false);
  server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
}

}  // namespace rookery::rpc
