// Tokens as Entra makes them, and others.
#pragma once

#include <absl/time/time.h>

#include <cstddef>
#include <string>

#include "libs/tokens/json_object.h"
#include "libs/tokens/signing_key.h"

namespace rookery::tokens::testing {

inline constexpr char kTenant[] = "72f988bf-0000-4000-8000-2d7cd011db47";
inline constexpr char kOtherTenant[] = "9188040d-0000-4000-8000-d2ea19a0a0a0";
inline constexpr char kAudience[] = "https://rookery.example:5443";
inline constexpr char kIssuerV1[] = "https://sts.windows.net/72f988bf-0000-4000-8000-2d7cd011db47/";
inline constexpr char kIssuerV2[] =
    "https://login.microsoftonline.com/72f988bf-0000-4000-8000-2d7cd011db47/v2.0";
inline constexpr char kKeysV1[] =
    "https://login.microsoftonline.com/72f988bf-0000-4000-8000-2d7cd011db47/discovery/keys";
inline constexpr char kKeysV2[] =
    "https://login.microsoftonline.com/72f988bf-0000-4000-8000-2d7cd011db47/discovery/v2.0/keys";

// Of three keys, which are made once a program since that takes long.
const SigningKey& TestKey(size_t number);

// What a user's token of version 2.0 holds, good for an hour.
JsonObject UserClaims(absl::Time now);

// A token with a header of one's own, signed by `key`.
std::string SignedWithHeader(const JsonObject& header, const JsonObject& claims,
                             const SigningKey& key);

std::string KeySetOf(const SigningKey& key);

}  // namespace rookery::tokens::testing
