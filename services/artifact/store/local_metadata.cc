#include "services/artifact/store/local_metadata.h"

#include <absl/strings/str_split.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "services/artifact/store/disk_error.h"
#include "services/artifact/store/folder.h"
#include "services/artifact/store/key_digest.h"
#include "services/artifact/store/local_blob_reader.h"
#include "services/artifact/store/local_blob_writer.h"

namespace rookery::artifact {
namespace {

// Folders of 256, as some file systems are slow with very many names in one.
std::string PlaceOf(const std::string& key) {
  const std::string digest = DigestOf(key);
  return fmt::format("{}metadata/{}/{}", kReservedPrefix, digest.substr(0, 2), digest);
}

// The version's etag, then a line `name:value` each. Neither has a line break in it.
std::string TextOf(std::string_view etag, const BlobMetadata& metadata) {
  std::string text = fmt::format("{}\n", etag);
  for (const auto& [name, value] : metadata) text += fmt::format("{}:{}\n", name, value);
  return text;
}

}  // namespace

Status LocalMetadata::Set(const std::string& key, std::string_view etag,
                          const BlobMetadata& metadata) const {
  ASSIGN_OR_RETURN(const auto writer, LocalBlobWriter::Create(root_, scratch_, PlaceOf(key)));
  RETURN_IF_ERROR(writer->Append(TextOf(etag, metadata)));
  return writer->Commit();
}

StatusOr<BlobMetadata> LocalMetadata::Get(const std::string& key, std::string_view etag) const {
  BlobMetadata metadata;
  const auto file = LocalBlobReader::Open(root_, PlaceOf(key));
  if (absl::IsNotFound(file.status())) return metadata;
  RETURN_IF_ERROR(file);
  std::string text(static_cast<size_t>((*file)->info().size_bytes), '\0');
  ASSIGN_OR_RETURN(const size_t got, (*file)->Read(0, text));
  text.resize(got);
  bool first = true;
  for (const std::string& line : std::vector<std::string>(absl::StrSplit(text, '\n'))) {
    if (first && line != etag) return metadata;
    const size_t colon = line.find(':');
    if (!first && colon != std::string::npos) {
      metadata.emplace(line.substr(0, colon), line.substr(colon + 1));
    }
    first = false;
  }
  return metadata;
}

Status LocalMetadata::Forget(const std::string& key) const {
  const SplitKey place(PlaceOf(key));
  const auto folder = OpenFolder(root_, place.folder);
  if (absl::IsNotFound(folder.status())) return absl::OkStatus();
  RETURN_IF_ERROR(folder);
  if (unlinkat(folder->get(), place.name.c_str(), 0) == 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return DiskError(errno, "deleting the metadata of", key);
}

}  // namespace rookery::artifact
