// Word that runs have new segments, from who commits them to who wants to know.
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::tracking {

// Listeners are added while the service is put together, before the first commit; they are called
// on the committing thread after the commit, and so must not wait. A signal is a hint: a process
// that dies, or another replica's commit, gives none.
class RunSignals {
 public:
  using Listener = std::function<void(std::string_view workspace, std::string_view run_id)>;

  void Listen(Listener listener) { listeners_.push_back(std::move(listener)); }

  void Committed(std::string_view workspace, std::string_view run_id) const {
    for (const Listener& listener : listeners_) listener(workspace, run_id);
  }

 private:
  std::vector<Listener> listeners_;
};

}  // namespace rookery::tracking
