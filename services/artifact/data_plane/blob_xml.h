// The XML of Azure Blob's protocol.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"
#include "services/artifact/domain/blob_listing.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// As many as Azure takes, and what their list may take.
inline constexpr size_t kMaxBlocks = 50'000;
inline constexpr size_t kMaxBlockListBytes = 8 << 20;

// The decoded ids in the order of the list. A blob's committed blocks are not kept apart, so
// whether an id stands in Latest, Uncommitted or Committed makes no difference. Errors as of
// BlobError: InvalidXmlDocument, InvalidBlockList.
StatusOr<std::vector<std::string>> ParseBlockList(std::string_view xml);

// The bytes that a block's id in base64 stands for: 1 to 64. InvalidQueryParameterValue.
StatusOr<std::string> ParseBlockId(std::string_view base64);

std::string ErrorXml(std::string_view code, std::string_view message);

struct ListingToPrint {
  std::string container;
  ListOptions options;
  // As the client gave it.
  std::string marker;
  BlobPage page;
  // By path, of the items that have any; nothing else is printed of it.
  std::map<std::string, BlobMetadata> metadata;
};
std::string ListingXml(const ListingToPrint& listing);

// What stands in a listing as NextMarker, and the path that it means.
std::string MarkerOf(std::string_view path);
StatusOr<std::string> PathOfMarker(std::string_view marker);

}  // namespace rookery::artifact
