// Which producers are on record as writers of which runs.
#pragma once

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace rookery::tracking {

// So that only a producer's first write to a run costs a statement: what is on record, as far as
// this process knows. Used by the one thread that commits.
class KnownWriters {
 public:
  struct Writer {
    std::string workspace;
    std::string run_id;
    std::string producer_id;
    // A producer that left is opened anew before it writes again, and a run that was ended has
    // forgotten its writers: what is known is of before then.
    int64_t epoch = 0;
    int64_t ends = 0;
  };

  bool Has(std::string_view workspace, std::string_view run_id, std::string_view producer_id,
           int64_t epoch, int64_t ends) const {
    const auto found = writers_.find(KeyOf(workspace, run_id, producer_id));
    return found != writers_.end() && found->second.epoch == epoch && found->second.ends == ends;
  }
  void Add(const Writer& writer) {
    // Whoever is forgotten is put on record again, which changes nothing.
    if (writers_.size() >= kMost) writers_.clear();
    writers_[KeyOf(writer.workspace, writer.run_id, writer.producer_id)] = {writer.epoch,
                                                                            writer.ends};
  }

 private:
  struct Since {
    int64_t epoch = 0;
    int64_t ends = 0;
  };
  // Some 20 MB.
  static constexpr size_t kMost = 100'000;

  // None of them may hold a newline.
  static std::string KeyOf(std::string_view workspace, std::string_view run_id,
                           std::string_view producer_id) {
    std::string key;
    key.reserve(workspace.size() + run_id.size() + producer_id.size() + 2);
    key.append(workspace).append(1, '\n').append(run_id).append(1, '\n').append(producer_id);
    return key;
  }

  absl::flat_hash_map<std::string, Since> writers_;
};

}  // namespace rookery::tracking
