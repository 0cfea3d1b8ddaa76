// POST /graphql, as MLflow's web UI uses it.
#pragma once

#include "libs/base/status.h"
#include "libs/http/exchange.h"
#include "services/gateway/views/view.h"

namespace rookery::gateway {

// Answers GetRun, SearchRuns, MlflowGetExperimentQuery and GetMetricHistoryBulkInterval with full
// objects. An operation of another name, and an error of the caller's (no such run, a bad filter),
// is status 200 with `errors`, as GraphQL has it; an error of the server's keeps its status, so
// that a retry is known to help. INVALID_ARGUMENT: not a POST, or no GraphQL request.
http::asio::awaitable<Status> AnswerGraphql(const View& view);

}  // namespace rookery::gateway
