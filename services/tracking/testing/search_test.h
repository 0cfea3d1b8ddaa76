// The fixture of searches: runs with names, made in a line each.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "services/tracking/domain/run_search.h"
#include "services/tracking/testing/tracking_test.h"

namespace rookery::tracking::testing {

class SearchTest : public TrackingTest {
 protected:
  // A run that starts a second after the one before it.
  void AddRun(const std::string& id, const Batch& batch = {},
              const std::string& experiment_id = "0") {
    auto request = OfExperiment<v1::CreateRunRequest>(experiment_id);
    request.set_run_id(id);
    request.set_run_name("name of " + id);
    request.set_user_id("user-" + id);
    start_time_ms_ += 1000;
    request.set_start_time(start_time_ms_);
    ROOKERY_ASSERT_OK(CreateRun(call_, request));
    ROOKERY_ASSERT_OK(Log(id, batch));
  }

  v1::SearchRunsRequest Request(const std::string& filter,
                                const std::vector<std::string>& order_by = {}) {
    v1::SearchRunsRequest request;
    request.add_experiment_ids("0");
    request.set_filter(filter);
    request.mutable_order_by()->Assign(order_by.begin(), order_by.end());
    return request;
  }
  StatusOr<v1::SearchRunsResponse> Search(const v1::SearchRunsRequest& request) {
    return SearchAs(call_, request);
  }
  StatusOr<v1::SearchRunsResponse> SearchAs(const CallContext& call,
                                            const v1::SearchRunsRequest& request) {
    v1::SearchRunsResponse response;
    RETURN_IF_ERROR(search_.Search(call, request, &response));
    return Sent(response);
  }

  // The ids that a search finds, in its order: "c b a".
  std::string Found(const v1::SearchRunsRequest& request) {
    const auto response = Search(request);
    return response.ok() ? Ids(*response) : response.status().ToString();
  }
  std::string Found(const std::string& filter, const std::vector<std::string>& order_by = {}) {
    return Found(Request(filter, order_by));
  }

  static std::string Ids(const v1::SearchRunsResponse& response) {
    std::string ids;
    for (const v1::Run& run : response.runs()) {
      ids += (ids.empty() ? "" : " ") + run.info().run_id();
    }
    return ids;
  }

  RunSearch search_{*database_, contents_, locations_};
  // Of the last run.
  int64_t start_time_ms_ = 1'000'000;
};

}  // namespace rookery::tracking::testing
