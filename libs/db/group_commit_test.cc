// Groups of writes on both databases.
#include "libs/db/group_commit.h"

#include <absl/synchronization/notification.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "libs/db/testing/items.h"

namespace rookery::db {
namespace {

using ::rookery::testing::IsOk;
using ::rookery::testing::StatusIs;
using ::rookery::testing::TestDatabaseName;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;
using enum absl::StatusCode;

// An item to be inserted.
class Item final : public GroupWrite {
 public:
  using Answer = std::function<void(int64_t id, const Status& status)>;

  Item(int64_t id, Answer answer, absl::Time deadline)
      : GroupWrite(deadline), id_(id), answer_(std::move(answer)) {}
  void Done(const Status& status) override { answer_(id_, status); }
  // From 100 up an item is as heavy as its id.
  size_t weight() const override { return id_ < 100 ? 1 : static_cast<size_t>(id_); }
  int64_t id() const { return id_; }

 private:
  const int64_t id_;
  const Answer answer_;
};

std::vector<int64_t> Ids(const std::vector<Item*>& items) {
  std::vector<int64_t> ids;
  for (const Item* item : items) ids.push_back(item->id());
  return ids;
}

// Refuses negative ids and inserts the others.
Status InsertItems(Transaction& txn, const std::vector<Item*>& items) {
  for (Item* item : items) {
    if (item->id() < 0) {
      item->Refuse(absl::InvalidArgumentError("negative"));
      continue;
    }
    RETURN_IF_ERROR(txn.Execute(kInsertId, {item->id()}));
  }
  return absl::OkStatus();
}

class GroupCommitTest : public ItemsTest {
 protected:
  using Commits = GroupCommit<Item>;
  using Answers = std::vector<std::pair<int64_t, Status>>;

  std::unique_ptr<Commits> Stepped(Commits::Body body = InsertItems,
                                   GroupQueue::Options options = {}) {
    options.has_thread = false;
    return std::make_unique<Commits>(
        *database_,
        [this, body = std::move(body)](Transaction& txn, const std::vector<Item*>& items) {
          groups_.push_back(Ids(items));
          return body(txn, items);
        },
        options);
  }
  void Submit(Commits& commits, int64_t id, absl::Time deadline = Soon()) {
    commits.Submit(std::make_unique<Item>(
        id, [this](int64_t which, const Status& status) { answers_.emplace_back(which, status); },
        deadline));
  }
  StatusOr<std::set<int64_t>> Stored() {
    ASSIGN_OR_RETURN(const Rows rows, Query({"ids", "SELECT id FROM items"}));
    std::set<int64_t> ids;
    for (const Row& row : rows) ids.insert(row.Int(0));
    return ids;
  }

  // What each run of the body was given.
  std::vector<std::vector<int64_t>> groups_;
  Answers answers_;
};
INSTANTIATE_TEST_SUITE_P(All, GroupCommitTest, ::testing::ValuesIn(testing::AllTestDatabases()),
                         TestDatabaseName());

TEST_P(GroupCommitTest, WhatWaitsSharesATransactionInItsOrder) {
  const auto commits = Stepped();
  EXPECT_FALSE(commits->CommitNext());
  for (const int64_t id : {3, 1, 2}) Submit(*commits, id);
  EXPECT_THAT(answers_, IsEmpty());
  EXPECT_EQ(Count(), 0);
  EXPECT_TRUE(commits->CommitNext());
  EXPECT_THAT(groups_, ElementsAre(ElementsAre(3, 1, 2)));
  EXPECT_THAT(answers_, ElementsAre(Pair(3, IsOk()), Pair(1, IsOk()), Pair(2, IsOk())));
  EXPECT_EQ(Count(), 3);
  EXPECT_FALSE(commits->CommitNext());
}

TEST_P(GroupCommitTest, AGroupIsBoundedByWeight) {
  const auto commits = Stepped(InsertItems, {.max_group_weight = 200});
  for (const int64_t id : {1, 150, 151, 500, 2, 3}) Submit(*commits, id);
  while (commits->CommitNext()) {
  }
  EXPECT_THAT(groups_, ElementsAre(ElementsAre(1, 150), ElementsAre(151), ElementsAre(500),
                                   ElementsAre(2, 3)));
}

TEST_P(GroupCommitTest, TheQueueIsBoundedByWeight) {
  const auto commits = Stepped(InsertItems, {.max_queued_weight = 200});
  for (const int64_t id : {150, 151, 1}) Submit(*commits, id);
  EXPECT_THAT(answers_, ElementsAre(Pair(151, StatusIs(kResourceExhausted))));
  EXPECT_TRUE(commits->CommitNext());
  // However heavy, it is taken where nothing else waits.
  Submit(*commits, 500);
  EXPECT_TRUE(commits->CommitNext());
  EXPECT_THAT(groups_, ElementsAre(ElementsAre(150, 1), ElementsAre(500)));
}

TEST_P(GroupCommitTest, CallersAreAnsweredAfterTheCommit) {
  const auto commits = Stepped();
  int64_t seen = 0;
  for (const int64_t id : {1, 2}) {
    commits->Submit(
        std::make_unique<Item>(id, [&](int64_t, const Status&) { seen += Count(); }, Soon()));
  }
  commits->CommitNext();
  EXPECT_EQ(seen, 4);
}

TEST_P(GroupCommitTest, OneThatIsRefusedFailsAlone) {
  const auto commits = Stepped();
  for (const int64_t id : {1, -2, 3}) Submit(*commits, id);
  commits->CommitNext();
  EXPECT_THAT(groups_, SizeIs(1));
  EXPECT_THAT(answers_,
              ElementsAre(Pair(1, IsOk()), Pair(-2, StatusIs(kInvalidArgument)), Pair(3, IsOk())));
  EXPECT_THAT(Stored().value(), ElementsAre(1, 3));
}

TEST_P(GroupCommitTest, OneThatTheDatabaseRefusesFailsAlone) {
  ROOKERY_ASSERT_OK(Execute(kInsertId, {int64_t{3}}));
  const auto commits = Stepped();
  for (const int64_t id : {1, 2, 3, 4, -5}) Submit(*commits, id);
  commits->CommitNext();
  EXPECT_THAT(answers_,
              ElementsAre(Pair(1, IsOk()), Pair(2, IsOk()), Pair(3, StatusIs(kAlreadyExists)),
                          Pair(4, IsOk()), Pair(-5, StatusIs(kInvalidArgument))));
  EXPECT_THAT(Stored().value(), ElementsAre(1, 2, 3, 4));
  // Halves, then quarters, until the bad one is by itself.
  EXPECT_THAT(groups_.front(), SizeIs(5));
  EXPECT_THAT(groups_, ::testing::Contains(ElementsAre(3)));
}

TEST_P(GroupCommitTest, AnErrorOfTheDatabaseAsAWholeIsToldToAllWithoutFurtherTries) {
  for (const auto code : {kUnavailable, kDeadlineExceeded, kDataLoss}) {
    answers_.clear();
    groups_.clear();
    const auto commits = Stepped([&](Transaction& txn, const std::vector<Item*>& items) -> Status {
      RETURN_IF_ERROR(InsertItems(txn, items));
      return {code, "gone"};
    });
    for (const int64_t id : {1, 2, -3}) Submit(*commits, id);
    commits->CommitNext();
    EXPECT_THAT(answers_, ElementsAre(Pair(1, StatusIs(code)), Pair(2, StatusIs(code)),
                                      Pair(-3, StatusIs(code))));
    EXPECT_THAT(groups_, SizeIs(1));
    EXPECT_EQ(Count(), 0);
  }
}

TEST_P(GroupCommitTest, ABodyThatThrowsFailsItsWrites) {
  const auto commits = Stepped([](Transaction&, const std::vector<Item*>& items) -> Status {
    if (items[0]->id() == 2) throw std::bad_alloc();
    return absl::OkStatus();
  });
  for (const int64_t id : {2, 1}) Submit(*commits, id);
  commits->CommitNext();
  EXPECT_THAT(answers_, ElementsAre(Pair(2, StatusIs(kInternal)), Pair(1, IsOk())));
}

TEST_P(GroupCommitTest, AConflictRunsTheGroupAgainAndForgetsItsRefusals) {
  int runs = 0;
  const auto commits = Stepped([&](Transaction&, const std::vector<Item*>& items) -> Status {
    if (++runs > 1) return absl::OkStatus();
    items[0]->Refuse(absl::NotFoundError("not yet"));
    return absl::AbortedError("conflict");
  });
  for (const int64_t id : {1, 2}) Submit(*commits, id);
  commits->CommitNext();
  EXPECT_EQ(runs, 2);
  EXPECT_THAT(answers_, ElementsAre(Pair(1, IsOk()), Pair(2, IsOk())));
}

TEST_P(GroupCommitTest, GroupAndQueueHaveLimits) {
  const auto commits = Stepped(InsertItems, {.max_group = 2, .max_queued = 3});
  for (const int64_t id : {1, 2, 3, 4}) Submit(*commits, id);
  EXPECT_THAT(answers_, ElementsAre(Pair(4, StatusIs(kResourceExhausted))));
  while (commits->CommitNext()) {
  }
  EXPECT_THAT(groups_, ElementsAre(ElementsAre(1, 2), ElementsAre(3)));
  EXPECT_EQ(Count(), 3);
}

TEST_P(GroupCommitTest, WhoIsLateIsNotWritten) {
  const auto commits = Stepped();
  Submit(*commits, 1, absl::InfinitePast());
  Submit(*commits, 2);
  commits->CommitNext();
  EXPECT_THAT(answers_, ElementsAre(Pair(1, StatusIs(kDeadlineExceeded)), Pair(2, IsOk())));
  EXPECT_THAT(Stored().value(), ElementsAre(2));
}

TEST_P(GroupCommitTest, TheEndCommitsWhatWaits) {
  auto commits = Stepped(InsertItems, {.max_group = 2});
  for (const int64_t id : {1, 2, 3}) Submit(*commits, id);
  commits.reset();
  EXPECT_THAT(answers_, SizeIs(3));
  EXPECT_EQ(Count(), 3);
}

TEST_P(GroupCommitTest, TheEndWaitsForTheThreadWhichCommitsWhatWaits) {
  absl::Notification begun;
  absl::Notification go_on;
  auto commits =
      std::make_unique<Commits>(*database_, [&](Transaction& txn, const std::vector<Item*>& items) {
        if (items[0]->id() == 1) {
          begun.Notify();
          go_on.WaitForNotification();
        }
        return InsertItems(txn, items);
      });
  Submit(*commits, 1);
  begun.WaitForNotification();
  for (const int64_t id : {2, 3}) Submit(*commits, id);
  std::jthread end([&] { commits.reset(); });
  go_on.Notify();
  end.join();
  EXPECT_THAT(answers_, ElementsAre(Pair(1, IsOk()), Pair(2, IsOk()), Pair(3, IsOk())));
  EXPECT_EQ(Count(), 3);
}

TEST_P(GroupCommitTest, AGroupGathersThoseWhoWereAnsweredWithTheLast) {
  absl::Notification begun;
  absl::Notification go_on;
  auto commits = std::make_unique<Commits>(
      *database_,
      [&](Transaction& txn, const std::vector<Item*>& items) {
        groups_.push_back(Ids(items));
        if (items[0]->id() == 1) {
          begun.Notify();
          go_on.WaitForNotification();
        }
        return InsertItems(txn, items);
      },
      // Longer than this test could wait.
      GroupQueue::Options{.gather = absl::Hours(1), .max_gather_weight = 200});
  const auto submit = [&](int64_t id) {
    auto done = std::make_shared<absl::Notification>();
    commits->Submit(
        std::make_unique<Item>(id, [done](int64_t, const Status&) { done->Notify(); }, Soon()));
    return done;
  };
  // Nobody waits for one who was alone.
  submit(1);
  begun.WaitForNotification();
  submit(2);
  const auto third = submit(3);
  go_on.Notify();
  third->WaitForNotification();
  // Each of two waits for the other.
  submit(4);
  const auto fifth = submit(5);
  fifth->WaitForNotification();
  // Who is heavy is waited for by nobody, and waits for nobody.
  submit(500)->WaitForNotification();
  submit(6)->WaitForNotification();
  commits.reset();
  EXPECT_THAT(groups_, ElementsAre(ElementsAre(1), ElementsAre(2, 3), ElementsAre(4, 5),
                                   ElementsAre(500), ElementsAre(6)));
}

// Who is alone waits for one commit, not for those who were answered long ago.
TEST_P(GroupCommitTest, WhoComesLaterIsCommittedAtOnce) {
  constexpr std::chrono::milliseconds kGather(50);
  std::mutex gate;
  std::atomic<int64_t> begun = 0;
  auto commits = std::make_unique<Commits>(
      *database_,
      [&](Transaction& txn, const std::vector<Item*>& items) {
        begun = items[0]->id();
        begun.notify_all();
        const std::lock_guard lock(gate);
        return InsertItems(txn, items);
      },
      GroupQueue::Options{.gather = absl::FromChrono(kGather), .max_gather_weight = 200});
  int64_t id = 0;
  const auto submit = [&] {
    auto done = std::make_shared<absl::Notification>();
    commits->Submit(
        std::make_unique<Item>(++id, [done](int64_t, const Status&) { done->Notify(); }, Soon()));
    return done;
  };
  // A commit may be slow. That it waits for others would show each time.
  bool is_at_once = false;
  for (int tries = 0; tries < 20 && !is_at_once; ++tries) {
    std::shared_ptr<absl::Notification> second;
    {
      const std::lock_guard lock(gate);
      submit();
      for (int64_t seen = begun; seen != id; seen = begun) begun.wait(seen);
      submit();
      second = submit();
    }
    second->WaitForNotification();
    std::this_thread::sleep_for(kGather);
    const auto start = std::chrono::steady_clock::now();
    submit()->WaitForNotification();
    is_at_once = std::chrono::steady_clock::now() - start < kGather;
  }
  EXPECT_TRUE(is_at_once);
}

TEST_P(GroupCommitTest, TheEndDoesNotGather) {
  absl::Notification begun;
  absl::Notification go_on;
  auto commits = std::make_unique<Commits>(
      *database_,
      [&](Transaction& txn, const std::vector<Item*>& items) {
        if (items[0]->id() == 1) {
          begun.Notify();
          go_on.WaitForNotification();
        }
        return InsertItems(txn, items);
      },
      GroupQueue::Options{.gather = absl::Hours(1), .max_gather_weight = 200});
  for (const int64_t id : {1, 2, 3, 4}) {
    Submit(*commits, id);
    if (id == 1) begun.WaitForNotification();
  }
  go_on.Notify();
  commits.reset();
  EXPECT_EQ(Count(), 4);
}

TEST_P(GroupCommitTest, GoodAndBadCallersAtOnceEachGetTheirOwnAnswer) {
  constexpr int kThreads = 8;
  constexpr int kEach = 20;
  // Taken, so that every fourth good-looking write is an error of the database.
  for (int64_t id = 0; id < kThreads * kEach; id += 4) {
    ROOKERY_ASSERT_OK(Execute(kInsertId, {id}));
  }
  std::vector<Status> results(static_cast<size_t>(kThreads) * kEach);
  {
    Commits commits(*database_, InsertItems);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i < kEach; ++i) {
          const int64_t id = thread * kEach + i;
          // The standard's, which TSan understands without its library being built for it.
          std::promise<Status> result;
          const auto answer = [&](int64_t, const Status& status) { result.set_value(status); };
          commits.Submit(std::make_unique<Item>(id % 4 == 1 ? -id : id, answer, Soon()));
          results[id] = result.get_future().get();
        }
      });
    }
  }
  for (int64_t id = 0; id < kThreads * kEach; ++id) {
    const auto expected = id % 4 == 0 ? kAlreadyExists : id % 4 == 1 ? kInvalidArgument : kOk;
    EXPECT_EQ(results[id].code(), expected) << id << ": " << results[id];
  }
  EXPECT_EQ(Count(), kThreads * kEach * 3 / 4);
}

class GroupCommitOnPostgresTest : public GroupCommitTest {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(GroupCommitOnPostgresTest);
INSTANTIATE_TEST_SUITE_P(All, GroupCommitOnPostgresTest,
                         ::testing::ValuesIn(testing::PostgresTestDatabases()), TestDatabaseName());

TEST_P(GroupCommitOnPostgresTest, ADatabaseThatGoesAwayMidGroupAcknowledgesNone) {
  const auto commits = Stepped([](Transaction& txn, const std::vector<Item*>& items) -> Status {
    RETURN_IF_ERROR(InsertItems(txn, items));
    return txn.Query({"die", "SELECT pg_terminate_backend(pg_backend_pid())"}, {}).status();
  });
  for (const int64_t id : {1, 2, 3}) Submit(*commits, id);
  commits->CommitNext();
  EXPECT_THAT(answers_, SizeIs(3));
  EXPECT_THAT(answers_, Each(Pair(::testing::_, StatusIs(kUnavailable))));
  EXPECT_EQ(Count(), 0);
}

}  // namespace
}  // namespace rookery::db
