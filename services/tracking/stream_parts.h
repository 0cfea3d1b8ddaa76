// What all streams of a MetricService share.
#pragma once

#include "libs/db/database.h"
#include "libs/rpc/call_log.h"
#include "libs/rpc/executor.h"
#include "libs/rpc/known_workspaces.h"
#include "services/tracking/domain/metric_watch.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking {

// Outlives the streams.
struct StreamParts {
  db::Database& database;
  const store::MetricStore& metrics;
  MetricWatch& watch;
  rpc::Executor& executor;
  rpc::KnownWorkspaces& workspaces;
  const rpc::CallLog& log;
  // Streams whose caller takes nothing for longer are ended.
  absl::Duration idle_limit = absl::Minutes(5);
};

}  // namespace rookery::tracking
