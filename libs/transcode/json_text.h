// The words of JSON that do not depend on a message: strings and numbers as MLflow writes them.
#pragma once

#include <string>
#include <string_view>

namespace rookery::transcode {

// Appends `text` in quotes, escaped. `text` is valid UTF-8 and is passed through as such.
void AppendJsonString(std::string_view text, std::string* out);

// Appends the shortest digits that read back as `value`, laid out as Python does (`1.0`, `1e-05`).
// NaN becomes the string "NaN"; infinities become the largest finite double, as MLflow writes them.
void AppendJsonDouble(double value, std::string* out);
void AppendJsonFloat(float value, std::string* out);

}  // namespace rookery::transcode
