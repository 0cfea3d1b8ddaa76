#include "sidecar/spool/group_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rookery::spool {

void GroupQueue::Begin(SegmentHeader header) {
  segment_ = ++number_;
  header.segment = segment_;
  offset_ = EncodedBytes(header);
  groups_.push_back({.begins = std::move(header), .segment = segment_, .offset = offset_});
}

void GroupQueue::EndGroup() {
  if (segment_ != 0) groups_.push_back({.segment = segment_, .offset = offset_});
}

Group& GroupQueue::Back() {
  if (groups_.empty() || groups_.back().segment != segment_) {
    groups_.push_back({.segment = segment_, .offset = offset_});
  }
  return groups_.back();
}

Position GroupQueue::Add(const RecordHeader& header, std::string_view payload) {
  Group& group = Back();
  const Position position = place();
  last_at_ = group.bytes.size();
  AppendRecord(header, payload, &group.bytes);
  ++group.records;
  offset_ += group.bytes.size() - last_at_;
  bytes_ += group.bytes.size() - last_at_;
  return position;
}

void GroupQueue::Wait(int64_t first_seq, Spool::Done done) {
  groups_.back().waiters.push_back({last_at_, first_seq, std::move(done)});
}

int64_t GroupQueue::planned() const {
  return std::count_if(groups_.begin(), groups_.end(),
                       [](const Group& group) { return group.begins.has_value(); });
}

Group GroupQueue::Pop() {
  Group group = std::move(groups_.front());
  groups_.pop_front();
  bytes_ -= group.bytes.size();
  return group;
}

void GroupQueue::Relocate(Group failed) {
  std::deque<Group> old = std::exchange(groups_, {});
  old.push_front(std::move(failed));
  bytes_ = 0;
  segment_ = 0;
  for (Group& group : old) {
    if (group.begins) {
      Begin(*std::move(group.begins));
    } else if (segment_ == 0) {
      Begin({});
    }
    Move(std::move(group));
  }
}

void GroupQueue::Move(Group group) {
  auto waiter = group.waiters.begin();
  for (size_t at = 0; at < group.bytes.size();) {
    const uint64_t bytes = BytesOfRecordAt(group.bytes.data() + at);
    if (!Fits(bytes)) Begin({});
    Group& to = Back();
    for (; waiter != group.waiters.end() && waiter->at == at; ++waiter) {
      to.waiters.push_back({to.bytes.size(), waiter->first_seq, std::move(waiter->done)});
    }
    to.bytes.append(group.bytes, at, bytes);
    ++to.records;
    offset_ += bytes;
    bytes_ += bytes;
    at += bytes;
  }
}

std::vector<Waiter> GroupQueue::TakeWaiters() {
  std::vector<Waiter> all;
  for (Group& group : groups_) {
    std::move(group.waiters.begin(), group.waiters.end(), std::back_inserter(all));
    group.waiters.clear();
  }
  return all;
}

}  // namespace rookery::spool
