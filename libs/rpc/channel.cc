#include "libs/rpc/channel.h"

#include <absl/strings/str_split.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include "libs/base/host_port.h"
#include "libs/tls/client_context.h"

namespace rookery::rpc {
namespace {

// How often changed certificates are looked for.
constexpr int kLookSeconds = 2;
constexpr std::string_view kDns = "dns:///";

enum class Kind { kName, kIpv4, kIpv6 };

Kind KindOf(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return Kind::kIpv4;
  if (inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return Kind::kIpv6;
  return Kind::kName;
}

grpc::ChannelArguments Arguments(const ChannelOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_message_bytes);
  arguments.SetMaxSendMessageSize(options.max_message_bytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  arguments.SetLoadBalancingPolicyName("round_robin");
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  // In spite of its name, also how long an attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (options.tls && !options.tls->server_name.empty()) {
    arguments.SetSslTargetNameOverride(options.tls->server_name);
  }
  return arguments;
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const tls::ClientFiles& files) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  // Looks at once, so that the first connection has them.
  options.set_certificate_provider(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.key, files.certificates, files.ca, kLookSeconds));
  options.watch_root_certs();
  if (!files.certificates.empty()) options.watch_identity_key_cert_pairs();
  return grpc::experimental::TlsCredentials(options);
}

}  // namespace

void ResolveNamesWithCares() { setenv("GRPC_DNS_RESOLVER", "ares", 1); }

StatusOr<std::string> TargetOf(std::string_view addresses) {
  const bool dns = addresses.starts_with(kDns);
  const std::string list(dns ? addresses.substr(kDns.size()) : addresses);
  const std::vector<std::string> parts = absl::StrSplit(list, ',');
  std::optional<Kind> kind;
  for (const std::string& part : parts) {
    ASSIGN_OR_RETURN(const HostPort address, ParseHostPort(part));
    const Kind next = KindOf(address.host);
    if (kind && (dns || next == Kind::kName || next != *kind)) {
      return absl::InvalidArgumentError(
          fmt::format("'{}' is no list of IP addresses of one family. For several replicas behind "
                      "one name write dns:///name:port.",
                      addresses));
    }
    kind = next;
  }
  if (dns || kind == Kind::kName) return fmt::format("{}{}", kDns, list);
  return fmt::format("{}:{}", kind == Kind::kIpv4 ? "ipv4" : "ipv6", list);
}

StatusOr<std::shared_ptr<grpc::Channel>> OpenChannel(std::string_view addresses,
                                                     const ChannelOptions& options) {
  ASSIGN_OR_RETURN(const std::string target, TargetOf(addresses));
  if (!options.tls) {
    return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(),
                                     Arguments(options));
  }
  if (options.tls->server_name.empty() && addresses.find(',') != std::string_view::npos) {
    return absl::InvalidArgumentError(fmt::format(
        "'{}' is a list: over TLS it needs the name that the certificates hold.", addresses));
  }
  // gRPC would only log what is wrong with the files.
  RETURN_IF_ERROR(tls::NewClientContext(options.tls->files).status());
  return grpc::CreateCustomChannel(target, Credentials(options.tls->files), Arguments(options));
}

}  // namespace rookery::rpc
