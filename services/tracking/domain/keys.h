// Which keys metrics, params and tags may have.
#pragma once

#include <string>
#include <string_view>

namespace rookery::tracking {

// What is wrong with a key, in MLflow's words, or "". A key holds letters and digits of any
// language,
// `_ - . : /` and blanks, and is its own normal form when read as a path.
std::string KeyProblem(std::string_view key);

}  // namespace rookery::tracking
