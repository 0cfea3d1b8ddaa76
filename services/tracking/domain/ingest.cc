#include "services/tracking/domain/ingest.h"

#include <memory>
#include <string>
#include <utility>

#include "services/tracking/domain/ingest_request.h"
#include "services/tracking/store/producer_store.h"

namespace rookery::tracking {

StatusOr<v1::OpenProducerResponse> Ingest::Open(const CallContext& call,
                                                const v1::OpenProducerRequest& request) {
  RETURN_IF_ERROR(CheckProducerId(request.producer_id()));
  ASSIGN_OR_RETURN(const store::Producer producer, database_.Write(call, [&](db::Transaction& txn) {
    return store::OpenProducer(txn, call.workspace, request.producer_id(), clock_.NowMs());
  }));
  v1::OpenProducerResponse response;
  response.set_epoch(producer.epoch);
  response.set_next_seq(producer.next_seq);
  return response;
}

void Ingest::Write(const CallContext& call, const v1::IngestRequest& request,
                   Done<v1::IngestResponse> done) {
  auto sequenced = SequenceOf(request);
  if (!sequenced.ok()) return done(sequenced.status());
  auto runs = RunsToWrite(request);
  if (!runs.ok()) return done(runs.status());
  auto write = std::make_unique<LogWrite>(
      call, *std::move(runs),
      [done = std::move(done)](const Status& status, std::optional<int64_t> next_seq) mutable {
        if (!status.ok()) {
          return done(next_seq ? WithFact(status, "next_seq", std::to_string(*next_seq)) : status);
        }
        v1::IngestResponse response;
        response.set_next_seq(next_seq.value_or(0));
        done(std::move(response));
      });
  write->sequenced = *std::move(sequenced);
  commit_.Submit(std::move(write));
}

}  // namespace rookery::tracking
