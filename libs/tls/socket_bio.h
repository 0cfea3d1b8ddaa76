// A socket as OpenSSL's sessions read and write it.
#pragma once

#include "libs/tls/openssl.h"

namespace rookery::tls {

// Unlike OpenSSL's own it raises no SIGPIPE when the peer has gone. The socket, which must not
// block, stays the caller's. Null: out of memory.
BioPtr NewSocketBio(int socket);

}  // namespace rookery::tls
