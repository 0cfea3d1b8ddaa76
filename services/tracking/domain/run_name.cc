#include "services/tracking/domain/run_name.h"

namespace rookery::tracking {

std::string NameInTags(const store::RunTags& tags) {
  std::string name;
  for (const auto& tag : tags) {
    if (tag.key() == kRunNameTag && !tag.value().empty()) name = tag.value();
  }
  return name;
}

void SetNameTag(const std::string& name, store::RunTags* tags) {
  // Of tags with one key the last counts.
  v1::RunTag* tag = tags->Add();
  tag->set_key(kRunNameTag);
  tag->set_value(name);
}

}  // namespace rookery::tracking
