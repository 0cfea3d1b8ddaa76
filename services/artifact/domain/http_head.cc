#include "services/artifact/domain/http_head.h"

#include <absl/time/time.h>
#include <fmt/format.h>

#include "services/artifact/domain/content_disposition.h"
#include "services/artifact/domain/content_type.h"

namespace rookery::artifact {

std::string HttpDate(absl::Time time) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S GMT", time, absl::UTCTimeZone());
}

std::vector<HttpFact> HttpHead(std::string_view name, const BlobInfo& blob,
                               const ByteRange& range) {
  std::vector<HttpFact> head = {
      {"status", range.is_part ? "206" : "200"},
      {"content-length", std::to_string(range.length)},
      {"content-type", std::string(ContentType(name))},
      {"content-disposition", ContentDisposition(name)},
      {"accept-ranges", "bytes"},
      // The file may be replaced: a browser asks again.
      {"cache-control", "no-cache"},
      {"last-modified", HttpDate(blob.modified)},
      {"etag", fmt::format("\"{}\"", blob.etag)},
  };
  if (range.is_part) head.push_back({"content-range", ContentRange(range, blob.size_bytes)});
  return head;
}

std::vector<HttpFact> HttpHeadOutOfRange(const BlobInfo& blob) {
  return {{"status", "416"}, {"content-range", UnsatisfiedContentRange(blob.size_bytes)}};
}

}  // namespace rookery::artifact
