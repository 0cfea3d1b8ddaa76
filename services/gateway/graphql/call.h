// What a GraphQL request asks, as far as it is looked at.
#pragma once

#include <string>
#include <string_view>

#include "libs/base/status.h"

namespace rookery::gateway {

struct GraphqlCall {
  // `operationName`, or else the name in the query's text: `GetRun` of `query GetRun(...) {...}`.
  std::string operation;
  // The JSON of the first variable, which is the input of the operation's only field; `{}` if there
  // is none.
  std::string input = "{}";
};

// INVALID_ARGUMENT: the body is no JSON object, or says neither an operation's name nor a query
// with one.
StatusOr<GraphqlCall> ReadGraphqlCall(std::string_view body);

}  // namespace rookery::gateway
