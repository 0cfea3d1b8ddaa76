// Where blobs live: the seam between the artifact service and a disk, Azure Blob or S3.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::artifact {

// The names at the top that the server keeps for itself. No key may begin with one, and List does
// not show them.
inline constexpr std::string_view kReservedPrefix = ".rookery-";
// Where stores put what is on its way.
inline constexpr char kReservedFolder[] = ".rookery-uploads";

struct BlobInfo {
  int64_t size_bytes = 0;
  absl::Time modified;
  // Letters, digits and `-`; differs whenever the bytes do.
  std::string etag;
};

// One version of a blob: what replaces or deletes it later does not change what is read here. One
// thread at a time.
class BlobReader {
 public:
  virtual ~BlobReader() = default;

  virtual const BlobInfo& info() const = 0;

  // Fills `out` with the bytes from `offset` on; fewer come back only at the blob's end.
  // UNAVAILABLE: the store failed.
  virtual StatusOr<size_t> Read(int64_t offset, std::span<char> out) = 0;
};

// A blob on its way in. Nobody sees it before Commit; destroyed without a Commit it leaves nothing.
// One thread at a time; the destructor may wait for the store.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;

  // UNAVAILABLE: the store failed. The writer is then only good for destruction.
  virtual Status Append(std::string_view bytes) = 0;

  // Makes the blob durable, then puts it in the place of what was there, in one step. The last
  // call. INVALID_ARGUMENT: the key has become a folder or lies below a blob. UNAVAILABLE: the
  // store failed.
  virtual Status Commit() = 0;
};

// A blob or a folder.
struct BlobEntry {
  // The last part of its key.
  std::string name;
  bool is_folder = false;
  // Of a blob.
  BlobInfo info;
};

// What callers note beside a blob: printable text by name.
using BlobMetadata = std::map<std::string, std::string>;

// Blobs by key. A key is a path of one or more parts with `/` between them, none of which is empty,
// `.` or `..` or holds a NUL: the caller has checked that. Folders are there as soon as a blob lies
// in them.
//
// Thread-safe. Every call may wait for a disk or a network. Readers and writers must not outlive
// the store.
//
// UNAVAILABLE: the store is full, read-only or gone; the message says what to do and no path of the
// server. INVALID_ARGUMENT: the message completes a sentence that begins with the key.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  // NOT_FOUND: no such blob. INVALID_ARGUMENT: the key is a folder.
  virtual StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& key) = 0;

  // INVALID_ARGUMENT: the key is a folder or lies below a blob.
  virtual StatusOr<std::unique_ptr<BlobWriter>> Create(const std::string& key) = 0;

  // What lies directly in a folder ("": the top), ordered by the bytes of the names. Empty if there
  // is no such folder.
  virtual StatusOr<std::vector<BlobEntry>> List(const std::string& folder) = 0;

  // A blob, or a folder with all that is in it. OK if there is none.
  virtual Status Delete(const std::string& key) = 0;

  // A block of a blob that is to be made of blocks. Committing it keeps it, for a day at least and
  // over a restart; it replaces a block of the same name. `block` is one to 64 bytes of any kind.
  virtual StatusOr<std::unique_ptr<BlobWriter>> StageBlock(const std::string& key,
                                                           const std::string& block) = 0;

  // Makes the blob of these blocks in this order, as BlobWriter::Commit does, and drops them. OK if
  // it was made of them already. FAILED_PRECONDITION: one is not there. INVALID_ARGUMENT: as
  // Commit.
  virtual Status CommitBlocks(const std::string& key, std::span<const std::string> blocks) = 0;

  // Replaces what was noted. It goes when the blob is replaced. NOT_FOUND: no such blob.
  virtual Status SetMetadata(const std::string& key, const BlobMetadata& metadata) = 0;

  // What was noted of the version that `info` describes.
  virtual StatusOr<BlobMetadata> Metadata(const std::string& key, const BlobInfo& info) = 0;
};

}  // namespace rookery::artifact
