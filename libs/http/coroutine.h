// RETURN_IF_ERROR and ASSIGN_OR_RETURN of libs/base/status.h for coroutines that return Status or
// StatusOr.
#pragma once

#include "libs/base/status.h"

#define CO_RETURN_IF_ERROR(expr)                               \
  do {                                                         \
    auto rookery_status = (expr);                              \
    if (!rookery_status.ok()) {                                \
      co_return ::rookery::internal::AsStatus(rookery_status); \
    }                                                          \
  } while (false)

#define CO_ASSIGN_OR_RETURN(lhs, expr) \
  CO_ASSIGN_OR_RETURN_(ROOKERY_CONCAT(rookery_result_, __LINE__), lhs, expr)
#define CO_ASSIGN_OR_RETURN_(result, lhs, expr) \
  auto result = (expr);                         \
  if (!result.ok()) co_return result.status();  \
  lhs = *std::move(result)
