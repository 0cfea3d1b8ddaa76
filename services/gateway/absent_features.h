// What MLflow's web UI asks about parts of MLflow that this server does not have.
#pragma once

#include <optional>
#include <string_view>

#include "libs/http/message.h"

namespace rookery::gateway {

// The answer of a server that has the part and nothing in it (no traces, no endpoints, telemetry
// off), so that the UI shows an empty page and not an error. Nothing if it is not such a request.
//
// Only for the UI's paths, /ajax-api/: a program that asks the same below /api/ gets the 404
// ENDPOINT_NOT_FOUND that any unknown path has. It would take an empty list for the truth, and
// MLflow's clients fall back to older calls on a 404.
std::optional<http::Response> AnswerAbsentFeature(const http::RequestHead& request);

}  // namespace rookery::gateway
