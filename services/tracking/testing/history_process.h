// A process with the tracking service, as far as metric histories are concerned.
#pragma once

#include <absl/synchronization/notification.h>
#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/testing/status_matchers.h"
#include "libs/db/database.h"
#include "services/tracking/domain/compactor.h"
#include "services/tracking/domain/ingest.h"
#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/domain/metric_histories.h"
#include "services/tracking/domain/metric_reads.h"
#include "services/tracking/domain/run_log.h"
#include "services/tracking/domain/runs.h"
#include "services/tracking/testing/history_model.h"

namespace rookery::tracking::testing {

// Its database may be open in others, too. Writers may come from several threads.
class Process {
 public:
  explicit Process(const std::string& uri) : database_(*db::Database::Open(uri, {})) {
    signals_.Listen([this](std::string_view workspace, std::string_view run_id) {
      compactor_.Notice(workspace, run_id);
    });
  }

  static Texts AsTexts(const google::protobuf::RepeatedPtrField<v1::Metric>& metrics) {
    Texts texts;
    for (const v1::Metric& metric : metrics) {
      texts.push_back(
          LoggedPoint{metric.key(), metric.step(), metric.timestamp(), metric.value(), {}}.Text());
    }
    return texts;
  }
  static v1::MetricColumns AsColumns(const std::string& run_id, const LoggedPoints& logged) {
    segment::Points points;
    for (const LoggedPoint& point : logged) {
      const auto row = static_cast<uint32_t>(points.keys.size());
      points.keys.push_back(point.key);
      points.origins.push_back(point.origin);
      const uint32_t origin = point.origin == segment::Origin() ? 0 : row + 1;
      points.columns.Add(row, origin, point.step, point.timestamp_ms, point.value);
    }
    v1::MetricColumns columns;
    columns.set_run_id(run_id);
    ToColumns(points, 0, points.columns.size(), &columns);
    return columns;
  }

  // By LogMetric where there is one point, else by LogBatch.
  Status Log(const CallContext& call, const std::string& run_id, const LoggedPoints& points) {
    v1::LogBatchRequest batch;
    batch.set_run_id(run_id);
    for (const LoggedPoint& point : points) SetPoint(point, batch.add_metrics());
    if (points.size() > 1) return Answer(log_, &RunLog::LogBatch, call, batch).status();
    v1::LogMetricRequest request;
    request.set_run_id(run_id);
    SetPoint(points[0], &request);
    return Answer(log_, &RunLog::LogMetric, call, request).status();
  }
  StatusOr<v1::IngestResponse> Ingest(const CallContext& call, const v1::IngestRequest& request) {
    return Answer(ingest, &tracking::Ingest::Write, call, request);
  }
  Status SetDeleted(const CallContext& call, const std::string& run_id, bool is_deleted) {
    v1::DeleteRunRequest deletion;
    deletion.set_run_id(run_id);
    if (is_deleted) return runs_.Delete(call, deletion).status();
    v1::RestoreRunRequest restoration;
    restoration.set_run_id(run_id);
    return runs_.Restore(call, restoration).status();
  }
  // Lets the compactor do what is due, or all that it could.
  void Compact(bool as_far_as_it_goes) {
    if (as_far_as_it_goes) clock_.Advance(absl::Minutes(1));
    ROOKERY_EXPECT_OK(compactor_.FindBacklog());
    while (compactor_.Step()) {
    }
  }

  int64_t Stored(const CallContext& call, const std::string& run_id) {
    v1::CountStoredPointsRequest request;
    request.set_run_id(run_id);
    const auto count = MetricReads(*database_).Count(call, request);
    ROOKERY_EXPECT_OK(count);
    return count.ok() ? count->points() : -1;
  }
  // Key, step, timestamp and value, which of a NaN is 0.
  Texts Latest(const CallContext& call, const std::string& run_id) {
    v1::GetRunRequest request;
    request.set_run_id(run_id);
    const auto run = runs_.Get(call, request);
    ROOKERY_EXPECT_OK(run);
    Texts texts;
    if (!run.ok()) return texts;
    // By the wire, on which RunContents leaves parts of it.
    v1::GetRunResponse sent;
    sent.ParseFromString(run->SerializeAsString());
    for (const v1::Metric& metric : sent.run().data().metrics()) {
      const LoggedPoint point{metric.key(), metric.step(), metric.timestamp(), metric.value(), {}};
      texts.push_back(
          fmt::format("{} {} {} {}", point.key, point.step, point.timestamp_ms, point.number()));
    }
    return texts;
  }
  // Read in portions, between which `meanwhile` is called.
  Texts Columns(const CallContext& call, const std::string& run_id,
                const std::vector<std::string>& keys, int64_t portion,
                const std::function<void()>& meanwhile) {
    Texts texts;
    std::optional<store::ColumnPlace> place;
    for (;;) {
      segment::Points points;
      const Status status = database_->Read(call, [&](db::Transaction& txn) {
        return metrics_.ReadColumns(txn, call.workspace, run_id, keys, place ? &*place : nullptr,
                                    portion, &points);
      });
      ROOKERY_EXPECT_OK(status);
      const segment::Columns& rows = points.columns;
      if (!status.ok() || rows.size() == 0) return texts;
      for (size_t row = 0; row < rows.size(); ++row) {
        texts.push_back(LoggedPoint{points.keys[rows.key[row]], rows.step[row],
                                    rows.timestamp_ms[row], rows.value[row],
                                    points.origins[rows.origin[row]]}
                            .TextWithOrigin());
      }
      place = {points.keys[rows.key.back()], store::PointAt(rows, rows.size() - 1)};
      meanwhile();
    }
  }

 private:
  template <typename Domain, typename Request, typename Response>
  static StatusOr<Response> Answer(Domain& domain,
                                   void (Domain::*method)(const CallContext&, const Request&,
                                                          Done<Response>),
                                   const CallContext& call, const Request& request) {
    StatusOr<Response> answer;
    absl::Notification answered;
    (domain.*method)(call, request, [&](StatusOr<Response> result) {
      answer = std::move(result);
      answered.Notify();
    });
    answered.WaitForNotification();
    return answer;
  }
  // Of a Metric or a LogMetricRequest.
  template <typename Message>
  static void SetPoint(const LoggedPoint& point, Message* message) {
    message->set_key(point.key);
    message->set_value(point.value);
    message->set_timestamp(point.timestamp_ms);
    message->set_step(point.step);
    if (point.origin == segment::Origin()) return;
    message->set_model_id(point.origin.model_id);
    if (point.origin.dataset_name) message->set_dataset_name(*point.origin.dataset_name);
    if (point.origin.dataset_digest) message->set_dataset_digest(*point.origin.dataset_digest);
  }

  const std::unique_ptr<db::Database> database_;
  FakeClock clock_;
  ArtifactLocations locations_{"mlflow-artifacts:/"};
  store::MetricStore metrics_;
  RunContents contents_{*database_, metrics_, {}};
  Runs runs_{*database_, contents_, locations_, clock_};
  RunSignals signals_;
  Compactor compactor_{*database_, clock_, {.many = 8, .has_thread = false}};
  LogCommit log_commit_{*database_, metrics_, signals_, clock_, nullptr};
  RunLog log_{*database_, log_commit_};

 public:
  tracking::Ingest ingest{*database_, log_commit_, clock_};
  MetricHistories histories{*database_, metrics_};
};

}  // namespace rookery::tracking::testing
