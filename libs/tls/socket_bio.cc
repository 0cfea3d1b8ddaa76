#include "libs/tls/socket_bio.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace rookery::tls {
namespace {

int SocketOf(BIO* bio) { return static_cast<int>(reinterpret_cast<intptr_t>(BIO_get_data(bio))); }

bool NotReady() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int Receive(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t got = recv(SocketOf(bio), into, size, 0);
  if (got < 0 && NotReady()) BIO_set_retry_read(bio);
  // OpenSSL asks (BIO_CTRL_EOF) whether a read of nothing was the end.
  if (got == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(got);
}

int Send(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const ssize_t sent = send(SocketOf(bio), from, size, MSG_NOSIGNAL);
  if (sent < 0 && NotReady()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

long Control(BIO* bio, int command, long, void*) {  // NOLINT(google-runtime-int): OpenSSL's type.
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

BIO_METHOD* NewMethod() {
  BIO_METHOD* const method =
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
  BIO_meth_set_read(method, Receive);
  BIO_meth_set_write(method, Send);
  BIO_meth_set_ctrl(method, Control);
  return method;
}

}  // namespace

BioPtr NewSocketBio(int socket) {
  static const BIO_METHOD* const method = NewMethod();
  BioPtr bio(BIO_new(method));
  if (bio == nullptr) return nullptr;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): all that a BIO has room for is a pointer.
  BIO_set_data(bio.get(), reinterpret_cast<void*>(static_cast<intptr_t>(socket)));
  BIO_set_init(bio.get(), 1);
  return bio;
}

}  // namespace rookery::tls
