#include "sidecar/ingress/ingest.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/steady.h"
#include "libs/checks/text.h"
#include "services/tracking/rules/sequence.h"
#include "sidecar/ingress/write_payload.h"

namespace rookery::sidecar {
namespace {

namespace v1 = tracking::v1;

// A run that lacks something says so by a tag for each gap, beside the server's own `rookery.gaps`:
// that one lists what of the sidecar's is missing.
std::vector<Journal::Draft> GapTags(const std::string& producer, const tracking::Gap& gap,
                                    int64_t first_seq) {
  std::vector<Journal::Draft> drafts;
  const std::string key = fmt::format("rookery.gaps.{}.{}", producer, first_seq);
  const std::string value = fmt::format(R"({{"first_seq": {}, "last_seq": {}, "reason": {}}})",
                                        first_seq, gap.last_seq, QuotedJson(gap.reason));
  for (const std::string& run_id : gap.run_ids) {
    WritePayload tag = PayloadOfTag(run_id, key, value);
    drafts.push_back({.payload = std::move(tag.bytes),
                      .things = tag.things,
                      .priority = spool::Priority::kEssential});
  }
  return drafts;
}

Journal::Draft NoteOf(const LocalProducer& producer) {
  NoteRecord note;
  *note.mutable_producer() = producer;
  return {.kind = spool::Kind::kNote,
          .payload = note.SerializeAsString(),
          .priority = spool::Priority::kEssential};
}

}  // namespace

struct Ingest::Request {
  const v1::IngestRequest& message;
  tracking::Sequenced sequenced;
  spool::LaneId lane = 0;
  Ack ack = Ack::kDurable;
  WritePayload payload;
};

void Ingest::Open(const CallContext& call, const v1::OpenProducerRequest& request,
                  Done<v1::OpenProducerResponse> done) {
  auto status = tracking::CheckProducerId(request.producer_id());
  const auto lane = forwarder_.LaneOf(call.workspace);
  status.Update(lane.status());
  if (!status.ok()) return done(status);
  auto response = std::make_shared<v1::OpenProducerResponse>();
  auto answer = std::make_shared<Done<v1::OpenProducerResponse>>(std::move(done));
  const auto make = [&, lane = (*lane)->id()]() -> StatusOr<Journal::Made> {
    LocalProducer producer =
        journal_.memory().Producer(lane, request.producer_id()).value_or(LocalProducer());
    producer.set_id(request.producer_id());
    producer.set_epoch(producer.epoch() + 1);
    response->set_epoch(producer.epoch());
    response->set_next_seq(producer.next_seq());
    std::vector<Journal::Draft> drafts;
    drafts.push_back(NoteOf(producer));
    return drafts;
  };
  journal_.WriteInOrder((*lane)->id(), spool::AckLevel::kDurable, make,
                        [response, answer](const StatusOr<spool::Appended>& appended) {
                          if (!appended.ok()) return (*answer)(appended.status());
                          (*answer)(*response);
                        });
}

// Called while nothing else of the lane is appended.
StatusOr<Journal::Made> Ingest::Make(Request& request, int64_t* next_seq) const {
  const tracking::Sequenced& sequenced = request.sequenced;
  const auto known = journal_.memory().ProducerAt(request.lane, sequenced.producer_id);
  if (!known) return tracking::ProducerNotFound(sequenced.producer_id);
  LocalProducer producer = known->producer;
  const int64_t things = request.payload.things;
  const auto skipped =
      tracking::StoredBefore(sequenced, things, producer.epoch(), producer.next_seq());
  if (!skipped.ok()) {
    return WithFact(skipped.status(), "next_seq", std::to_string(producer.next_seq()));
  }
  const int64_t expected = producer.next_seq();
  *next_seq = std::max(expected, sequenced.first_seq + things);
  producer.set_next_seq(*next_seq);
  std::vector<Journal::Draft> drafts;
  if (*next_seq == expected) {
    // A repeat, or nothing. What it repeats may not be on disk yet, and is when a note after it is.
    const bool is_there =
        request.ack == Ack::kBuffered || journal_.spool().durable() > known->written;
    // Of what was written before the start it is not known where, and so not whether it is
    // upstream.
    const bool is_known = request.ack != Ack::kUpstream || known->written != spool::Position();
    if (is_there && is_known) return spool::Appended{.position = known->written};
    drafts.push_back(NoteOf(producer));
    return drafts;
  }
  if (sequenced.gap && expected <= sequenced.gap->last_seq) {
    drafts = GapTags(sequenced.producer_id, *sequenced.gap, expected);
  }
  if (things == *skipped) {
    drafts.push_back(NoteOf(producer));
    return drafts;
  }
  WritePayload payload =
      *skipped == 0 ? std::move(request.payload) : PayloadWithout(request.message, *skipped);
  WriteRecord tail;
  *tail.mutable_producer() = std::move(producer);
  tail.AppendToString(&payload.bytes);
  drafts.push_back({.payload = std::move(payload.bytes),
                    .things = payload.things,
                    .priority = payload.priority});
  return drafts;
}

void Ingest::Write(const CallContext& call, const v1::IngestRequest& message, Ack ack,
                   Done<v1::IngestResponse> done) {
  const SteadyTime begun = SteadyNow();
  const auto answer = std::make_shared<Done<v1::IngestResponse>>(
      [this, ack, begun, done = std::move(done)](StatusOr<v1::IngestResponse> response) mutable {
        metrics_.Answered(response.status(), ack, Since(begun));
        done(std::move(response));
      });
  auto sequenced = tracking::SequenceOf(message);
  if (!sequenced.ok()) return (*answer)(sequenced.status());
  auto payload = PayloadOf(message);
  if (!payload.ok()) return (*answer)(payload.status());
  const auto found = forwarder_.LaneOf(call.workspace);
  if (!found.ok()) return (*answer)(found.status());
  Lane* const lane = *found;
  Request request{message, *std::move(sequenced), lane->id(), ack, *std::move(payload)};
  const auto next_seq = std::make_shared<int64_t>(0);
  const auto respond = [answer, next_seq](const Status& status) {
    if (!status.ok()) return (*answer)(status);
    v1::IngestResponse response;
    response.set_next_seq(*next_seq);
    (*answer)(std::move(response));
  };
  const auto level = ack == Ack::kBuffered ? spool::AckLevel::kBuffered : spool::AckLevel::kDurable;
  const bool waits = ack == Ack::kUpstream;
  if (waits) lane->confirmations().Announce();
  journal_.WriteInOrder(
      lane->id(), level, [&] { return Make(request, next_seq.get()); },
      [=, this, deadline = call.deadline](const StatusOr<spool::Appended>& appended) {
        if (!appended.ok() || !waits) {
          respond(appended.status());
        } else {
          lane->confirmations().WhenUpstream(appended->position,
                                             std::min(patience_, deadline - absl::Now()), respond);
        }
        if (waits) lane->confirmations().Announced();
      });
}

}  // namespace rookery::sidecar
