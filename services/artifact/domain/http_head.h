// What an HTTP edge says of a file before its bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/artifact/domain/byte_range.h"
#include "services/artifact/store/blob_store.h"

namespace rookery::artifact {

// A header of the answer, in lower case; `status` is the status code.
struct HttpFact {
  std::string name;
  // Printable ASCII.
  std::string value;
};

// As Last-Modified says it.
std::string HttpDate(absl::Time time);

// The head of a download. `name` is the last part of the path.
std::vector<HttpFact> HttpHead(std::string_view name, const BlobInfo& blob, const ByteRange& range);

// The head of the answer to a range that begins after the last byte.
std::vector<HttpFact> HttpHeadOutOfRange(const BlobInfo& blob);

}  // namespace rookery::artifact
