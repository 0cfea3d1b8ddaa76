// Paths with holes, as google.api.http writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::transcode {

struct TemplateSegment {
  enum class Kind {
    kLiteral,
    kField,  // {field} or {field=*}: one segment, not empty
    kRest,   // {field=**}: all that remains, not beginning with `/`; only the last segment
  };
  Kind kind;
  // The literal, or the path of the field (`id`, `inner.name`).
  std::string text;
};

// Reads a template such as `/api/2.0/things/{id}/tags/{inner.name}`. INVALID_ARGUMENT: it does not
// begin with `/`, has an empty segment, or uses what is not supported (bare `*`, `{field=a/*}`,
// `:verb`).
StatusOr<std::vector<TemplateSegment>> ParsePathTemplate(std::string_view text);

}  // namespace rookery::transcode
