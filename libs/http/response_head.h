// Response heads as text.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/headers.h"

namespace rookery::http {

// INVALID_ARGUMENT unless a handler may send this: a status from 200 to 599; names that are tokens;
// values without control characters (a line break would let whoever chose the value add headers, or
// a response); no field of the writer's own.
Status CheckResponseHead(int status, const Headers& headers);

// Appends "name: value\r\n".
void AppendField(std::string& out, std::string_view name, std::string_view value);

// "HTTP/1.1 404 Not Found\r\n" and the fields, without the empty line at the end.
std::string StatusAndFields(int status, const Headers& headers);

// A whole response with a short text, after which the connection closes. `extra` as in
// ResponseHead.
std::string PlainResponse(int status, std::string_view text, const Headers& extra = {});

}  // namespace rookery::http
