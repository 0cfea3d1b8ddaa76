// The tracking domain over a test database, with words short enough to read.
#pragma once

#include <absl/synchronization/notification.h>
#include <absl/time/clock.h>
#include <gtest/gtest.h>

#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/db/testing/test_database.h"
#include "services/tracking/domain/datasets.h"
#include "services/tracking/domain/experiments.h"
#include "services/tracking/domain/logged_model_search.h"
#include "services/tracking/domain/logged_models.h"
#include "services/tracking/domain/metric_histories.h"
#include "services/tracking/domain/run_log.h"
#include "services/tracking/domain/runs.h"
#include "services/tracking/domain/workspaces.h"
#include "services/tracking/store/schema.h"
#include "services/tracking/store/workspace_store.h"

namespace rookery::tracking::testing {

inline CallContext InWorkspace(const std::string& workspace) {
  CallContext call;
  call.workspace = workspace;
  call.deadline = absl::Now() + absl::Seconds(60);
  return call;
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

template <typename Entries>
Pairs AsPairs(const Entries& entries) {
  Pairs pairs;
  for (const auto& entry : entries) pairs.emplace_back(entry.key(), entry.value());
  return pairs;
}

// Appends to a repeated field of messages with `key` and `value`.
template <typename Entries>
void Add(const Pairs& pairs, Entries* entries) {
  for (const auto& [key, value] : pairs) {
    auto* entry = entries->Add();
    entry->set_key(key);
    entry->set_value(value);
  }
}

// The message as its receiver sees it (RunContents leaves parts of it encoded).
template <typename Message>
Message Sent(const Message& message) {
  Message sent;
  sent.ParseFromString(message.SerializeAsString());
  return sent;
}

// A request about one object.
template <typename Request>
Request OfExperiment(const std::string& experiment_id) {
  Request request;
  request.set_experiment_id(experiment_id);
  return request;
}
template <typename Request>
Request OfRun(const std::string& run_id) {
  Request request;
  request.set_run_id(run_id);
  return request;
}
template <typename Request>
Request OfModel(const std::string& model_id) {
  Request request;
  request.set_model_id(model_id);
  return request;
}

inline v1::Metric Point(const std::string& key, double value, int64_t timestamp = 1,
                        int64_t step = 0) {
  v1::Metric metric;
  metric.set_key(key);
  metric.set_value(value);
  metric.set_timestamp(timestamp);
  metric.set_step(step);
  return metric;
}

struct Batch {
  std::vector<v1::Metric> metrics;
  Pairs params;
  Pairs tags;
};

inline v1::LogBatchRequest AsRequest(const std::string& run_id, const Batch& batch) {
  auto request = OfRun<v1::LogBatchRequest>(run_id);
  request.mutable_metrics()->Assign(batch.metrics.begin(), batch.metrics.end());
  Add(batch.params, request.mutable_params());
  Add(batch.tags, request.mutable_tags());
  return request;
}

// Runs `work(0)` to `work(threads - 1)` at once, and returns when all have ended.
inline void AtOnce(int threads, const std::function<void(int)>& work) {
  std::latch start(threads);
  std::vector<std::jthread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
}

class TrackingTest : public ::testing::TestWithParam<rookery::testing::TestDatabaseKind> {
 protected:
  void SetUp() override {
    ROOKERY_ASSERT_OK(db::CreateOrCheck(*database_, store::TrackingSchema()));
    ROOKERY_ASSERT_OK(workspaces_.EnsureDefault());
    // Without an experiment of its own.
    v1::Workspace other;
    other.set_name("other");
    ROOKERY_ASSERT_OK(database_->Write(absl::InfiniteFuture(), [&](db::Transaction& txn) {
      return store::InsertWorkspace(txn, other).status();
    }));
  }

  // The id of the new one.
  std::string MakeExperiment(const std::string& name) {
    v1::CreateExperimentRequest request;
    request.set_name(name);
    const auto made = experiments_.Create(call_, request);
    EXPECT_THAT(made, rookery::testing::IsOk());
    return made.ok() ? made->experiment_id() : "";
  }
  // The answer of a method that gives it to a Done.
  template <typename Domain, typename Request, typename Response>
  StatusOr<Response> Waiting(Domain& domain,
                             void (Domain::*method)(const CallContext&, const Request&,
                                                    Done<Response>),
                             const std::type_identity_t<Request>& request) {
    return Waiting(domain, method, call_, request);
  }
  template <typename Domain, typename Request, typename Response>
  StatusOr<Response> Waiting(
      Domain& domain, void (Domain::*method)(const CallContext&, const Request&, Done<Response>),
      const CallContext& call, const std::type_identity_t<Request>& request) {
    StatusOr<Response> answer;
    absl::Notification answered;
    (domain.*method)(call, request, [&](StatusOr<Response> result) {
      answer = std::move(result);
      answered.Notify();
    });
    answered.WaitForNotification();
    return answer;
  }
  StatusOr<v1::CreateRunResponse> CreateRun(const CallContext& call,
                                            const v1::CreateRunRequest& request) {
    return Waiting(runs_, &Runs::Create, call, request);
  }
  std::string MakeRun(const std::string& experiment_id = "0") {
    const auto made = CreateRun(call_, OfExperiment<v1::CreateRunRequest>(experiment_id));
    EXPECT_THAT(made, rookery::testing::IsOk());
    return made.ok() ? made->run().info().run_id() : "";
  }
  std::string MakeModel(const std::string& experiment_id = "0") {
    const auto made =
        models_.Create(call_, OfExperiment<v1::CreateLoggedModelRequest>(experiment_id));
    EXPECT_THAT(made, rookery::testing::IsOk());
    return made.ok() ? made->model().info().model_id() : "";
  }
  StatusOr<v1::Experiment> GetExperiment(const std::string& id) {
    ASSIGN_OR_RETURN(auto response,
                     experiments_.Get(call_, OfExperiment<v1::GetExperimentRequest>(id)));
    return response.experiment();
  }
  StatusOr<v1::Run> GetRun(const std::string& id) {
    ASSIGN_OR_RETURN(auto response, runs_.Get(call_, OfRun<v1::GetRunRequest>(id)));
    return Sent(response).run();
  }
  StatusOr<v1::LoggedModel> GetModel(const std::string& id) {
    ASSIGN_OR_RETURN(auto response, models_.Get(call_, OfModel<v1::GetLoggedModelRequest>(id)));
    return response.model();
  }
  Status DeleteExperiment(const std::string& id) {
    return experiments_.Delete(call_, OfExperiment<v1::DeleteExperimentRequest>(id)).status();
  }
  Status RestoreExperiment(const std::string& id) {
    return experiments_.Restore(call_, OfExperiment<v1::RestoreExperimentRequest>(id)).status();
  }
  Status DeleteRun(const std::string& id) {
    return runs_.Delete(call_, OfRun<v1::DeleteRunRequest>(id)).status();
  }
  Status Log(const std::string& run_id, const Batch& batch) {
    return Waiting(log_, &RunLog::LogBatch, AsRequest(run_id, batch)).status();
  }
  Status LogParam(const std::string& run_id, const std::string& key, const std::string& value) {
    auto request = OfRun<v1::LogParamRequest>(run_id);
    request.set_key(key);
    request.set_value(value);
    return Waiting(log_, &RunLog::LogParam, request).status();
  }
  Status SetTag(const std::string& run_id, const std::string& key, const std::string& value) {
    auto request = OfRun<v1::SetTagRequest>(run_id);
    request.set_key(key);
    request.set_value(value);
    return Waiting(log_, &RunLog::SetTag, request).status();
  }
  Status LogMetric(const std::string& run_id, const v1::Metric& point) {
    auto request = OfRun<v1::LogMetricRequest>(run_id);
    request.set_key(point.key());
    request.set_value(point.value());
    request.set_timestamp(point.timestamp());
    request.set_step(point.step());
    if (point.has_model_id()) request.set_model_id(point.model_id());
    return Waiting(log_, &RunLog::LogMetric, request).status();
  }

  StatusOr<v1::GetMetricHistoryResponse> HistoryOf(const CallContext& call,
                                                   const v1::GetMetricHistoryRequest& request) {
    v1::GetMetricHistoryResponse response;
    RETURN_IF_ERROR(histories_.Get(call, request, &response));
    return response;
  }

  rookery::testing::TestDatabase database_{GetParam()};
  FakeClock clock_;
  ArtifactLocations locations_{"mlflow-artifacts:/"};
  store::MetricStore metrics_;
  Workspaces workspaces_{*database_, clock_};
  Experiments experiments_{*database_, locations_, clock_};
  RunContents contents_{*database_, metrics_, {}};
  Runs runs_{*database_, contents_, locations_, clock_};
  RunSignals signals_;
  LogCommit log_commit_{*database_, metrics_, signals_, clock_, nullptr};
  RunLog log_{*database_, log_commit_};
  MetricHistories histories_{*database_, metrics_};
  Datasets datasets_{*database_};
  LoggedModels models_{*database_, metrics_, locations_, clock_};
  LoggedModelSearch model_search_{*database_, metrics_, locations_};
  const CallContext call_ = InWorkspace("default");
  const CallContext other_call_ = InWorkspace("other");
};

}  // namespace rookery::tracking::testing

// Runs a suite of TrackingTest's over all databases.
#define ROOKERY_OVER_ALL_DATABASES(suite)                                               \
  INSTANTIATE_TEST_SUITE_P(All, suite,                                                  \
                           ::testing::ValuesIn(::rookery::testing::AllTestDatabases()), \
                           ::rookery::testing::TestDatabaseName())
