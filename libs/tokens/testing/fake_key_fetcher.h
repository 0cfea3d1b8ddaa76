// Key sets without a network.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "libs/tokens/key_fetcher.h"

namespace rookery::tokens::testing {

// Thread-safe.
class FakeKeyFetcher final : public KeyFetcher {
 public:
  void Publish(const std::string& url, std::string document) {
    const std::lock_guard lock(mutex_);
    documents_[url] = std::move(document);
  }
  void GoDown() { SetDown(true); }
  void ComeBack() { SetDown(false); }

  StatusOr<std::string> Fetch(const std::string& url) override {
    const std::lock_guard lock(mutex_);
    ++fetches_;
    if (down_) return absl::UnavailableError("connection refused");
    const auto document = documents_.find(url);
    if (document == documents_.end()) return absl::NotFoundError("HTTP status 404");
    return document->second;
  }

  int fetches() const {
    const std::lock_guard lock(mutex_);
    return fetches_;
  }

 private:
  void SetDown(bool down) {
    const std::lock_guard lock(mutex_);
    down_ = down;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> documents_;
  bool down_ = false;
  int fetches_ = 0;
};

}  // namespace rookery::tokens::testing
