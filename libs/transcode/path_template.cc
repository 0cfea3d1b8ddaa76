#include "libs/transcode/path_template.h"

#include <fmt/format.h>

namespace rookery::transcode {
namespace {

StatusOr<TemplateSegment> ParseSegment(std::string_view part) {
  using Kind = TemplateSegment::Kind;
  if (part.starts_with('{') && part.ends_with('}')) {
    const std::string_view inner = part.substr(1, part.size() - 2);
    const size_t equals = inner.find('=');
    const std::string_view field = inner.substr(0, equals);
    const std::string_view pattern = equals == inner.npos ? "*" : inner.substr(equals + 1);
    if (!field.empty() && pattern == "*") return TemplateSegment{Kind::kField, std::string(field)};
    if (!field.empty() && pattern == "**") return TemplateSegment{Kind::kRest, std::string(field)};
  } else if (!part.empty() && part.find_first_of("{}*:%") == part.npos) {
    return TemplateSegment{Kind::kLiteral, std::string(part)};
  }
  return absl::InvalidArgumentError(fmt::format("unsupported segment '{}'", part));
}

}  // namespace

StatusOr<std::vector<TemplateSegment>> ParsePathTemplate(std::string_view text) {
  if (!text.starts_with('/')) return absl::InvalidArgumentError("a path template begins with '/'");
  std::vector<TemplateSegment> segments;
  std::string_view rest = text;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    // The `/` of a pattern within braces makes two bad segments, and is refused as such.
    const std::string_view part = rest.substr(0, rest.find('/'));
    if (!segments.empty() && segments.back().kind == TemplateSegment::Kind::kRest) {
      return absl::InvalidArgumentError("'**' must be the last segment");
    }
    ASSIGN_OR_RETURN(TemplateSegment segment, ParseSegment(part));
    segments.push_back(std::move(segment));
    rest.remove_prefix(part.size());
  }
  return segments;
}

}  // namespace rookery::transcode
