// Errors are values: absl::Status everywhere in this tree, and these few words to pass them on.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace rookery {

using absl::Status;
using absl::StatusOr;

// Gives `status` an error code of MLflow's that its canonical code does not imply, for example
// "BAD_REQUEST" on INVALID_ARGUMENT. The HTTP edge prints it and takes the HTTP status from it.
Status WithErrorCode(Status status, std::string_view error_code);

// The code given by WithErrorCode, or "".
std::string ErrorCode(const Status& status);

// Gives an error a fact that programs may read, for example ("next_seq", "12"): gRPC's callers get
// it as google.rpc.ErrorInfo's metadata.
Status WithFact(Status status, std::string_view name, std::string_view value);

// What was given by WithFact.
std::map<std::string, std::string> Facts(const Status& status);

// A Status with the code of `status` and "<message>" before its own text.
Status Prefixed(std::string_view message, const Status& status);

namespace internal {

// Lent for one expression: the macros below copy it or let it go.
// NOLINTNEXTLINE(bugprone-return-const-ref-from-parameter)
inline const Status& AsStatus(const Status& status) { return status; }
template <typename T>
const Status& AsStatus(const StatusOr<T>& result) {
  return result.status();
}

}  // namespace internal
}  // namespace rookery

// Leaves the enclosing function with the error of `expr` (a Status or StatusOr), if it is one.
#define RETURN_IF_ERROR(expr)                                   \
  do {                                                          \
    if (auto&& rookery_status = (expr); !rookery_status.ok()) { \
      return ::rookery::internal::AsStatus(rookery_status);     \
    }                                                           \
  } while (false)

#define ROOKERY_CONCAT_(a, b) a##b
#define ROOKERY_CONCAT(a, b) ROOKERY_CONCAT_(a, b)

// ASSIGN_OR_RETURN(auto x, F()): x is the value of F(), or the enclosing function returns its
// error.
#define ASSIGN_OR_RETURN(lhs, expr) \
  ASSIGN_OR_RETURN_(ROOKERY_CONCAT(rookery_result_, __LINE__), lhs, expr)
#define ASSIGN_OR_RETURN_(result, lhs, expr) \
  auto result = (expr);                      \
  if (!result.ok()) return result.status();  \
  lhs = *std::move(result)
