#include "services/artifact/data_plane/body_intake.h"

#include <absl/strings/escaping.h>

#include <array>

#include "libs/http/coroutine.h"
#include "services/artifact/data_plane/blob_error.h"

namespace rookery::artifact {
namespace {

// The client that stands still is told what has it try again.
Status BodyError(const Status& status) {
  if (absl::IsInvalidArgument(status)) {
    return BlobError("InvalidHeaderValue", std::string(status.message()));
  }
  return status;
}

}  // namespace

BodyIntake::BodyIntake(const BlobCall& call)
    : call_(call), expected_md5_(call.exchange.request().headers.Find("Content-MD5").value_or("")) {
  if (expected_md5_.empty()) return;
  md5_.reset(EVP_MD_CTX_new());
  EVP_DigestInit_ex(md5_.get(), EVP_md5(), nullptr);
}

BodyIntake::~BodyIntake() {
  if (writer_ == nullptr) return;
  // Removes the file of one that was not committed.
  call_.executor.Submit(absl::InfiniteFuture(),
                        [writer = std::move(writer_)](const Status&) mutable { writer.reset(); });
}

http::asio::awaitable<Status> BodyIntake::Take(std::unique_ptr<BlobWriter> writer) {
  writer_ = std::move(writer);
  for (;;) {
    const auto piece = co_await call_.exchange.body().Read();
    if (!piece.ok()) co_return BodyError(piece.status());
    if (piece->empty()) co_return CheckDigest();
    CO_RETURN_IF_ERROR(co_await OnExecutor(call_, [&] { return Append(*piece); }));
  }
}

Status BodyIntake::Append(std::string_view piece) {
  if (md5_) EVP_DigestUpdate(md5_.get(), piece.data(), piece.size());
  return writer_->Append(piece);
}

Status BodyIntake::CheckDigest() {
  if (!md5_) return absl::OkStatus();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(md5_.get(), digest.data(), &size);
  const std::string actual =
      absl::Base64Escape({reinterpret_cast<const char*>(digest.data()), size});
  if (actual == expected_md5_) return absl::OkStatus();
  return BlobError("Md5Mismatch", "The body is not the one that Content-MD5 describes.");
}

}  // namespace rookery::artifact
