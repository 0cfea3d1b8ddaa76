#include "services/tracking/domain/run_cache.h"

#include <utility>

namespace rookery::tracking {
namespace {

// Of the room, for one run: a few large ones must not drive out all others.
constexpr size_t kLeastEntries = 32;
// What an entry takes beside its texts, about: nodes of the list and the table, counts, headers.
constexpr size_t kOverhead = 256;

constexpr metrics::Family kHits = {"rookery_run_cache_hits_total",
                                   "Runs whose params, tags and latest metrics were in memory."};
constexpr metrics::Family kMisses = {
    "rookery_run_cache_misses_total",
    "Runs whose params, tags and latest metrics were read from the database."};
constexpr metrics::Family kBytes = {"rookery_run_cache_bytes",
                                    "Memory that params, tags and latest metrics of runs take."};

// No name of a workspace has a NUL.
std::string KeyOf(std::string_view workspace, std::string_view run_id) {
  std::string key;
  key.reserve(workspace.size() + 1 + run_id.size());
  key.append(workspace).push_back('\0');
  key.append(run_id);
  return key;
}

}  // namespace

RunCache::Metrics::Metrics(metrics::Registry* registry) {
  if (registry == nullptr) return;
  hits = registry->AddCounter(kHits);
  misses = registry->AddCounter(kMisses);
  bytes = registry->AddGauge(kBytes);
}

RunCache::RunCache(const Options& options)
    : max_bytes_(options.max_bytes), metrics_(options.metrics) {}

RunCache::Bytes RunCache::Find(std::string_view workspace, std::string_view run_id,
                               const store::RunVersion& version) {
  const std::string key = KeyOf(workspace, run_id);
  const absl::MutexLock lock(&mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end() || found->second->version != version) {
    metrics_.misses.Increment();
    return nullptr;
  }
  metrics_.hits.Increment();
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->bytes;
}

void RunCache::Put(std::string_view workspace, std::string_view run_id,
                   const store::RunVersion& version, std::string bytes) {
  bytes.shrink_to_fit();
  Entry entry{KeyOf(workspace, run_id), version,
              std::make_shared<const std::string>(std::move(bytes))};
  const size_t size = SizeOf(entry);
  const absl::MutexLock lock(&mutex_);
  if (const auto found = by_key_.find(entry.key); found != by_key_.end()) Drop(found->second);
  if (size <= max_bytes_ / kLeastEntries) {
    while (bytes_ + size > max_bytes_) Drop(std::prev(entries_.end()));
    entries_.push_front(std::move(entry));
    by_key_.emplace(entries_.front().key, entries_.begin());
    bytes_ += size;
  }
  metrics_.bytes.Set(static_cast<double>(bytes_));
}

size_t RunCache::SizeOf(const Entry& entry) {
  return entry.key.capacity() + entry.bytes->capacity() + kOverhead;
}

void RunCache::Drop(Entries::iterator entry) {
  bytes_ -= SizeOf(*entry);
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

}  // namespace rookery::tracking
