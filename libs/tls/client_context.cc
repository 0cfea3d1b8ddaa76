#include "libs/tls/client_context.h"

#include <fmt/format.h>

#include "libs/base/small_file.h"
#include "libs/tls/openssl.h"

namespace rookery::tls {

StatusOr<ContextPtr> NewClientContext(const ClientFiles& files) {
  ASSIGN_OR_RETURN(ContextPtr context, NewContext(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  if (files.ca.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else {
    ASSIGN_OR_RETURN(const std::string ca, ReadSmallFile(files.ca));
    if (const Status trusted = Trust(context.get(), ca); !trusted.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("Cannot use '{}': {}", files.ca, std::string(trusted.message())));
    }
  }
  if (!files.certificates.empty()) {
    ASSIGN_OR_RETURN(const std::string certificates, ReadSmallFile(files.certificates));
    ASSIGN_OR_RETURN(const std::string key, ReadSmallFile(files.key));
    if (const Status used = UseIdentity(context.get(), certificates, key); !used.ok()) {
      return absl::InvalidArgumentError(fmt::format("Cannot use '{}' with '{}': {}",
                                                    files.certificates, files.key,
                                                    std::string(used.message())));
    }
  }
  return context;
}

}  // namespace rookery::tls
