// The Content-Disposition header of a download.
#pragma once

#include <string>
#include <string_view>

namespace rookery::artifact {

// `attachment` with the name of the file, which may hold any characters: the value is printable
// ASCII (RFC 6266). A name outside of it comes twice, plain and as UTF-8 by RFC 5987.
std::string ContentDisposition(std::string_view name);

}  // namespace rookery::artifact
