// Responses of the loopback.
#pragma once

#include <absl/time/time.h>

#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "libs/http/message.h"
#include "libs/loopback_cloud/token_source.h"

namespace rookery::loopback_cloud {

http::Response JsonAnswer(int status, std::string json);

// A token for `resource`, which is repeated as it was asked for.
http::Response TokenAnswer(const AccessToken& token, std::string_view resource, absl::Time now);

// The form that Azure's identity endpoints give errors.
http::Response ErrorAnswer(const Status& error);

}  // namespace rookery::loopback_cloud
