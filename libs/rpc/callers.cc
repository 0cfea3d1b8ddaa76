#include "libs/rpc/callers.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "libs/base/log.h"
#include "libs/tokens/bearer.h"
#include "libs/tokens/jwt.h"
#include "libs/tokens/refusal.h"
#include "libs/tokens/verifier.h"

namespace rookery::rpc {
namespace {

// Well before the keys are so old that a caller would have to wait for new ones.
constexpr absl::Duration kFetchEvery = absl::Minutes(30);
constexpr absl::Duration kFetchAgainAfter = absl::Seconds(15);
// Callers that wait for keys, at most.
constexpr size_t kMaxWaiting = 1000;
constexpr int64_t kLinesASecond = 50;

constexpr char kNoKeys[] = "keys_unavailable";
constexpr metrics::Family kRefused = {
    "rookery_auth_refused_total",
    "Requests whose caller was not accepted, by what was wrong with the token."};

StatusOr<std::string_view> TokenOf(const CallContext& call) {
  if (call.authorization == nullptr) {
    return tokens::Refusal(tokens::Reason::kNoToken,
                           "This server wants to know who calls. Send a header 'Authorization: "
                           "Bearer ...' with a token for it.");
  }
  return tokens::BearerToken(*call.authorization);
}

// What the token says of its bearer, for whom it helps to know who was refused.
std::string ClaimedBy(const CallContext& call) {
  const StatusOr<std::string_view> token = TokenOf(call);
  if (!token.ok()) return "";
  const StatusOr<tokens::UnverifiedJwt> jwt = tokens::ParseJwt(*token);
  if (!jwt.ok()) return "";
  const tokens::Claims& claims = jwt->claims;
  return fmt::format(" claimed_tenant={} claimed_oid={} claimed_app={}",
                     tokens::Quoted(claims.tenant), tokens::Quoted(claims.object_id),
                     tokens::Quoted(claims.app_id));
}

Status Ending() { return absl::UnavailableError("The server is shutting down. Try again."); }

}  // namespace

Callers::Callers(tokens::Verifier& verifier, metrics::Registry* metrics)
    : verifier_(verifier), lines_(kLinesASecond) {
  const auto count = [&](std::string_view reason) {
    metrics::Counter counter;
    if (metrics != nullptr)
      counter = metrics->AddCounter(kRefused, {{"reason", std::string(reason)}});
    refused_.emplace(reason, counter);
  };
  using enum tokens::Reason;
  for (const tokens::Reason reason : {kNoToken, kMalformed, kIssuer, kTenant, kAudience, kApp,
                                      kExpired, kNotYetValid, kUnknownKey, kSignature}) {
    count(NameOf(reason));
  }
  count(kNoKeys);
  worker_ = std::jthread([this] { Work(); });
}

Callers::~Callers() {
  absl::MutexLock lock(&mutex_);
  ending_ = true;
}

absl::Time Callers::EndOf(const Identity& caller) const { return verifier_.EndOf(caller); }

std::optional<StatusOr<IdentityPtr>> Callers::IdentifyNow(const CallContext& call) {
  const StatusOr<std::string_view> token = TokenOf(call);
  if (!token.ok()) return Note(call, token.status());
  auto known = verifier_.CheckWithoutFetch(*token);
  if (!known.has_value()) return std::nullopt;
  return Note(call, *std::move(known));
}

void Callers::IdentifyLater(const CallContext& call, Next next) {
  {
    absl::MutexLock lock(&mutex_);
    if (!ending_ && waiting_.size() < kMaxWaiting) {
      waiting_.push_back({call, std::move(next)});
      return;
    }
  }
  next(Note(call, absl::UnavailableError("Too many callers wait for the keys of their tokens' "
                                         "issuers. Try again in a second.")));
}

StatusOr<IdentityPtr> Callers::Note(const CallContext& call, StatusOr<IdentityPtr> identity) {
  if (identity.ok()) return identity;
  const Status& status = identity.status();
  const std::map<std::string, std::string> facts = Facts(status);
  const auto fact = facts.find(tokens::kReasonFact);
  const std::string_view reason = fact == facts.end() ? kNoKeys : std::string_view(fact->second);
  if (const auto counter = refused_.find(reason); counter != refused_.end()) {
    counter->second.Increment();
  }
  const std::optional<int64_t> left_out = lines_.Admit(absl::Now());
  if (!left_out.has_value()) return identity;
  const LogScope scope(call);
  if (*left_out > 0) spdlog::warn("{} more callers were refused than the log has", *left_out);
  spdlog::warn("a caller was refused: reason={}{} message={:?}", reason, ClaimedBy(call),
               std::string_view(status.message().data(), status.message().size()));
  return identity;
}

void Callers::Work() {
  absl::Time fetch_at = absl::InfinitePast();
  for (;;) {
    std::optional<Waiting> waiting = Take(fetch_at);
    if (waiting) {
      const StatusOr<std::string_view> token = TokenOf(waiting->call);
      waiting->next(Note(waiting->call, token.ok() ? verifier_.Check(*token) : token.status()));
    } else if (Ends()) {
      break;
    } else {
      const Status fetched = verifier_.FetchKeys();
      fetch_at = absl::Now() + (fetched.ok() ? kFetchEvery : kFetchAgainAfter);
    }
  }
  std::deque<Waiting> rest;
  {
    absl::MutexLock lock(&mutex_);
    rest.swap(waiting_);
  }
  for (Waiting& one : rest) one.next(Ending());
}

bool Callers::Ends() {
  absl::MutexLock lock(&mutex_);
  return ending_;
}

std::optional<Callers::Waiting> Callers::Take(absl::Time until) {
  absl::MutexLock lock(&mutex_);
  const auto ready = [this] {
    mutex_.AssertReaderHeld();
    return ending_ || !waiting_.empty();
  };
  mutex_.AwaitWithDeadline(absl::Condition(&ready), until);
  if (ending_ || waiting_.empty()) return std::nullopt;
  std::optional<Waiting> first = std::move(waiting_.front());
  waiting_.pop_front();
  return first;
}

}  // namespace rookery::rpc
