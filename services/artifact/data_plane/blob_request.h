// A request of Azure Blob's protocol.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"
#include "services/artifact/domain/signed_url.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

enum class BlobOperation { kPutBlob, kPutBlock, kPutBlockList, kSetMetadata, kRead, kList };

struct BlobRequest {
  BlobOperation operation = BlobOperation::kRead;
  // The workspace's name.
  std::string container;
  // Within it; "" is the container itself.
  std::string path;
  // The parameters that are no part of the signature. The first of a name counts.
  std::map<std::string, std::string, std::less<>> query;
  SharedAccess access;

  // "" if there is none.
  std::string_view Query(std::string_view name) const;
  // The letter that the signature must have.
  char Permission() const;
};

// Whether a request that came to a server with other duties is of this protocol: by its host,
// `<account>.blob.<anything>`, or by a path that begins with `/store/<account>.blob.<anything>/`,
// which clients that look for such a host in a URL take, too.
bool IsForDataPlane(const http::RequestHead& head);

// Of either form, or with the container as the path's first part. Escapes are decoded once. Errors
// as of BlobError.
StatusOr<BlobRequest> ParseBlobRequest(const http::RequestHead& head);

// The headers x-ms-meta-<name>. InvalidMetadata, MetadataTooLarge.
StatusOr<BlobMetadata> MetadataFrom(const http::Headers& headers);

}  // namespace rookery::artifact
