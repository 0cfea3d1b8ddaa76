// MLflow's writes to a run, as the ingest protocol has them.
#pragma once

#include <rookery/tracking/v1/ingest.pb.h>
#include <rookery/tracking/v1/log_batch_async.pb.h>
#include <rookery/tracking/v1/metric.pb.h>
#include <rookery/tracking/v1/run.pb.h>

#include "libs/base/status.h"
#include "services/tracking/rules/run_values.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// What the request writes, checked as the server would check it and in its words; INVALID_ARGUMENT
// as there.
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::LogMetricRequest& request);
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::LogParamRequest& request);
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::SetTagRequest& request);
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::LogBatchRequest& request);
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::LogBatchAsyncRequest& request);
// UNIMPLEMENTED: it has an end time and no status, which the ingest protocol cannot say.
StatusOr<tracking::v1::RunIngest> IngestOf(const tracking::v1::UpdateRunRequest& request);

// Points in the order in which they stand, with the keys and origins that they have.
void ToColumns(const tracking::Metrics& metrics, tracking::v1::MetricColumns* columns);

// What machines say of themselves (`system/...`) goes first when the spool fills; params, tags and
// ends go last.
spool::Priority PriorityOf(const tracking::v1::RunIngest& write);

}  // namespace rookery::sidecar
