// A request's body on its way into the store.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

#include "services/artifact/data_plane/blob_call.h"

namespace rookery::artifact {

// Takes a body piece by piece: the next is read when the store has the last, so that a slow disk
// slows the sender and memory holds one piece. Checks Content-MD5, if the client sent it. Lives in
// a coroutine's frame; a body that breaks off leaves nothing, and no thread of HTTP's waits for
// that.
class BodyIntake {
 public:
  // `call` must outlive it.
  explicit BodyIntake(const BlobCall& call);
  ~BodyIntake();
  BodyIntake(const BodyIntake&) = delete;
  BodyIntake& operator=(const BodyIntake&) = delete;

  // Reads the body to its end into `writer`. Errors of the body, the store, or Md5Mismatch.
  http::asio::awaitable<Status> Take(std::unique_ptr<BlobWriter> writer);

  // What was taken, whole and not committed.
  BlobWriter& writer() { return *writer_; }

 private:
  struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };

  Status Append(std::string_view piece);
  Status CheckDigest();

  const BlobCall& call_;
  std::unique_ptr<BlobWriter> writer_;
  // What the client says; empty if it says nothing.
  std::string expected_md5_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> md5_;
};

}  // namespace rookery::artifact
