// What Create calls with a request_id made.
#pragma once

#include "libs/db/request_log.h"

namespace rookery::registry::store {

const db::RequestLog& Requests();

}  // namespace rookery::registry::store
