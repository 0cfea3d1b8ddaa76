// Writers that meet.
#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <latch>
#include <numeric>
#include <thread>

#include "services/registry/testing/registry_test.h"

namespace rookery::registry {
namespace {

using namespace testing;  // NOLINT: the words of registry_test.h
using ::rookery::testing::IsOk;
using ::testing::Each;
using ::testing::ElementsAreArray;

constexpr int kThreads = 16;

// Runs `work(0)` to `work(kThreads - 1)` at once.
void AtOnce(const std::function<void(int)>& work) {
  std::latch start(kThreads);
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
}

class ConcurrencyTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    MakeModel("m");
  }
};

TEST_P(ConcurrencyTest, CreatorsAtOnceGetNumbersWithoutGapsOrDuplicates) {
  constexpr int kEach = 5;
  std::vector<StatusOr<v1::CreateModelVersionResponse>> made(kThreads * kEach);
  AtOnce([&](int thread) {
    for (int i = 0; i < kEach; ++i) {
      made[static_cast<size_t>(thread) * kEach + i] =
          versions_.Create(call_, NewVersion("m", "s3://b/p", {{"k", "v"}}));
    }
  });
  ASSERT_THAT(made, Each(IsOk()));
  std::vector<int> numbers;
  for (const auto& response : made)
    numbers.push_back(std::stoi(response->model_version().version()));
  std::sort(numbers.begin(), numbers.end());
  std::vector<int> expected(numbers.size());
  std::iota(expected.begin(), expected.end(), 1);
  EXPECT_THAT(numbers, ElementsAreArray(expected));
}

TEST_P(ConcurrencyTest, TriesOfOneRequestAtOnceMakeOneVersion) {
  auto request = NewVersion("m");
  request.set_request_id("r");
  std::vector<StatusOr<v1::CreateModelVersionResponse>> made(kThreads);
  AtOnce([&](int thread) { made[thread] = versions_.Create(call_, request); });
  ASSERT_THAT(made, Each(IsOk()));
  for (const auto& response : made) EXPECT_EQ(response->model_version().version(), "1");
  EXPECT_EQ(MakeVersion("m"), "2");
}

TEST_P(ConcurrencyTest, TriesOfOneRequestAtOnceMakeOneModel) {
  auto request = NewModel("new");
  request.set_request_id("r");
  std::vector<Status> results(kThreads);
  AtOnce([&](int thread) { results[thread] = models_.Create(call_, request).status(); });
  EXPECT_THAT(results, Each(IsOk()));
}

TEST_P(ConcurrencyTest, ArchiversAtOnceLeaveOneVersionInTheStage) {
  for (int i = 0; i < kThreads; ++i) MakeVersion("m");
  std::vector<Status> results(kThreads);
  AtOnce([&](int thread) {
    results[thread] = Move("m", std::to_string(thread + 1), "Production", true);
  });
  EXPECT_THAT(results, Each(IsOk()));
  int in_production = 0;
  for (int i = 1; i <= kThreads; ++i) {
    in_production += Version("m", std::to_string(i))->current_stage() == "Production" ? 1 : 0;
  }
  EXPECT_EQ(in_production, 1);
}

TEST_P(ConcurrencyTest, WritersOfAllKindsAndADeleterEndWithoutDeadlockAndLeaveNothing) {
  for (int i = 0; i < 4; ++i) MakeVersion("m");
  std::vector<Status> results(kThreads);
  AtOnce([&](int thread) {
    const std::string version = std::to_string(thread % 4 + 1);
    const auto work = [&]() -> Status {
      switch (thread) {
        case 3:
          return models_.Delete(call_, Named<v1::DeleteRegisteredModelRequest>("m")).status();
        case 7:
          return DeleteVersion("m", version);
        case 11:
          return versions_.Create(call_, NewVersion("m")).status();
        default:
          return thread % 2 == 0 ? SetAlias("m", "a", version)
                                 : Move("m", version, "Staging", true);
      }
    };
    results[thread] = work();
  });
  for (const Status& result : results) {
    EXPECT_TRUE(result.ok() || absl::IsNotFound(result)) << result;
  }
  MakeModel("m");
  EXPECT_EQ(Model("m")->aliases_size(), 0);
  EXPECT_EQ(MakeVersion("m"), "1");
}

INSTANTIATE_TEST_SUITE_P(All, ConcurrencyTest,
                         ::testing::ValuesIn(::rookery::testing::AllTestDatabases()),
                         ::rookery::testing::TestDatabaseName());

}  // namespace
}  // namespace rookery::registry
