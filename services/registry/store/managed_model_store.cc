#include "services/registry/store/managed_model_store.h"

#include <map>
#include <set>
#include <utility>

#include "services/registry/store/sql.h"

namespace rookery::registry::store {
namespace {

// A version's own part, beside that of MLflow.
struct Part {
  std::optional<v1::ModelVersionDetails> details;
  bool archived = false;
};
using Parts = std::map<std::pair<std::string, int64_t>, Part>;

StatusOr<Parts> ReadParts(db::Transaction& txn, std::string_view workspace,
                          const std::vector<ModelVersionRow>& versions) {
  std::set<std::string> names;
  std::set<int64_t> numbers;
  for (const ModelVersionRow& version : versions) {
    names.insert(version.version.name());
    numbers.insert(version.number);
  }
  Parts parts;
  if (names.empty()) return parts;
  const db::TextList name_list(names.begin(), names.end());
  const db::IntList number_list(numbers.begin(), numbers.end());
  ASSIGN_OR_RETURN(const db::Rows rows,
                   txn.Query(sql::kListManagedVersions, {workspace, &name_list, &number_list}));
  for (const db::Row& row : rows) {
    Part& part = parts[{std::string(row.Text(0)), row.Int(1)}];
    part.archived = row.Int(3) != 0;
    if (row.IsNull(2)) continue;
    const std::string_view bytes = row.Text(2);
    if (!part.details.emplace().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return absl::DataLossError("A model version's details are damaged.");
    }
  }
  return parts;
}

StatusOr<std::vector<ManagedVersionRow>> WithParts(db::Transaction& txn, std::string_view workspace,
                                                   std::vector<ModelVersionRow> versions) {
  ASSIGN_OR_RETURN(Parts parts, ReadParts(txn, workspace, versions));
  std::vector<ManagedVersionRow> managed;
  for (ModelVersionRow& version : versions) {
    Part& part = parts[{version.version.name(), version.number}];
    managed.push_back({std::move(version), std::move(part.details), part.archived});
  }
  return managed;
}

StatusOr<std::vector<ManagedModelRow>> WithNumbers(db::Transaction& txn, std::string_view workspace,
                                                   std::vector<RegisteredModelRow> models) {
  db::TextList names;
  for (const RegisteredModelRow& model : models) names.push_back(model.model.name());
  std::vector<ManagedModelRow> managed;
  if (names.empty()) return managed;
  ASSIGN_OR_RETURN(const db::Rows rows, txn.Query(sql::kListManagedModels, {workspace, &names}));
  std::map<std::string, db::Row> by_name;
  for (const db::Row& row : rows) by_name.emplace(std::string(row.Text(0)), row);
  for (RegisteredModelRow& model : models) {
    const auto found = by_name.find(model.model.name());
    if (found == by_name.end()) continue;
    const db::Row& row = found->second;
    managed.push_back({std::move(model), row.Int(1), row.OptionalInt(3), row.Int(2) != 0});
  }
  return managed;
}

template <typename Tag>
google::protobuf::RepeatedPtrField<Tag> AsTags(const TagMap& map) {
  google::protobuf::RepeatedPtrField<Tag> tags;
  for (const auto& [key, value] : map) {
    Tag* tag = tags.Add();
    tag->set_key(key);
    tag->set_value(value);
  }
  return tags;
}

}  // namespace

Status EnsureRegisteredModel(db::Transaction& txn, std::string_view workspace, std::string_view key,
                             std::string_view name, int64_t now_ms) {
  return txn.Execute(sql::kEnsureRegisteredModel, {workspace, key, name, now_ms}).status();
}

StatusOr<std::optional<ManagedVersionRow>> FindManagedVersion(db::Transaction& txn,
                                                              std::string_view workspace,
                                                              const std::string& name,
                                                              int64_t number) {
  ASSIGN_OR_RETURN(auto row, FindModelVersion(txn, workspace, name, number));
  if (!row) return std::nullopt;
  std::vector<ModelVersionRow> one;
  one.push_back(*std::move(row));
  ASSIGN_OR_RETURN(auto found, WithParts(txn, workspace, std::move(one)));
  return std::move(found[0]);
}

StatusOr<Found<ManagedVersionRow>> FindManagedVersions(db::Transaction& txn,
                                                       std::string_view workspace,
                                                       const SearchQuery& query,
                                                       const std::optional<filter::Cursor>& after,
                                                       int64_t limit) {
  ASSIGN_OR_RETURN(auto found, FindModelVersions(txn, workspace, query, after, limit));
  Found<ManagedVersionRow> managed;
  managed.next = std::move(found.next);
  ASSIGN_OR_RETURN(managed.rows, WithParts(txn, workspace, std::move(found.rows)));
  return managed;
}

StatusOr<Found<ManagedModelRow>> FindManagedModels(db::Transaction& txn, std::string_view workspace,
                                                   const SearchQuery& query,
                                                   const std::optional<filter::Cursor>& after,
                                                   int64_t limit) {
  ASSIGN_OR_RETURN(auto found, FindRegisteredModels(txn, workspace, query, after, limit));
  Found<ManagedModelRow> managed;
  managed.next = std::move(found.next);
  ASSIGN_OR_RETURN(managed.rows, WithNumbers(txn, workspace, std::move(found.rows)));
  return managed;
}

StatusOr<std::optional<ManagedModelRow>> FindManagedModel(db::Transaction& txn,
                                                          std::string_view workspace,
                                                          const std::string& name) {
  ASSIGN_OR_RETURN(auto models, ListRegisteredModels(txn, workspace, {name}));
  ASSIGN_OR_RETURN(auto found, WithNumbers(txn, workspace, std::move(models)));
  if (found.empty()) return std::nullopt;
  return std::move(found[0]);
}

Status SetManagedVersion(db::Transaction& txn, std::string_view workspace, std::string_view key,
                         int64_t number, const v1::ModelVersionDetails& details, bool archived,
                         int64_t now_ms) {
  const std::string bytes = details.SerializeAsString();
  return txn
      .Execute(sql::kSetManagedVersion,
               {workspace, key, number, db::Bytes{bytes}, int64_t{archived ? 1 : 0}, now_ms})
      .status();
}

Status SetModelArchived(db::Transaction& txn, std::string_view workspace, std::string_view key,
                        bool archived) {
  return txn.Execute(sql::kSetModelArchived, {workspace, key, int64_t{archived ? 1 : 0}}).status();
}

Status ReplaceVersionTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                          int64_t number, const TagMap& tags) {
  RETURN_IF_ERROR(txn.Execute(sql::kDeleteModelVersionTags, {workspace, key, number}));
  return SetModelVersionTags(txn, workspace, key, number, AsTags<v1::ModelVersionTag>(tags));
}

Status ReplaceModelTags(db::Transaction& txn, std::string_view workspace, std::string_view key,
                        const TagMap& tags) {
  RETURN_IF_ERROR(txn.Execute(sql::kDeleteRegisteredModelTags, {workspace, key}));
  return SetRegisteredModelTags(txn, workspace, key, AsTags<v1::RegisteredModelTag>(tags));
}

}  // namespace rookery::registry::store
