#include "sidecar/ingress/drop_first.h"

#include <algorithm>

namespace rookery::sidecar {
namespace {

using Numbers = google::protobuf::RepeatedField<uint32_t>;

template <typename Field>
void Drop(int count, Field* field) {
  field->erase(field->begin(), field->begin() + count);
}

void DropRuns(int count, Numbers* indexes, Numbers* counts) {
  auto left = static_cast<uint32_t>(count);
  int gone = 0;
  while (gone < counts->size() && counts->Get(gone) <= left) left -= counts->Get(gone++);
  Drop(gone, indexes);
  Drop(gone, counts);
  if (left > 0) counts->Set(0, counts->Get(0) - left);
}

void DropPoints(int count, tracking::v1::MetricColumns* columns) {
  if (count == 0) return;
  Drop(count, columns->mutable_value());
  Drop(count, columns->mutable_timestamp_ms());
  Drop(count, columns->mutable_step());
  DropRuns(count, columns->mutable_key_index(), columns->mutable_key_points());
  if (columns->origin_index().empty()) return;
  DropRuns(count, columns->mutable_origin_index(), columns->mutable_origin_points());
}

}  // namespace

void DropFirst(int64_t count, tracking::v1::RunIngest* run) {
  const auto take = [&count](int size) {
    const auto taken = static_cast<int>(std::min<int64_t>(count, size));
    count -= taken;
    return taken;
  };
  DropPoints(take(run->metrics().value_size()), run->mutable_metrics());
  Drop(take(run->params_size()), run->mutable_params());
  Drop(take(run->tags_size()), run->mutable_tags());
  if (count > 0) run->clear_end();
}

}  // namespace rookery::sidecar
