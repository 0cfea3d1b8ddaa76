// Whoever reads a run from memory reads what the database has.
#include "services/tracking/domain/run_contents.h"

#include <gmock/gmock.h>

#include <atomic>
#include <random>

#include "services/tracking/testing/search_test.h"

namespace rookery::tracking {
namespace {

using namespace testing;  // NOLINT: the words of tracking_test.h

class RunContentsTest : public SearchTest {
 protected:
  using Change = std::function<Status()>;

  // The run without the info, as one who remembers nothing reads it.
  std::string Fresh(const std::string& run_id) {
    RunContents contents(*database_, metrics_, {.max_bytes = 0});
    Runs runs(*database_, contents, locations_, clock_);
    return Without(runs.Get(call_, OfRun<v1::GetRunRequest>(run_id)));
  }
  // As those read it who may remember it: runs/get and runs/search.
  std::string Got(const std::string& run_id) {
    return Without(runs_.Get(call_, OfRun<v1::GetRunRequest>(run_id)));
  }
  std::string Searched(const std::string& run_id) {
    const StatusOr<v1::SearchRunsResponse> found = Search(Request("run_id = '" + run_id + "'"));
    if (!found.ok()) return found.status().ToString();
    return DebugString(found->runs(0));
  }

  Status ByHand(std::string_view sql, const std::string& run_id) {
    return database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return txn.Execute(db::Statement{"by_hand", sql}, {std::string_view(run_id)}).status();
    });
  }

  std::vector<std::pair<std::string, Change>> Changes(const std::string& run_id);

  metrics::Registry registry_;
  RunContents counted_{*database_, metrics_, {.metrics = &registry_}};

 private:
  static std::string Without(const StatusOr<v1::GetRunResponse>& response) {
    if (!response.ok()) return response.status().ToString();
    return DebugString(Sent(response->run()));
  }
  static std::string DebugString(v1::Run run) {
    run.clear_info();
    return run.DebugString();
  }
};

std::vector<std::pair<std::string, RunContentsTest::Change>> RunContentsTest::Changes(
    const std::string& run_id) {
  const auto input = [this, run_id](const std::string& digest) {
    auto request = OfRun<v1::LogInputsRequest>(run_id);
    v1::DatasetInput* dataset = request.add_datasets();
    dataset->mutable_dataset()->set_name("d");
    dataset->mutable_dataset()->set_digest(digest);
    Add({{"mlflow.data.context", "train"}}, dataset->mutable_tags());
    return log_.LogInputs(call_, request).status();
  };
  const auto output = [this, run_id](int64_t step) {
    auto request = OfRun<v1::LogOutputsRequest>(run_id);
    request.add_models()->set_model_id("m-1");
    request.mutable_models(0)->set_step(step);
    return log_.LogOutputs(call_, request).status();
  };
  const auto rename = [this, run_id] {
    auto request = OfRun<v1::UpdateRunRequest>(run_id);
    request.set_run_name("another");
    return runs_.Update(call_, request).status();
  };
  const auto delete_tag = [this, run_id] {
    auto request = OfRun<v1::DeleteTagRequest>(run_id);
    request.set_key("t");
    return log_.DeleteTag(call_, request).status();
  };
  return {
      {"param", [=, this] { return LogParam(run_id, "p", "1"); }},
      {"another param", [=, this] { return LogParam(run_id, "q", "2"); }},
      {"tag", [=, this] { return SetTag(run_id, "t", "1"); }},
      {"the tag again", [=, this] { return SetTag(run_id, "t", "2"); }},
      {"no tag", delete_tag},
      {"metric", [=, this] { return LogMetric(run_id, Point("m", 1, 1, 1)); }},
      {"later point", [=, this] { return LogMetric(run_id, Point("m", 2, 2, 2)); }},
      {"batch",
       [=, this] {
         return Log(run_id,
                    {.metrics = {Point("n", 1)}, .params = {{"r", "1"}}, .tags = {{"u", ""}}});
       }},
      {"dataset", [=] { return input("1"); }},
      {"another dataset", [=] { return input("2"); }},
      {"model", [=] { return output(1); }},
      {"the model again", [=] { return output(2); }},
      {"name", rename},
      {"tag by hand",
       [=, this] { return ByHand("UPDATE run_tags SET value = 'x' WHERE run_id = $1", run_id); }},
      {"no params by hand",
       [=, this] { return ByHand("DELETE FROM params WHERE run_id = $1", run_id); }},
  };
}

TEST_P(RunContentsTest, EveryChangeShowsAtOnce) {
  AddRun("a");
  std::string before;
  for (const auto& [name, change] : Changes("a")) {
    SCOPED_TRACE(name);
    ROOKERY_ASSERT_OK(change());
    const std::string fresh = Fresh("a");
    EXPECT_NE(fresh, before);
    EXPECT_EQ(Got("a"), fresh);
    EXPECT_EQ(Searched("a"), fresh);
    before = fresh;
  }
}

TEST_P(RunContentsTest, WhatStandsIsReadOnce) {
  Runs runs(*database_, counted_, locations_, clock_);
  AddRun("a", {.metrics = {Point("m", 1)}, .params = {{"p", "1"}}, .tags = {{"t", "1"}}});
  for (int i = 0; i < 3; ++i) {
    ROOKERY_ASSERT_OK(runs.Get(call_, OfRun<v1::GetRunRequest>("a")));
    // The run's own row is none of it.
    auto update = OfRun<v1::UpdateRunRequest>("a");
    update.set_status(v1::RUNNING);
    ROOKERY_ASSERT_OK(runs.Update(call_, update));
  }
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_run_cache_misses_total 1\n"));
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_run_cache_hits_total 2\n"));
}

TEST_P(RunContentsTest, AChangeOfOneRunLeavesTheOthers) {
  RunSearch search(*database_, counted_, locations_);
  for (const char* id : {"a", "b", "c"}) AddRun(id, {.params = {{"p", id}}});
  v1::SearchRunsResponse response;
  ROOKERY_ASSERT_OK(search.Search(call_, Request(""), &response));
  ROOKERY_ASSERT_OK(SetTag("b", "t", "1"));
  response.Clear();
  ROOKERY_ASSERT_OK(search.Search(call_, Request(""), &response));
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_run_cache_misses_total 4\n"));
  EXPECT_THAT(registry_.Text(), ::testing::HasSubstr("rookery_run_cache_hits_total 2\n"));
}

TEST_P(RunContentsTest, WhatWasAcknowledgedIsReadWhateverOthersDo) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 20;
  AddRun("a");
  std::atomic<int> wrong = 0;
  AtOnce(kThreads, [&](int thread) {
    const std::string key = "t" + std::to_string(thread);
    for (int round = 0; round < kRounds; ++round) {
      const std::string value = std::to_string(round);
      const Status logged =
          round % 2 == 0 ? SetTag("a", key, value) : LogMetric("a", Point(key, round, 1, round));
      const auto run = GetRun("a");
      if (!logged.ok() || !run.ok()) {
        ++wrong;
        continue;
      }
      bool found = false;
      for (const v1::RunTag& tag : run->data().tags()) {
        found = found || (round % 2 == 0 && tag.key() == key && tag.value() == value);
      }
      for (const v1::Metric& metric : run->data().metrics()) {
        found = found || (round % 2 == 1 && metric.key() == key && metric.value() == round);
      }
      wrong += found ? 0 : 1;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Got("a"), Fresh("a"));
}

TEST_P(RunContentsTest, AnyOrderOfChangesAndReads) {
  for (const unsigned seed : {1U, 2U, 3U, 4U}) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    const std::string id = "run" + std::to_string(seed);
    AddRun(id);
    const auto changes = Changes(id);
    for (int step = 0; step < 40; ++step) {
      // Some are refused by now, such as the second deletion of a tag.
      changes[random() % changes.size()].second().IgnoreError();
      if (random() % 2 == 0) EXPECT_EQ(random() % 2 == 0 ? Got(id) : Searched(id), Fresh(id));
    }
  }
}

ROOKERY_OVER_ALL_DATABASES(RunContentsTest);

}  // namespace
}  // namespace rookery::tracking
