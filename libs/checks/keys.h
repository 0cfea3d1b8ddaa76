// Which names keys of metrics, params and tags, and other things, may have.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

// What is wrong with a key, in MLflow's words, or "". A key holds letters and digits of any
// language, `_ - . : /` and blanks, and is its own normal form when read as a path.
std::string KeyProblem(std::string_view key);

// The same of a name that may hold any characters: it is its own normal form when read as a path.
std::string PathProblem(std::string_view name);

}  // namespace rookery
