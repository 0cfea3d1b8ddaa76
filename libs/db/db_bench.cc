// Small transactions a second, of 16 callers and of one: each with its own commit, in groups, and
// reads. On SQLite, and on PostgreSQL where ROOKERY_TEST_POSTGRES names one. Run by ./dev bench db.
#include <absl/synchronization/notification.h>
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/db/group_commit.h"
#include "libs/db/testing/test_database.h"

namespace rookery::db {
namespace {

constexpr Statement kCreate{"Create",
                            "CREATE TABLE items (id BIGINT NOT NULL PRIMARY KEY, text TEXT)"};
constexpr Statement kInsert{"Insert", "INSERT INTO items (id, text) VALUES ($1, $2)"};
constexpr Statement kInsertAll{
    "InsertAll",
    "INSERT INTO items (id, text) SELECT r.id, r.text FROM @rows(id bigint, text text)@ AS r"};
constexpr Statement kGet{"Get", "SELECT text FROM items WHERE id = $1"};
constexpr std::string_view kText = "some words of a usual length";

void Check(const Status& status) {
  if (status.ok()) return;
  fmt::print(stderr, "{}\n", status.ToString());
  std::abort();
}

class Item final : public GroupWrite {
 public:
  Item(int64_t id, absl::Notification* done)
      : GroupWrite(absl::InfiniteFuture()), id_(id), done_(done) {}
  void Done(const Status& status) override {
    Check(status);
    done_->Notify();
  }
  int64_t id() const { return id_; }

 private:
  const int64_t id_;
  absl::Notification* const done_;
};

Status InsertGroup(Transaction& txn, const std::vector<Item*>& items) {
  std::vector<int64_t> ids;
  for (const Item* item : items) ids.push_back(item->id());
  std::vector<std::string> texts(items.size(), std::string(kText));
  return txn.ExecuteMany(kInsertAll, {std::move(ids), std::move(texts)}).status();
}

// What all threads of a benchmark share.
class Bench {
 public:
  explicit Bench(testing::TestDatabaseKind kind)
      : database_(kind), commits_(*database_, InsertGroup) {
    Check(database_->Write(absl::InfiniteFuture(),
                           [](Transaction& txn) { return txn.Execute(kCreate, {}).status(); }));
  }

  void Write(benchmark::State& state) {
    for (auto _ : state) {
      const int64_t id = ++last_id_;
      Check(database_->Write(absl::InfiniteFuture(), [&](Transaction& txn) {
        return txn.Execute(kInsert, {id, kText}).status();
      }));
    }
    state.SetItemsProcessed(state.iterations());
  }
  void WriteInGroups(benchmark::State& state) {
    for (auto _ : state) {
      absl::Notification done;
      commits_.Submit(std::make_unique<Item>(++last_id_, &done));
      done.WaitForNotification();
    }
    state.SetItemsProcessed(state.iterations());
  }
  void Read(benchmark::State& state) {
    for (auto _ : state) {
      Check(database_
                ->Read(absl::InfiniteFuture(),
                       [](Transaction& txn) { return txn.Query(kGet, {int64_t{1}}); })
                .status());
    }
    state.SetItemsProcessed(state.iterations());
  }

 private:
  testing::TestDatabase database_;
  std::atomic<int64_t> last_id_ = 0;
  GroupCommit<Item> commits_;
};

void Register(testing::TestDatabaseKind kind) {
  const auto bench = std::make_shared<Bench>(kind);
  const std::string name = ::testing::PrintToString(kind);
  const auto add = [&](const char* what, void (Bench::*run)(benchmark::State&)) {
    for (const int threads : {1, 16}) {
      benchmark::RegisterBenchmark(fmt::format("{}/{}", name, what).c_str(),
                                   [bench, run](benchmark::State& state) { (*bench.*run)(state); })
          ->Threads(threads)
          ->UseRealTime();
    }
  };
  add("write", &Bench::Write);
  add("write_in_groups", &Bench::WriteInGroups);
  add("read", &Bench::Read);
}

}  // namespace
}  // namespace rookery::db

int main(int argc, char** argv) {
  spdlog::set_level(spdlog::level::warn);
  benchmark::Initialize(&argc, argv);
  rookery::db::Register(rookery::testing::TestDatabaseKind::kSqlite);
  if (std::getenv("ROOKERY_TEST_POSTGRES") != nullptr) {
    rookery::db::Register(rookery::testing::TestDatabaseKind::kPostgres);
  }
  benchmark::RunSpecifiedBenchmarks();
  // The databases end with what was registered, before main does.
  benchmark::ClearRegisteredBenchmarks();
}
