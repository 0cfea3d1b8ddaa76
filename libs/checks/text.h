// Text as Python counts and prints it. Input is valid UTF-8 (protobuf checks it).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rookery {

size_t CharacterCount(std::string_view text);

// Keeps the first `limit` characters.
void CutToCharacters(std::string* text, size_t limit);

// Empty, or of blanks alone.
bool IsBlank(std::string_view text);

// Whether `text` is of letters and digits of any language and of the ASCII characters `also`. Text
// that is not UTF-8 is not.
bool HasOnlyLettersDigitsAnd(std::string_view also, std::string_view text);

// As a JSON string, quotes included; what is not ASCII is written as \u escapes.
std::string QuotedJson(std::string_view text);

}  // namespace rookery
