// One lane's way upstream.
#pragma once

#include <absl/time/time.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "libs/base/steady.h"
#include "sidecar/forward/backoff.h"
#include "sidecar/forward/catching_up.h"
#include "sidecar/forward/confirmations.h"
#include "sidecar/forward/forward_metrics.h"
#include "sidecar/forward/ingest_call.h"
#include "sidecar/forward/lane_source.h"
#include "sidecar/forward/ledger.h"
#include "sidecar/forward/quarantine.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/forward/wake.h"
#include "sidecar/journal/journal.h"

namespace rookery::sidecar {

// Reads a lane of the spool in order and stores it upstream, each number exactly once: the upstream
// keeps the number that it expects next, and the lane goes by that. Retries for ever what may come
// to be; what is refused goes to the quarantine, unless the caller still waits and is told. Works
// from its making to its end, on a thread of its own.
class Lane {
 public:
  // Lent for as long as the lane lives.
  struct Parts {
    Journal& journal;
    Upstream& upstream;
    Quarantine& quarantine;
    const ForwardMetrics& metrics;
    const Clock& clock;
    // Called when confirmations().confirmed() has moved.
    std::function<void()> moved;
    // Between two requests, while writes come one by one and nobody waits for what became of them:
    // each request is a transaction upstream.
    absl::Duration pace;
  };

  Lane(const spool::Spool::Lane& lane, Parts parts);
  // Leaves what is not upstream yet to the next start.
  ~Lane();

  const std::string& workspace() const { return workspace_; }
  spool::LaneId id() const { return id_; }
  Confirmations& confirmations() { return confirmations_; }
  // What became of its points so far.
  Settled settled() const { return ledger_.settled(); }

  // OK, or why nothing of it goes upstream any more.
  Status health() const;
  // When it was last seen to work or to wait as it should.
  SteadyTime heartbeat() const { return heartbeat_; }
  // When what it sends now, or what it would send first, was received; InfiniteFuture if there is
  // nothing to be sent.
  absl::Time oldest() const {
    const int64_t us = oldest_us_;
    return us == kNothing ? absl::InfiniteFuture() : absl::FromUnixMicros(us);
  }

 private:
  using Work = LaneSource::Work;
  using Answer = StatusOr<tracking::v1::IngestResponse>;

  // --- what is to be done (lane.cc)
  void Run(const std::stop_token& stop);
  // When the first record was received that is not known to be upstream, in microseconds; kNothing
  // if there is none.
  int64_t OldestUnconfirmed() const;
  // Of this and all that returns a Status below, an error means: again, after a pause.
  Status Step(const std::stop_token& stop);
  // Waits for the pace.
  void Gather(const std::stop_token& stop);
  StatusOr<Work> Next();
  // Reads what comes next while the upstream works, where there is a backlog; what comes live is to
  // gather meanwhile.
  void ReadAhead();
  Status Do(const Work& work);
  Status DoMissing(const Work& work);
  // Goes on with what the upstream expects.
  void GoTo(int64_t next_seq);
  // The same, whatever was confirmed.
  void Search(int64_t next_seq);

  // --- how it goes up (lane_send.cc)
  Status Open();
  Status Call(const KeptRecord& record);
  Status Send(std::span<const KeptRecord> records);
  // In one request.
  Status Store(std::span<const KeptRecord> records);
  StatusOr<EncodedIngest> RequestFor(std::span<const KeptRecord> records) const;
  void Sign(EncodedIngest* request) const;
  // What comes live goes in calls of its own, which any replica may answer.
  Answer StoreAlone(std::span<const KeptRecord> records);
  // A backlog goes by a stream, on which the next batch follows before this one is answered.
  Answer StoreByStream(std::span<const KeptRecord> records);
  // Sends what was read ahead, if it comes behind numbers up to this one.
  void SendAhead(int64_t end_seq);
  Answer Ingest(const EncodedIngest& request);
  Status Understand(const Answer& answer);
  // What the upstream's error means for the lane; OK if the lane goes on otherwise.
  Status Understand(const Status& error);
  Status Refuse(const KeptRecord& record, const Status& why);
  // Tells the upstream that [next_seq_, last] will not come, and which runs may lack it.
  Status Skip(int64_t last, const std::string& reason, const std::vector<std::string>& run_ids);
  // The same of numbers that nobody can tell the runs of: any that is known here may be one.
  Status SkipLost(int64_t last);

  // --- how far it is (lane.cc)
  void ShowLife() { heartbeat_ = SteadyNow(); }
  void Confirm(spool::Position position);
  // `work` is done.
  Status Settle(const Work& work);
  Status Settle(const KeptRecord& record);
  // Noted on disk: if it were not, it would count as upstream after a crash.
  Status NoteRefused(spool::Position position);
  void NoteConfirmed();
  void Fail(const Status& why);
  // The end of what was taken in, on disk or on its way there.
  CatchingUp::Place WrittenNow() const;
  // Tells the upstream how far it is, if it is time. False: by its answer the lane begins
  // elsewhere.
  bool CatchUp();
  // Tells it that nobody is to wait for the lane any longer, if nothing is left.
  void Leave();
  void WaitForMore(const std::stop_token& stop, spool::Position seen);
  void Pause(const std::stop_token& stop, absl::Duration time);

  const spool::LaneId id_;
  const std::string workspace_;
  const Parts parts_;
  // Shared with the spool, which may call after the lane's end.
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  Confirmations confirmations_;

  // Of the thread alone.
  Backoff backoff_;
  std::unique_ptr<LaneSource> source_;
  // Begun, and to be done again if it failed.
  std::optional<Work> work_;
  // What comes next if the upstream then expects this number.
  struct Ahead {
    int64_t expected = 0;
    StatusOr<Work> work;
  };
  std::optional<Ahead> ahead_;
  // While there is a backlog.
  std::unique_ptr<IngestCall> stream_;
  // When the next request is due by the pace.
  SteadyTime next_send_ = SteadyTime::min();
  bool open_ = false;
  int64_t epoch_ = 0;
  // What the upstream expects.
  int64_t next_seq_ = 0;
  // Where the spool was searched for numbers that did not come.
  std::optional<int64_t> searched_;
  // Of confirmations_.confirmed(), what comes behind it; nothing: not known.
  std::optional<int64_t> confirmed_seq_;
  CatchingUp catching_up_;
  Ledger ledger_;
  spool::Position noted_;
  SteadyTime noted_at_;

  static constexpr int64_t kNothing = -1;
  std::atomic<SteadyTime> heartbeat_ = SteadyNow();
  // Unix time in microseconds.
  std::atomic<int64_t> oldest_us_ = kNothing;
  mutable std::mutex mutex_;
  Status health_;
  std::jthread thread_;
};

}  // namespace rookery::sidecar
