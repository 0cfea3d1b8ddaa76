// What a request pays for the check of its token, with the issuer's keys at hand.
#include <absl/time/clock.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "libs/tokens/testing/fake_key_fetcher.h"
#include "libs/tokens/testing/tokens.h"
#include "libs/tokens/verifier.h"

namespace rookery::tokens {
namespace {

// As large as Entra's usually are.
std::string Token() {
  JsonObject claims = testing::UserClaims(absl::Now());
  claims.Set("aio", std::string(100, 'a')).Set("rh", std::string(60, 'b'));
  claims.Set("groups", std::vector<std::string>(12, testing::kTenant));
  return *testing::TestKey(0).SignToken(claims);
}

struct Fixture {
  explicit Fixture(size_t max_cached_tokens) {
    // As many keys as Entra has, the one that signs in the middle.
    std::vector<std::string> keys(10, testing::TestKey(1).JsonWebKey());
    keys[5] = testing::TestKey(0).JsonWebKey();
    fetcher.Publish(testing::kKeysV2, JsonWebKeySet(keys));
    verifier = *Verifier::Open(EntraIssuers({testing::kTenant}, {testing::kAudience}), &fetcher,
                               &Clock::Real(), {.max_cached_tokens = max_cached_tokens});
    if (!verifier->Check(token).ok()) std::abort();
  }

  const std::string token = Token();
  testing::FakeKeyFetcher fetcher;
  std::unique_ptr<Verifier> verifier;
};

void CheckRepeatedly(benchmark::State& state, const Fixture& fixture) {
  for (auto _ : state) benchmark::DoNotOptimize(fixture.verifier->Check(fixture.token));
  state.counters["token_bytes"] = benchmark::Counter(static_cast<double>(fixture.token.size()),
                                                     benchmark::Counter::kAvgThreads);
}

// A token that is seen for the first time.
void FreshToken(benchmark::State& state) {
  static const Fixture fixture(0);
  CheckRepeatedly(state, fixture);
}
BENCHMARK(FreshToken)->ThreadRange(1, 2)->UseRealTime();

void KnownToken(benchmark::State& state) {
  static const Fixture fixture(1000);
  CheckRepeatedly(state, fixture);
}
BENCHMARK(KnownToken)->ThreadRange(1, 2)->UseRealTime();

// Of the first of these, what is not the signature.
void Parse(benchmark::State& state) {
  const std::string token = Token();
  for (auto _ : state) benchmark::DoNotOptimize(ParseJwt(token));
}
BENCHMARK(Parse);

void Digest(benchmark::State& state) {
  const std::string token = Token();
  for (auto _ : state) benchmark::DoNotOptimize(Sha256(token));
}
BENCHMARK(Digest);

}  // namespace
}  // namespace rookery::tokens
