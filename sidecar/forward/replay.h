// Records of the spool, looked at one by one.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

#include "libs/base/status.h"
#include "sidecar/forward/batch.h"
#include "sidecar/forward/quarantined.pb.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

struct SpooledCall {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::unique_ptr<google::protobuf::Message> request;
  std::unique_ptr<google::protobuf::Message> response;
};

// Of a CallRecord. DATA_LOSS: it cannot be read. UNIMPLEMENTED: this version has no such method.
StatusOr<SpooledCall> ReadCall(std::string_view payload);

// As Upstream::Call.
Status MakeCall(const SpooledCall& call, const std::string& workspace, Upstream& upstream);

// Makes the call of a CallRecord. Its repetition changes nothing: an experiment or run of the
// record's id that is there already is OK, and an experiment that somebody else made under the name
// takes the place of the one that was made here. Errors of the upstream.
Status Replay(std::string_view payload, spool::LaneId lane, const std::string& workspace,
              Upstream& upstream, Journal& journal);

// The run that a WriteRecord writes to first; "" if there is none.
std::string RunOf(const KeptRecord& record);

// All but when it was refused.
QuarantinedRecord Quarantined(const KeptRecord& record, const std::string& workspace,
                              const Status& why);

}  // namespace rookery::sidecar
