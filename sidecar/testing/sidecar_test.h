// A sidecar without its addresses, before a FakeUpstream.
#pragma once

#include <absl/synchronization/notification.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "libs/base/testing/status_matchers.h"
#include "sidecar/forward/forwarder.h"
#include "sidecar/forward/upstream.h"
#include "sidecar/journal/journal.h"
#include "sidecar/testing/fake_upstream.h"

namespace rookery::sidecar {

class SidecarTest : public ::testing::Test {
 protected:
  SidecarTest() {
    folder_ = ::testing::TempDir() + "rookery-sidecar-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~SidecarTest() override {
    Stop();
    std::filesystem::remove_all(folder_);
  }

  void Start(absl::Duration pace = Forwarder::kPace) {
    spool::Options options;
    options.folder = folder_ + "/spool";
    options.segment_bytes = 1 << 20;
    options.max_bytes = 16 << 20;
    options.max_payload_bytes = 256 << 10;
    options.keep_free = 0;
    auto journal = Journal::Open(spool::FileSystem::Posix(), Clock::Real(), options);
    ASSERT_TRUE(journal.ok()) << journal.status();
    journal_ = *std::move(journal);
    upstream_ = std::make_unique<Upstream>(fake_, [] { return std::string(); });
    forwarder_ = std::make_unique<Forwarder>(*journal_, *upstream_, quarantine_path(), nullptr,
                                             Clock::Real(), pace);
  }

  // What is not upstream stays for the next Start.
  void Stop() {
    forwarder_.reset();
    upstream_.reset();
    journal_.reset();
  }

  // Appends a point and waits until it is on disk.
  spool::Position Log(const std::string& run_id, double value) { return LogMany(run_id, value, 1); }

  // Appends a record of the points first, first + 1, ... and waits until it is on disk.
  spool::Position LogMany(const std::string& run_id, double first, int points) {
    WriteRecord write;
    auto& columns = *write.add_runs()->mutable_metrics();
    columns.set_run_id(run_id);
    columns.add_keys("k");
    columns.add_key_index(0);
    columns.add_key_points(points);
    for (int i = 0; i < points; ++i) {
      columns.add_value(first + i);
      columns.add_timestamp_ms(1);
      columns.add_step(static_cast<int64_t>(first) + i);
    }
    spool::Position position;
    absl::Notification appended;
    journal_->Write(lane().id(), write, spool::Priority::kMetrics, spool::AckLevel::kDurable,
                    [&](const StatusOr<spool::Appended>& result) {
                      ROOKERY_EXPECT_OK(result.status());
                      if (result.ok()) position = result->position;
                      appended.Notify();
                    });
    appended.WaitForNotification();
    return position;
  }

  Lane& lane() { return **forwarder_->LaneOf("default"); }

  // Waits until all that is on disk is upstream, or known to be refused.
  Status Flush(absl::Duration patience = absl::Seconds(30)) {
    Status outcome;
    absl::Notification flushed;
    forwarder_->Flush(patience, [&](const Status& status) {
      outcome = status;
      flushed.Notify();
    });
    flushed.WaitForNotification();
    return outcome;
  }

  std::string quarantine_path() const { return folder_ + "/quarantine.log"; }

  std::string folder_;
  const std::shared_ptr<FakeUpstream> fake_ = std::make_shared<FakeUpstream>();
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Upstream> upstream_;
  std::unique_ptr<Forwarder> forwarder_;
};

}  // namespace rookery::sidecar
