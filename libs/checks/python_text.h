// MLflow's error messages show values as Python prints them; some of its users parse them.
#pragma once

#include <string>
#include <string_view>

namespace rookery {

// A str as repr() prints it: `'a'`, or `"it's"`. Control characters are escaped, others beyond
// ASCII stay.
std::string PythonRepr(std::string_view text);

// A float as repr() prints it: `1.0`, `1e-07`, `nan`.
std::string PythonRepr(double value);

// Bytes as repr() prints them: `b'a'`, every byte beyond printable ASCII escaped.
std::string PythonBytes(std::string_view bytes);

}  // namespace rookery
