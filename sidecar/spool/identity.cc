#include "sidecar/spool/identity.h"

#include <absl/strings/escaping.h>
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "libs/base/ids.h"
#include "sidecar/spool/bytes.h"
#include "sidecar/spool/checksum.h"
#include "sidecar/spool/segment_header.h"

namespace rookery::spool {
namespace {

constexpr std::string_view kMagic = "RKSPLID1";
constexpr uint32_t kVersion = 1;
constexpr size_t kCopyBytes = 4096;
constexpr size_t kCopies = 2;
constexpr size_t kCountAt = 32;
constexpr size_t kCrcAt = 36;
constexpr size_t kProducersAt = 40;
constexpr size_t kMaxProducers = 64;

struct IdentityFile {
  File::Identity of;
  Producers producers;
};

uint32_t CrcOf(std::string_view copy) {
  return Crc(copy.substr(kProducersAt), Crc(copy.substr(0, kCrcAt)));
}

std::string Encode(const IdentityFile& identity) {
  std::string bytes(kMagic);
  Put(kVersion, &bytes);
  Put(~kVersion, &bytes);
  Put(identity.of.inode, &bytes);
  Put(identity.of.birth_ns, &bytes);
  Put(static_cast<uint32_t>(identity.producers.size()), &bytes);
  Put(uint32_t{0}, &bytes);
  for (const std::string& producer : identity.producers) bytes += producer;
  bytes.resize(kCopyBytes);
  PutAt(CrcOf(bytes), bytes.data() + kCrcAt);
  return bytes;
}

// Nothing: it is damaged. FAILED_PRECONDITION: it is of a later version.
StatusOr<std::optional<IdentityFile>> Decode(std::string_view copy) {
  if (copy.size() != kCopyBytes || !copy.starts_with(kMagic)) return std::nullopt;
  const auto version = Get<uint32_t>(copy.data() + kMagic.size());
  if (version != ~Get<uint32_t>(copy.data() + kMagic.size() + sizeof(version))) return std::nullopt;
  if (version > kVersion) {
    return absl::FailedPreconditionError(
        fmt::format("The spool is of version {}, and this program knows {}", version, kVersion));
  }
  const auto count = Get<uint32_t>(copy.data() + kCountAt);
  if (Get<uint32_t>(copy.data() + kCrcAt) != CrcOf(copy) || count == 0 || count > kMaxProducers) {
    return std::nullopt;
  }
  IdentityFile identity;
  identity.of.inode = Get<uint64_t>(copy.data() + 16);
  identity.of.birth_ns = Get<int64_t>(copy.data() + 24);
  for (size_t i = 0; i < count; ++i) {
    identity.producers.emplace_back(copy.substr(kProducersAt + i * kProducerBytes, kProducerBytes));
  }
  return identity;
}

StatusOr<std::optional<IdentityFile>> Read(const File& file) {
  std::string bytes(kCopies * kCopyBytes, '\0');
  ASSIGN_OR_RETURN(const size_t read, file.ReadAt(0, bytes));
  bytes.resize(read);
  for (size_t i = 0; i < kCopies && bytes.size() >= (i + 1) * kCopyBytes; ++i) {
    ASSIGN_OR_RETURN(auto identity,
                     Decode(std::string_view(bytes).substr(i * kCopyBytes, kCopyBytes)));
    if (identity) return identity;
  }
  return std::nullopt;
}

Status Write(FileSystem& files, const std::string& folder, const Producers& producers) {
  const std::string path = folder + "/identity";
  const std::string made = path + ".new";
  ASSIGN_OR_RETURN(const auto file, files.Create(made, kCopies * kCopyBytes));
  ASSIGN_OR_RETURN(const File::Identity of, file->Identify());
  const std::string copy = Encode({of, producers});
  RETURN_IF_ERROR(file->WriteAt(0, copy + copy));
  RETURN_IF_ERROR(file->Sync());
  RETURN_IF_ERROR(files.Rename(made, path));
  return files.SyncFolder(folder);
}

Status Refused(std::string_view why) {
  return absl::FailedPreconditionError(fmt::format(
      "{}. If no other process uses the spool that this one was copied from, or if that one goes "
      "on under its own name, adopt this one: --adopt",
      why));
}

}  // namespace

StatusOr<Producers> OpenIdentity(FileSystem& files, const std::string& folder, bool has_segments,
                                 bool adopt) {
  Producers producers;
  auto file = files.Open(folder + "/identity", /*writable=*/false);
  if (!file.ok() && !absl::IsNotFound(file.status())) return file.status();
  if (file.ok()) {
    ASSIGN_OR_RETURN(auto identity, Read(**file));
    ASSIGN_OR_RETURN(const File::Identity now, (*file)->Identify());
    if (identity && identity->of == now) return identity->producers;
    if (!adopt && identity) {
      return Refused(fmt::format("The spool '{}' is a copy of another", folder));
    }
    if (!adopt && has_segments) {
      return Refused(fmt::format("The identity of the spool '{}' is damaged", folder));
    }
    if (identity) producers = std::move(identity->producers);
  } else if (has_segments && !adopt) {
    return Refused(fmt::format("The spool '{}' has segments and no identity", folder));
  }
  producers.insert(producers.begin(), absl::HexStringToBytes(NewRunId()));
  if (producers.size() > kMaxProducers) producers.resize(kMaxProducers);
  RETURN_IF_ERROR(Write(files, folder, producers));
  return producers;
}

}  // namespace rookery::spool
