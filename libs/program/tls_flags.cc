#include "libs/program/tls_flags.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace rookery::program {
namespace {

Status Needs(std::string_view flag, const std::string& given, std::string_view other,
             const std::string& needed) {
  if (given.empty() || !needed.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(fmt::format("{} needs {}.", flag, other));
}

}  // namespace

void AddServerTls(CLI::App& command, tls::ServerFiles* files) {
  command.add_option(
      "--tls-cert", files->certificates,
      "Serve TLS with this certificate and its chain (PEM file), which is read again "
      "when it changes");
  command.add_option("--tls-key", files->key,
                     "The key of --tls-cert (PEM file without a password)");
  command.add_option("--tls-client-ca", files->client_ca,
                     "Serve only clients that show a certificate of these authorities (PEM file)");
}

StatusOr<std::shared_ptr<const tls::ServerIdentity>> OpenServerTls(const tls::ServerFiles& files) {
  RETURN_IF_ERROR(Needs("--tls-cert", files.certificates, "--tls-key", files.key));
  RETURN_IF_ERROR(Needs("--tls-key", files.key, "--tls-cert", files.certificates));
  RETURN_IF_ERROR(
      Needs("--tls-client-ca", files.client_ca, "--tls-cert and --tls-key", files.certificates));
  if (files.certificates.empty()) return nullptr;
  return tls::ServerIdentity::Open(files);
}

void AddChannelTls(CLI::App& command, rpc::ChannelTls* tls) {
  command.add_option("--tls-ca", tls->files.ca,
                     "Call services over TLS, if they show a certificate of these authorities (PEM "
                     "file)");
  command.add_option("--tls-channel-cert", tls->files.certificates,
                     "The certificate to show to services that ask for one (PEM file)");
  command.add_option("--tls-channel-key", tls->files.key, "The key of --tls-channel-cert");
  command.add_option("--tls-server-name", tls->server_name,
                     "The name in the services' certificates, if it is not that by which they are "
                     "called");
}

StatusOr<rpc::ChannelOptions> ChannelOptionsOf(const rpc::ChannelTls& tls) {
  const tls::ClientFiles& files = tls.files;
  RETURN_IF_ERROR(Needs("--tls-channel-cert", files.certificates, "--tls-channel-key", files.key));
  RETURN_IF_ERROR(Needs("--tls-channel-key", files.key, "--tls-channel-cert", files.certificates));
  RETURN_IF_ERROR(Needs("--tls-channel-cert", files.certificates, "--tls-ca", files.ca));
  RETURN_IF_ERROR(Needs("--tls-server-name", tls.server_name, "--tls-ca", files.ca));
  rpc::ChannelOptions options;
  if (!files.ca.empty()) options.tls = tls;
  return options;
}

}  // namespace rookery::program
