#include "services/tracking/domain/ingest_request.h"

#include <fmt/format.h>

#include <string>

#include "services/tracking/domain/metric_columns.h"
#include "services/tracking/rules/ingest_checks.h"

namespace rookery::tracking {
namespace {

StatusOr<RunWrite> RunToWrite(const std::string& path, const v1::RunIngest& ingest) {
  RunWrite run;
  RETURN_IF_ERROR(CheckAndCutRun(path, ingest, &run.params, &run.tags));
  run.run_id = ingest.metrics().run_id();
  run.points = FromCheckedColumns(ingest.metrics());
  if (!ingest.has_end()) return run;
  store::RunChange& end = run.end.emplace();
  end.status = ingest.end().status();
  if (ingest.end().has_end_time()) end.end_time_ms = ingest.end().end_time();
  return run;
}

}  // namespace

StatusOr<std::vector<RunWrite>> RunsToWrite(const v1::IngestRequest& request) {
  std::vector<RunWrite> runs;
  int64_t things = 0;
  for (int i = 0; i < request.runs_size(); ++i) {
    ASSIGN_OR_RETURN(runs.emplace_back(), RunToWrite(fmt::format("runs[{}]", i), request.runs(i)));
    things += runs.back().things();
  }
  RETURN_IF_ERROR(CheckThings(things));
  return runs;
}

}  // namespace rookery::tracking
