#include "libs/tls/files.h"

#include "libs/base/small_file.h"

namespace rookery::tls {

StatusOr<ServerPem> ReadServerPem(const ServerFiles& files) {
  ServerPem pem;
  ASSIGN_OR_RETURN(pem.certificates, ReadSmallFile(files.certificates));
  ASSIGN_OR_RETURN(pem.key, ReadSmallFile(files.key));
  if (!files.client_ca.empty()) {
    ASSIGN_OR_RETURN(pem.client_ca, ReadSmallFile(files.client_ca));
  }
  return pem;
}

}  // namespace rookery::tls
