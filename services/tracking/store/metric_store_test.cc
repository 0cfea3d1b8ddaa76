// What must stay true of metric histories however they are stored; domain/history_model_test.cc has
// the same under random interleavings.
#include "services/tracking/store/metric_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <vector>

#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "services/tracking/store/metric_points_move.h"
#include "services/tracking/store/point_conversion.h"
#include "services/tracking/store/schema.h"

namespace rookery::tracking::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct Point {
  std::string key = "loss";
  int64_t timestamp_ms = 0;
  int64_t step = 0;
  double value = 0;

  // NaN equals NaN, and 0 differs from -0 no more than it does in a database.
  auto Tie() const {
    return std::make_tuple(key, timestamp_ms, step, std::isnan(value),
                           std::isnan(value) ? 0 : value);
  }
  bool operator==(const Point& other) const { return Tie() == other.Tie(); }
  bool operator<(const Point& other) const { return Tie() < other.Tie(); }
  friend std::ostream& operator<<(std::ostream& out, const Point& p) {
    return out << p.key << "@" << p.timestamp_ms << "#" << p.step << "=" << p.value;
  }
};

Metrics ToMetrics(const std::vector<Point>& points) {
  Metrics metrics;
  for (const Point& point : points) {
    v1::Metric* metric = metrics.Add();
    metric->set_key(point.key);
    metric->set_timestamp(point.timestamp_ms);
    metric->set_step(point.step);
    metric->set_value(point.value);
  }
  return metrics;
}

std::vector<Point> ToPoints(const Metrics& metrics) {
  std::vector<Point> points;
  for (const auto& metric : metrics) {
    points.push_back({metric.key(), metric.timestamp(), metric.step(), metric.value()});
  }
  return points;
}

class MetricStoreTest : public ::testing::TestWithParam<testing::TestDatabaseKind> {
 protected:
  void SetUp() override { ROOKERY_ASSERT_OK(db::CreateOrCheck(*database_, TrackingSchema())); }

  void Append(const Metrics& metrics, const std::string& run = "r",
              const std::string& ws = "default") {
    ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      std::vector<RunPoints> runs;
      runs.push_back({run, PointsOf(metrics)});
      return store_.Append(txn, ws, &runs);
    }));
  }
  void Append(const std::vector<Point>& points) { Append(ToMetrics(points)); }

  std::vector<Point> Latest(const std::string& run = "r", const std::string& ws = "default") {
    Metrics metrics;
    ROOKERY_EXPECT_OK(database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.ReadLatestOfRuns(txn, ws, {run}, [&](std::string_view) { return &metrics; });
    }));
    std::sort(metrics.begin(), metrics.end(),
              [](const auto& a, const auto& b) { return a.key() < b.key(); });
    return ToPoints(metrics);
  }

  // Appends a page to `history`.
  std::optional<MetricCursor> ReadPage(const std::string& key, const MetricCursor& after,
                                       int64_t limit, Metrics* history) {
    const auto next = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.ReadHistory(txn, "default", "r", key, after, limit, history);
    });
    EXPECT_THAT(next, testing::IsOk());
    return next.ok() ? *next : std::nullopt;
  }
  std::vector<Point> History(const std::string& key = "loss") {
    Metrics history;
    ReadPage(key, {}, 1'000'000, &history);
    return ToPoints(history);
  }

  testing::TestDatabase database_{GetParam()};
  MetricStore store_;
};

TEST_P(MetricStoreTest, AnUnknownRunHasNoPoints) {
  EXPECT_THAT(History(), IsEmpty());
  EXPECT_THAT(Latest(), IsEmpty());
}

TEST_P(MetricStoreTest, HistoryIsOrderedByTimestampThenStepThenValue) {
  const Point a{"loss", 1, 9, 5}, b{"loss", 2, 1, 1}, c{"loss", 2, 1, 2}, d{"loss", 2, 3, 0};
  Append({d, b, a, c});
  EXPECT_THAT(History(), ElementsAre(a, b, c, d));
}

TEST_P(MetricStoreTest, TheLatestIsTheGreatestByStepThenTimestampThenValue) {
  Append({{"loss", 5, 3, 1}});
  Append({{"loss", 9, 2, 9}});
  EXPECT_THAT(Latest(), ElementsAre(Point{"loss", 5, 3, 1}));
  Append({{"loss", 4, 3, 9}, {"loss", 5, 3, 2}, {"loss", 5, 3, 1.5}});
  EXPECT_THAT(Latest(), ElementsAre(Point{"loss", 5, 3, 2}));
  Append({{"loss", 6, 3, -7}});
  EXPECT_THAT(Latest(), ElementsAre(Point{"loss", 6, 3, -7}));
}

TEST_P(MetricStoreTest, EqualPointsCountOnceWithinABatchAndAcrossBatches) {
  const Point p{"loss", 1, 1, 0.1};
  Append({p, p});
  Append({p});
  EXPECT_THAT(History(), ElementsAre(p));
}

TEST_P(MetricStoreTest, NanAndInfinitiesSurvive) {
  const Point low{"loss", 1, 1, -kInfinity}, high{"loss", 1, 1, kInfinity}, nan{"loss", 1, 2, kNaN};
  Append({nan, high, low});
  Append({nan});
  EXPECT_THAT(History(), ElementsAre(low, high, nan));
  EXPECT_THAT(Latest(), ElementsAre(nan));
}

TEST_P(MetricStoreTest, ExtremesSurviveExactly) {
  const std::vector<Point> points = {
      {"loss", 0, std::numeric_limits<int64_t>::min(), std::numeric_limits<double>::denorm_min()},
      {"loss", 1, -1, 0.1 + 0.2},
      {"loss", std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::max(),
       std::numeric_limits<double>::max()}};
  Append(points);
  EXPECT_EQ(History(), points);
  EXPECT_THAT(Latest(), ElementsAre(points[2]));
}

TEST_P(MetricStoreTest, KeysAreComparedByteForByte) {
  Append({{"a", 1, 1, 1}, {"A", 1, 1, 2}, {"\xc3\xa4", 1, 1, 3}, {"a b/c", 1, 1, 4}});
  EXPECT_THAT(Latest(), ElementsAre(Point{"A", 1, 1, 2}, Point{"a", 1, 1, 1},
                                    Point{"a b/c", 1, 1, 4}, Point{"\xc3\xa4", 1, 1, 3}));
  EXPECT_THAT(History("A"), ElementsAre(Point{"A", 1, 1, 2}));
}

TEST_P(MetricStoreTest, PagesNeitherRepeatNorSkip) {
  std::vector<Point> points;
  for (int i = 0; i < 25; ++i) points.push_back({"loss", i / 5, i % 5, i % 7 == 0 ? kNaN : i});
  Append(points);
  Metrics read;
  std::optional<MetricCursor> cursor = MetricCursor();
  int pages = 0;
  for (; cursor; ++pages) cursor = ReadPage("loss", *cursor, 10, &read);
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(ToPoints(read), points);
}

TEST_P(MetricStoreTest, AFullLastPageHasNoNext) {
  Append({{"loss", 1, 1, 1}, {"loss", 2, 2, 2}});
  Metrics history;
  EXPECT_FALSE(ReadPage("loss", {}, 2, &history).has_value());
  EXPECT_TRUE(ReadPage("loss", {}, 1, &history).has_value());
}

TEST_P(MetricStoreTest, RunsAndWorkspacesDoNotMeet) {
  Append(ToMetrics({{"loss", 1, 1, 1}}), "r");
  Append(ToMetrics({{"loss", 1, 1, 2}}), "other");
  Append(ToMetrics({{"loss", 1, 1, 3}}), "r", "elsewhere");
  EXPECT_THAT(Latest("r"), ElementsAre(Point{"loss", 1, 1, 1}));
  EXPECT_THAT(Latest("r", "elsewhere"), ElementsAre(Point{"loss", 1, 1, 3}));
  EXPECT_THAT(History(), ElementsAre(Point{"loss", 1, 1, 1}));
}

TEST_P(MetricStoreTest, PointsOfALoggedModelAreFoundByIt) {
  Metrics metrics = ToMetrics({{"acc", 1, 1, 0.5}, {"acc", 2, 2, 0.75}, {"loss", 1, 1, 9}});
  metrics[0].set_model_id("m-1");
  metrics[0].set_dataset_name("penguins");
  metrics[0].set_dataset_digest("abc");
  metrics[2].set_model_id("m-2");
  Append(metrics);
  Append(metrics);
  auto of_models = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
    return store_.ReadModelMetrics(txn, "default", {"m-1", "m-2", "none"});
  });
  ROOKERY_ASSERT_OK(of_models);
  EXPECT_EQ(of_models->size(), 2);
  EXPECT_EQ((*of_models)["m-2"].size(), 1);
  const Metrics& found = (*of_models)["m-1"];
  ASSERT_EQ(found.size(), 1);
  EXPECT_EQ(ToPoints(found)[0], (Point{"acc", 1, 1, 0.5}));
  EXPECT_EQ(found[0].run_id(), "r");
  EXPECT_EQ(found[0].dataset_name(), "penguins");
  EXPECT_EQ(found[0].dataset_digest(), "abc");
  EXPECT_THAT(History("acc"), ::testing::SizeIs(2));
}

TEST_P(MetricStoreTest, HistoriesOfSeveralRunsNameTheirRuns) {
  Append(ToMetrics({{"loss", 2, 2, 2}, {"loss", 1, 1, 1}, {"acc", 1, 1, 9}}), "b");
  Append(ToMetrics({{"loss", 3, 3, 3}}), "a");
  Append(ToMetrics({{"loss", 4, 4, 4}}), "c");
  Append(ToMetrics({{"loss", 5, 5, 5}}), "a", "elsewhere");
  const auto read = [&](int64_t limit) {
    auto points = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.ReadHistories(txn, "default", {"b", "a", "b"}, "loss", limit);
    });
    EXPECT_THAT(points, testing::IsOk());
    return *std::move(points);
  };
  const Metrics all = read(10);
  EXPECT_THAT(ToPoints(all),
              ElementsAre(Point{"loss", 3, 3, 3}, Point{"loss", 1, 1, 1}, Point{"loss", 2, 2, 2}));
  EXPECT_EQ(all[0].run_id(), "a");
  EXPECT_EQ(all[2].run_id(), "b");
  EXPECT_EQ(read(2).size(), 2);
}

TEST_P(MetricStoreTest, ASamplerChoosesAmongPointsCountedByStepTimestampAndValue) {
  Append(ToMetrics({{"loss", 9, 1, 0}, {"loss", 1, 2, 1}, {"loss", 1, 2, 2}, {"loss", 0, 3, 3}}),
         "a");
  Append(ToMetrics({{"loss", 5, 2, 4}, {"loss", 5, 2, kNaN}, {"acc", 5, 2, 6}}), "b");
  Append(ToMetrics({{"loss", 1, 2, 1}}), "a", "elsewhere");
  std::vector<int64_t> counts;
  const auto read = [&](Series series) {
    counts.clear();
    auto samples = database_->Read(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store_.ReadSamples(txn, "default", series, [&](int64_t count) {
        counts.push_back(count);
        return std::vector<int64_t>{0, count - 1};
      });
    });
    EXPECT_THAT(samples, testing::IsOk());
    return *std::move(samples);
  };
  auto samples = read({.run_ids = {"b", "a", "none"}, .key = "loss"});
  EXPECT_THAT(counts, ::testing::UnorderedElementsAre(4, 2));
  EXPECT_EQ(samples.size(), 2);
  EXPECT_THAT(ToPoints(samples["a"]), ElementsAre(Point{"loss", 9, 1, 0}, Point{"loss", 0, 3, 3}));
  EXPECT_EQ(samples["a"][0].run_id(), "a");
  // Like a NaN among the latest, one here stands where 0 would.
  EXPECT_THAT(ToPoints(samples["b"]),
              ElementsAre(Point{"loss", 5, 2, kNaN}, Point{"loss", 5, 2, 4}));
  samples = read({.run_ids = {"a"}, .key = "loss", .first_step = 2, .last_step = 2});
  EXPECT_THAT(ToPoints(samples["a"]), ElementsAre(Point{"loss", 1, 2, 1}, Point{"loss", 1, 2, 2}));
}

constexpr db::Statement kInsertOldPoint{
    "InsertOldPoint",
    "INSERT INTO metric_points (workspace_id, run_id, key, timestamp_ms, step, value, is_nan)"
    " VALUES ('default', 'r', $1, $2, $3, $4, $5)"};

TEST_P(MetricStoreTest, PointsOfAnOlderReleaseAreBroughtOver) {
  ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [](db::Transaction& txn) -> Status {
    for (int64_t step : {2, 1}) {
      RETURN_IF_ERROR(txn.Execute(kInsertOldPoint, {"loss", step, step, 0.5, int64_t{0}}));
    }
    return txn.Execute(kInsertOldPoint, {"acc", int64_t{7}, int64_t{1}, 0.0, int64_t{1}}).status();
  }));
  EXPECT_EQ(MovePointsToSegments(*database_).value_or(-1), 3);
  EXPECT_EQ(MovePointsToSegments(*database_).value_or(-1), 0);
  EXPECT_THAT(History(), ElementsAre(Point{"loss", 1, 1, 0.5}, Point{"loss", 2, 2, 0.5}));
  EXPECT_THAT(History("acc"), ElementsAre(Point{"acc", 7, 1, kNaN}));
}

INSTANTIATE_TEST_SUITE_P(All, MetricStoreTest,
                         ::testing::ValuesIn(testing::AllTestDatabasesAndCollations()),
                         testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::tracking::store
