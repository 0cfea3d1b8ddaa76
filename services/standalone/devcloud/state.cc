#include "services/standalone/devcloud/state.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "libs/base/small_file.h"
#include "libs/tls/authority.h"

namespace rookery::devcloud {
namespace {

constexpr char kAuthorityName[] = "Rookery devcloud, not for production";

StatusOr<std::string> NewSigningKey() {
  ASSIGN_OR_RETURN(const auto key, tokens::SigningKey::Generate());
  return key.Pem();
}

// The key and the certificate in one file, so that they are there together or not at all.
StatusOr<std::string> NewAuthority() {
  ASSIGN_OR_RETURN(const auto authority, tls::Authority::Create(kAuthorityName));
  ASSIGN_OR_RETURN(const tls::IssuedPem pem, authority.Pem());
  return pem.key + pem.certificate;
}

StatusOr<std::string> NewServer(const tls::Authority& authority,
                                const std::vector<std::string>& names) {
  ASSIGN_OR_RETURN(const tls::IssuedPem pem, authority.Issue(names));
  return pem.key + pem.certificate;
}

// Names the file that cannot be used.
Status Unusable(const std::string& path, const Status& why) {
  return absl::InvalidArgumentError(
      fmt::format("Cannot use '{}': {}", path, std::string(why.message())));
}

Status CheckNames(const std::string& path, const std::string& pem,
                  const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    // Of `*.host`, any name will do.
    const std::string host = name.starts_with('*') ? "a" + name.substr(1) : name;
    const StatusOr<bool> fits = tls::IsCertificateFor(pem, host);
    if (!fits.ok()) return Unusable(path, fits.status());
    if (*fits) continue;
    return absl::InvalidArgumentError(fmt::format(
        "The certificate in '{}' is not for {}, or has expired. Delete the file, and it "
        "is made anew, or use another --state-dir.",
        path, name));
  }
  return absl::OkStatus();
}

}  // namespace

StatusOr<State> OpenState(const std::string& folder, const std::vector<std::string>& names) {
  RETURN_IF_ERROR(MakePrivateFolder(folder));
  const std::filesystem::path path = std::filesystem::absolute(folder).lexically_normal();
  const std::string signing_file = path / "signing-key.pem";
  const std::string authority_file = path / "authority.pem";
  const std::string ca_file = path / "ca.pem";
  const std::string server_file = path / "server.pem";

  ASSIGN_OR_RETURN(const std::string signing_pem,
                   ReadOrMakePrivateFile(signing_file, NewSigningKey));
  auto signing_key = tokens::SigningKey::FromPem(signing_pem);
  if (!signing_key.ok()) return Unusable(signing_file, signing_key.status());

  ASSIGN_OR_RETURN(const std::string authority_pem,
                   ReadOrMakePrivateFile(authority_file, NewAuthority));
  const auto authority = tls::Authority::FromPem({authority_pem, authority_pem});
  if (!authority.ok()) return Unusable(authority_file, authority.status());
  RETURN_IF_ERROR(ReadOrMakePrivateFile(ca_file, [&]() -> StatusOr<std::string> {
                    ASSIGN_OR_RETURN(const tls::IssuedPem pem, authority->Pem());
                    return pem.certificate;
                  }).status());

  ASSIGN_OR_RETURN(const std::string server_pem, ReadOrMakePrivateFile(server_file, [&] {
                     return NewServer(*authority, names);
                   }));
  RETURN_IF_ERROR(CheckNames(server_file, server_pem, names));
  return State{*std::move(signing_key), ca_file, server_file};
}

}  // namespace rookery::devcloud
