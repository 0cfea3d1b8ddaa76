// The secrets behind signed URLs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/base/status.h"

namespace rookery::artifact {

// Immutable, thread-safe. Never printed.
class SigningKeys {
 public:
  // A line for Parse with a new random key. INTERNAL: the system has no random numbers.
  static StatusOr<std::string> NewLine();

  // `text` has a key a line, as base64 of 32 bytes or more. The first signs and all are good for
  // checking, so that the second may be the one before. INVALID_ARGUMENT: it has another form.
  static StatusOr<SigningKeys> Parse(std::string_view text);

  // HMAC-SHA256, as base64 for URLs.
  std::string Sign(std::string_view text) const;

  // Whether one of the keys made `signature`. Takes as long whichever byte differs.
  bool Verify(std::string_view text, std::string_view signature) const;

 private:
  explicit SigningKeys(std::vector<std::string> keys) : keys_(std::move(keys)) {}

  const std::vector<std::string> keys_;
};

}  // namespace rookery::artifact
