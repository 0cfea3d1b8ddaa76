// HTTP requests into the messages of the RPCs that they route to.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string_view>

#include "libs/base/status.h"
#include "libs/transcode/route_table.h"

namespace rookery::transcode {

// Fills `request`, an empty message of match.route->rpc's input type (there must be a route), from
// the parts of an HTTP request: first from `body` (JSON, if the route's body is "*" or a list) or
// from `query` (unless the body is "*"), then from the path, which wins. `query` is what follows
// `?`, not decoded. The body of raw routes is the caller's to carry.
//
// Query parameters are named like fields (`max_results`, `inner.name`), or as JSON names them in
// files that say JSON_STYLE_AZURE (`$top`, `continuationToken`); a repeated field takes each
// occurrence, any other field the first; unknown ones are ignored; `+` is a blank. Bools are true
// or false in any case of letters, as Python's `True` is what its clients send.
//
// INVALID_ARGUMENT: what ParseJson refuses; a value that does not fit its field; a bad escape. Does
// not look at what is required: see CheckRequired. Thread-safe.
Status BuildRequest(const RouteMatch& match, std::string_view query, std::string_view body,
                    google::protobuf::Message* request);

// Whether the header Content-Type (nullopt if the request has none) lets `route` read the body as
// JSON: it must be `application/json`, in small letters, parameters aside; Azure's clients send
// `application/json-patch+json` too, with what is a patch and what is none. Routes that read no
// JSON take anything; PATCH and DELETE may leave the header out, as MLflow's server lets them. Else
// INVALID_ARGUMENT with MLflow's text. A browser cannot send this type to another origin unasked,
// which keeps foreign pages from writing.
Status CheckContentType(const Route& route, std::optional<std::string_view> content_type);

}  // namespace rookery::transcode
