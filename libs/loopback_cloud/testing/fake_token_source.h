// A token source that a test answers by hand.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/loopback_cloud/token_source.h"

namespace rookery::loopback_cloud::testing {

// Keeps the requests until Answer. Used by one thread at a time.
class FakeTokenSource final : public TokenSource {
 public:
  void Fetch(const std::string& audience, Done done) override {
    audiences.push_back(audience);
    if (immediate.has_value()) return done(*immediate);
    pending_.push_back(std::move(done));
  }

  // Answers all that were asked.
  void Answer(const StatusOr<AccessToken>& result) {
    std::vector<Done> pending;
    pending.swap(pending_);
    for (const Done& done : pending) done(result);
  }

  // Everything that was asked for.
  std::vector<std::string> audiences;
  // If set, is answered at once.
  std::optional<StatusOr<AccessToken>> immediate;

 private:
  std::vector<Done> pending_;
};

}  // namespace rookery::loopback_cloud::testing
