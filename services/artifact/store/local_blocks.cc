#include "services/artifact/store/local_blocks.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"
#include "services/artifact/store/key_digest.h"
#include "services/artifact/store/local_blob_reader.h"
#include "services/artifact/store/local_blob_writer.h"
#include "services/artifact/store/unique_fd.h"

namespace rookery::artifact {
namespace {

// No name of a block: those are hex digits.
constexpr char kMade[] = "made";

std::string FolderOf(const std::string& key) { return "blocks-" + DigestOf(key); }

// What is noted when `blocks` have become the version `etag`.
std::string NoteOf(std::span<const std::string> blocks, std::string_view etag) {
  std::string list;
  for (const std::string& block : blocks) list.append(HexOf(block)).append("\n");
  return fmt::format("{} {}", DigestOf(list), etag);
}

}  // namespace

StatusOr<std::unique_ptr<BlobWriter>> LocalBlocks::Stage(const std::string& key,
                                                         const std::string& block) const {
  return LocalBlobWriter::Create(scratch_.fd(), scratch_,
                                 fmt::format("{}/{}", FolderOf(key), HexOf(block)));
}

Status LocalBlocks::Commit(const std::string& key, std::span<const std::string> blocks) const {
  const std::string folder = FolderOf(key);
  const Status assembled = Assemble(key, folder, blocks);
  if (absl::IsFailedPrecondition(assembled)) {
    ASSIGN_OR_RETURN(const bool made, WasMade(key, folder, blocks));
    return made ? absl::OkStatus() : assembled;
  }
  RETURN_IF_ERROR(assembled);
  if (blocks.empty()) return absl::OkStatus();
  // Noted before the blocks go: who misses one finds the note.
  RETURN_IF_ERROR(NoteMade(key, folder, blocks));
  Drop(folder, blocks);
  return absl::OkStatus();
}

Status LocalBlocks::Assemble(const std::string& key, const std::string& folder,
                             std::span<const std::string> blocks) const {
  ASSIGN_OR_RETURN(const auto writer, LocalBlobWriter::Create(root_, scratch_, key));
  for (const std::string& block : blocks) {
    const std::string name = fmt::format("{}/{}", folder, HexOf(block));
    const UniqueFd file(
        TEMP_FAILURE_RETRY(openat(scratch_.fd(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC)));
    if (!file.valid()) {
      if (errno != ENOENT) return DiskError(errno, "opening a block of", key);
      return absl::FailedPreconditionError("has no such block. Send all blocks, then their list.");
    }
    RETURN_IF_ERROR(writer->AppendFile(file.get()));
  }
  return writer->Commit();
}

Status LocalBlocks::NoteMade(const std::string& key, const std::string& folder,
                             std::span<const std::string> blocks) const {
  const auto blob = LocalBlobReader::Open(root_, key);
  // Somebody has deleted it already.
  if (!blob.ok()) return absl::IsUnavailable(blob.status()) ? blob.status() : absl::OkStatus();
  ASSIGN_OR_RETURN(const auto note, LocalBlobWriter::Create(scratch_.fd(), scratch_,
                                                            fmt::format("{}/{}", folder, kMade)));
  RETURN_IF_ERROR(note->Append(NoteOf(blocks, (*blob)->info().etag)));
  return note->Commit();
}

StatusOr<bool> LocalBlocks::WasMade(const std::string& key, const std::string& folder,
                                    std::span<const std::string> blocks) const {
  const auto note = LocalBlobReader::Open(scratch_.fd(), fmt::format("{}/{}", folder, kMade));
  const auto blob = LocalBlobReader::Open(root_, key);
  for (const Status& status : {note.status(), blob.status()}) {
    if (absl::IsUnavailable(status)) return status;
    if (!status.ok()) return false;
  }
  std::string text(static_cast<size_t>((*note)->info().size_bytes), '\0');
  ASSIGN_OR_RETURN(const size_t got, (*note)->Read(0, text));
  return got == text.size() && text == NoteOf(blocks, (*blob)->info().etag);
}

void LocalBlocks::Drop(const std::string& folder, std::span<const std::string> blocks) const {
  for (const std::string& block : blocks) {
    const std::string name = fmt::format("{}/{}", folder, HexOf(block));
    // What stays is swept in a day.
    unlinkat(scratch_.fd(), name.c_str(), 0);
  }
}

}  // namespace rookery::artifact
