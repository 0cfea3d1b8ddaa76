// The TLS of one connection.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "libs/tls/context.h"

struct ssl_st;

namespace rookery::tls {

// How far an operation came.
enum class Progress {
  kDone,
  kWantsRead,   // Nothing was done: try again when the socket can be read,
  kWantsWrite,  // ... or written.
  kEnd,         // The peer has ended its side.
  kFailed,      // The session is over: error() says why.
};

struct Outcome {
  Progress progress = Progress::kFailed;
  size_t bytes = 0;  // Read or written, with kDone.
};

// Encrypts what is written to a socket and decrypts what is read. Never waits. The socket must not
// block, and is the caller's: it must live until the session has been destroyed. Not thread-safe.
class Session {
 public:
  // The server's side. Null: out of memory.
  static std::unique_ptr<Session> Accept(const ContextPtr& context, int socket);
  // The client's, of a server that must have a certificate for `host`, a name or an IP address.
  static std::unique_ptr<Session> Connect(const ContextPtr& context, int socket,
                                          const std::string& host);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // First of all, until it is kDone.
  Outcome Handshake();
  bool established() const { return established_; }

  Outcome Read(char* into, size_t size);
  // Whether Read would give bytes, the end or an error; takes none.
  Outcome Peek();
  // Whether more was taken from the socket than Read has given, perhaps too little for it to give
  // any: who waits for the socket without asking this may wait for ever.
  bool HasPending() const;
  // Takes at most kMaxRecordBytes. After kWantsWrite the next call must begin with the same bytes.
  Outcome Write(std::string_view bytes);
  static constexpr size_t kMaxRecordBytes = 16 * 1024;

  // Tells the peer that nothing more will come, unless the session has failed.
  void SayEnd();

  const std::string& error() const { return error_; }

 private:
  explicit Session(ssl_st* ssl) : ssl_(ssl) {}

  static std::unique_ptr<Session> New(const ContextPtr& context, int socket);
  Outcome Judge(int result, size_t bytes);

  ssl_st* const ssl_;
  bool established_ = false;
  bool failed_ = false;
  std::string error_;
};

}  // namespace rookery::tls
