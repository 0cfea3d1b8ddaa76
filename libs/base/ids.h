// Ids, which are made outside the database, by whoever makes the object. All functions are
// thread-safe and draw from the kernel's random numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libs/base/clock.h"

namespace rookery {

// 32 hex digits.
std::string NewRunId();

// `m-` and 32 hex digits.
std::string NewLoggedModelId();

// A positive 63-bit integer: 41 bits of milliseconds since 2020, then 22 random bits, so that later
// ids are greater and two makers in one millisecond do not meet.
int64_t NewExperimentId(const Clock& clock);

// A GUID of random bits (version 4), in lower case.
std::string NewGuid();

// 16 hex digits, for log lines.
std::string NewRequestId();

// Whether a caller's own id may stand in log lines, headers and metadata: 1 to 128 printable ASCII
// characters without spaces.
bool IsUsableRequestId(std::string_view id);

// MLflow's kind of run name: adjective-noun-123, at most 20 characters.
std::string NewRandomName();

// Whether `id` may name a run: 1 to 256 letters, digits, `_` and `-`, not beginning with `_` or
// `-`.
bool IsValidRunId(std::string_view id);

// Whether `name` may name a workspace: 2 to 63 letters, digits, `_` and `-`, beginning with a
// letter or digit. It stands in metadata, in paths of files and in Azure's URLs.
bool IsValidWorkspaceName(std::string_view name);

}  // namespace rookery
