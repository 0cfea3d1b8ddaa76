#include "libs/transcode/required.h"

#include <absl/container/flat_hash_map.h>
#include <absl/synchronization/mutex.h>
#include <fmt/format.h>
#include <google/api/field_behavior.pb.h>
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rookery::transcode {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::DescriptorPool;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;

// What to check in messages of one type.
struct Plan {
  struct Child {
    const FieldDescriptor* field;
    const Plan* plan;
  };
  std::vector<const FieldDescriptor*> required;
  // Fields that hold messages in which something is required, on whatever depth.
  std::vector<Child> children;

  bool Asks() const { return !required.empty() || !children.empty(); }
};

bool IsRequired(const FieldDescriptor& field) {
  const auto& options = field.options();
  for (int i = 0; i < options.ExtensionSize(google::api::field_behavior); ++i) {
    if (options.GetExtension(google::api::field_behavior, i) == google::api::REQUIRED) return true;
  }
  return false;
}

// Whether a message can be seen to lack the field.
bool CanBeMissing(const FieldDescriptor& field) {
  return field.has_presence() || field.is_repeated() ||
         field.cpp_type() == FieldDescriptor::CPPTYPE_STRING;
}

using Plans = absl::flat_hash_map<const Descriptor*, std::unique_ptr<Plan>>;

// Makes plans for `type` and all types within it, which may contain one another.
void AddPlans(const Descriptor& type, Plans* plans) {
  auto [entry, added] = plans->try_emplace(&type);
  if (!added) return;
  entry->second = std::make_unique<Plan>();
  // The map may move its entries below, but not the plans.
  Plan& plan = *entry->second;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* field = type.field(i);
    if (IsRequired(*field) && CanBeMissing(*field)) plan.required.push_back(field);
    const Descriptor* child = field->message_type();
    if (child == nullptr) continue;
    AddPlans(*child, plans);
    plan.children.push_back({field, plans->at(child).get()});
  }
}

// Takes out the children that ask for nothing, until no plan changes.
void Prune(Plans* plans) {
  // A cycle of types keeps itself alive if children are judged by `Asks`, so mark from the ground
  // up.
  std::vector<const Plan*> asking;
  const auto asks = [&](const Plan* plan) {
    return std::find(asking.begin(), asking.end(), plan) != asking.end();
  };
  bool changed = true;
  while (changed) {
    changed = false;
    for (const auto& [type, plan] : *plans) {
      if (asks(plan.get())) continue;
      const bool child_asks =
          std::any_of(plan->children.begin(), plan->children.end(),
                      [&](const Plan::Child& child) { return asks(child.plan); });
      if (plan->required.empty() && !child_asks) continue;
      asking.push_back(plan.get());
      changed = true;
    }
  }
  for (const auto& [type, plan] : *plans) {
    std::erase_if(plan->children, [&](const Plan::Child& child) { return !asks(child.plan); });
  }
}

// All plans that were ever needed, each root type with its own graph. Thread-safe.
class PlanCache {
 public:
  const Plan& PlanFor(const Descriptor& type) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = graphs_.find(&type); found != graphs_.end()) {
        return *found->second.root;
      }
    }
    Graph graph = MakeGraph(type);
    absl::MutexLock lock(&mutex_);
    return *graphs_.try_emplace(&type, std::move(graph)).first->second.root;
  }

  struct Graph {
    Plans plans;
    const Plan* root;
  };

  static Graph MakeGraph(const Descriptor& type) {
    Graph graph;
    AddPlans(type, &graph.plans);
    Prune(&graph.plans);
    graph.root = graph.plans.at(&type).get();
    return graph;
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<const Descriptor*, Graph> graphs_ ABSL_GUARDED_BY(mutex_);
};

// Where a message stands in the request; the request itself has no field.
struct Path {
  const Path* parent;
  const FieldDescriptor* field;
  int index;

  // `metrics[0].`, to be followed by the name of a field.
  std::string Name() const {
    if (field == nullptr) return "";
    return fmt::format("{}{}{}.", parent->Name(), field->name(),
                       index < 0 ? "" : fmt::format("[{}]", index));
  }
};

bool IsMissing(const Message& message, const Reflection& reflection, const FieldDescriptor& field) {
  if (field.is_repeated()) return reflection.FieldSize(message, &field) == 0;
  if (!reflection.HasField(message, &field)) return true;
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_STRING) return false;
  std::string scratch;
  return reflection.GetStringReference(message, &field, &scratch).empty();
}

Status Check(const Message& message, const Plan& plan, const Path& path) {
  const Reflection& reflection = *message.GetReflection();
  for (const FieldDescriptor* field : plan.required) {
    if (!IsMissing(message, reflection, *field)) continue;
    return absl::InvalidArgumentError(
        fmt::format("Missing value for required parameter '{}{}'. See the API docs for more "
                    "information about request parameters.",
                    path.Name(), field->name()));
  }
  for (const auto& [field, child] : plan.children) {
    if (!field->is_repeated()) {
      if (!reflection.HasField(message, field)) continue;
      RETURN_IF_ERROR(Check(reflection.GetMessage(message, field), *child, {&path, field, -1}));
      continue;
    }
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      RETURN_IF_ERROR(
          Check(reflection.GetRepeatedMessage(message, field, i), *child, {&path, field, i}));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Status CheckRequired(const Message& request) {
  const Descriptor& type = *request.GetDescriptor();
  const Path root{nullptr, nullptr, -1};
  if (type.file()->pool() != DescriptorPool::generated_pool()) {
    // The type may die before the process does, so nothing about it may be remembered.
    const PlanCache::Graph graph = PlanCache::MakeGraph(type);
    return Check(request, *graph.root, root);
  }
  // No state: facts about types that are compiled in. Never destroyed, since servers may outlive
  // statics.
  static PlanCache& cache = *new PlanCache;
  return Check(request, cache.PlanFor(type), root);
}

}  // namespace rookery::transcode
