// W3C trace context: one name for all that a request causes, in whatever program. Rookery records
// no spans of its own, so it passes on the parent that it was given.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rookery {

// The traceparent to pass on, in the form of version 00 (`00-<32 hex digits>-<16>-<2>`, lower
// case), which that of later versions can be read as. Nothing if `text` is none.
std::optional<std::string> ParseTraceparent(std::string_view text);

// One for a request that came without.
std::string NewTraceparent();

// The 32 hex digits of a traceparent that one of the above returned; of an empty one, "".
std::string_view TraceId(std::string_view traceparent);

}  // namespace rookery
