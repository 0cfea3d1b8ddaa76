// What a page of runs logged, read in a few statements for all of them.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>
#include <rookery/tracking/v1/run.pb.h>

#include <string_view>

#include "libs/db/database.h"
#include "services/tracking/store/metric_store.h"

namespace rookery::tracking::store {

// Fills data, inputs and outputs of `runs`, whose infos have their ids; all are set afterwards,
// perhaps empty. Keys are in order within a run.
Status ReadRunData(db::Transaction& txn, const MetricStore& metrics, std::string_view workspace,
                   google::protobuf::RepeatedPtrField<v1::Run>* runs);

}  // namespace rookery::tracking::store
