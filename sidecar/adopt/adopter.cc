#include "sidecar/adopt/adopter.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

#include "libs/base/version.h"
#include "libs/metrics/process.h"
#include "sidecar/forward/quarantine.h"
#include "sidecar/upstream_uri.h"

namespace rookery::sidecar {
namespace {

namespace fs = std::filesystem;

constexpr metrics::Family kWaiting = {"rookery_sidecar_orphan_spools",
                                      "Spools without an owner that are not upstream yet."};
constexpr metrics::Family kKept = {
    "rookery_sidecar_orphan_quarantine_spools",
    "Spools without an owner that are kept for the records in their quarantine."};
constexpr metrics::Family kAdopted = {"rookery_sidecar_adopted_spools_total",
                                      "Spools without an owner that were sent and removed."};
constexpr metrics::Family kFailures = {
    "rookery_sidecar_adoption_failures_total",
    "Attempts to send such a spool after which something was left; the log says why."};

// What is being removed has such a name, which Orphans passes over: a removal that is cut short is
// never taken for a spool that lost records.
constexpr std::string_view kEmptied = ".emptied-";

// How long one spool may keep the others waiting.
constexpr absl::Duration kTurn = absl::Minutes(1);
// Longer than a turn and the interval together.
constexpr std::chrono::minutes kSilence(5);
constexpr absl::Duration kStep = absl::Milliseconds(500);

Status ShareRoot(const std::string& root) {
  std::error_code error;
  fs::create_directories(root, error);
  if (!error) fs::permissions(root, fs::perms::all | fs::perms::sticky_bit, error);
  if (!error) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("Cannot give '{}' mode 1777: {}", root, error.message()));
}

StatusOr<bool> HasQuarantine(const fs::path& folder) {
  ASSIGN_OR_RETURN(const auto records, Quarantine(QuarantinePath(folder.string())).List());
  return !records.empty();
}

// What was made in it meanwhile belongs to its owner, who may come back.
void GiveBack(const fs::path& folder) {
  struct stat owner;
  if (geteuid() != 0 || stat(folder.c_str(), &owner) != 0) return;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (lchown(entry.path().c_str(), owner.st_uid, owner.st_gid) != 0) {
      spdlog::warn("Cannot give '{}' to its owner.", entry.path().string());
    }
  }
}

void Sleep(absl::Duration time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait_for(lock, stop, absl::ToChronoMilliseconds(time),
                                         [] { return false; });
}

}  // namespace

StatusOr<std::unique_ptr<Adopter>> Adopter::Start(const AdopterOptions& options) {
  RETURN_IF_ERROR(ParseUpstreamUri(options.sidecar.upstream).status());
  if (options.interval > kTurn) {
    return absl::InvalidArgumentError(fmt::format("--interval is {}, and may be {} at most",
                                                  absl::FormatDuration(options.interval),
                                                  absl::FormatDuration(kTurn)));
  }
  if (options.share_root) RETURN_IF_ERROR(ShareRoot(options.root));
  std::error_code error;
  if (!fs::is_directory(options.root, error)) {
    return absl::InvalidArgumentError(fmt::format("'{}' is no folder", options.root));
  }
  std::unique_ptr<Adopter> adopter(new Adopter(options));
  metrics::AddProcess(adopter->metrics_);
  ASSIGN_OR_RETURN(adopter->admin_,
                   program::AdminEndpoint::Listen(options.admin, adopter->Pages()));
  adopter->thread_ =
      std::jthread([self = adopter.get()](const std::stop_token& stop) { self->Work(stop); });
  return adopter;
}

Adopter::Adopter(AdopterOptions options)
    : options_(std::move(options)),
      waiting_(metrics_.AddGauge(kWaiting)),
      kept_(metrics_.AddGauge(kKept)),
      adopted_(metrics_.AddCounter(kAdopted)),
      failures_(metrics_.AddCounter(kFailures)),
      orphans_(options_.root, options_.after) {}

Adopter::~Adopter() = default;

std::string Adopter::Announcement() const {
  return fmt::format("rookery-sidecar {} adopting spools below {} (probes {}), upstream {}",
                     kVersion, options_.root, admin_->url(), options_.sidecar.upstream);
}

program::AdminEndpoint::Pages Adopter::Pages() const {
  program::AdminEndpoint::Pages pages;
  pages["/startupz"] = [] { return http::Response(200, "OK\n"); };
  pages["/livez"] = [this] {
    if (SteadyNow() - last_turn_.load() < kSilence) return http::Response(200, "OK\n");
    return http::Response(503, "the thread that looks after spools does not answer\n");
  };
  pages["/metrics"] = [this] {
    http::Response response(200, metrics_.Text());
    response.headers.Add("Content-Type", metrics::kTextContentType);
    return response;
  };
  return pages;
}

void Adopter::Work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    last_turn_ = SteadyNow();
    RemoveEmptied();
    LookOnce(stop);
    Sleep(options_.interval, stop);
  }
}

void Adopter::LookOnce(const std::stop_token& stop) {
  const auto left_behind = orphans_.Look(SteadyNow());
  if (!left_behind.ok()) {
    spdlog::warn("{}", std::string(left_behind.status().message()));
    return;
  }
  std::set<fs::path> waiting;
  for (const fs::path& folder : *left_behind) {
    const bool is_kept = with_quarantine_.contains(folder) && HasQuarantine(folder).value_or(true);
    if (!is_kept) waiting.insert(folder);
  }
  std::erase_if(with_quarantine_, [&](const fs::path& folder) {
    std::error_code error;
    return waiting.contains(folder) || !fs::exists(folder, error);
  });
  waiting_.Set(static_cast<double>(waiting.size()));
  double left = 0;
  for (const fs::path& folder : waiting) {
    if (stop.stop_requested()) return;
    last_turn_ = SteadyNow();
    const Status adopted = Adopt(folder, stop);
    if (adopted.ok()) continue;
    ++left;
    failures_.Increment();
    spdlog::warn("The spool '{}' stays for now: {}", folder.string(),
                 std::string(adopted.message()));
  }
  waiting_.Set(left);
  kept_.Set(static_cast<double>(with_quarantine_.size()));
}

Status Adopter::Adopt(const fs::path& folder, const std::stop_token& stop) {
  SidecarOptions options = options_.sidecar;
  options.spool.folder = folder.string();
  options.http.clear();
  options.metrics.clear();
  // As long as it lives nobody else can open the spool.
  ASSIGN_OR_RETURN(const auto sidecar, Sidecar::Start(options));
  const SteadyTime begun = SteadyNow();
  Status flushed;
  do {
    flushed = sidecar->Flush(kStep);
  } while (!flushed.ok() && Since(begun) < kTurn && !stop.stop_requested());
  sidecar->Stop(absl::ZeroDuration());
  GiveBack(folder);
  RETURN_IF_ERROR(flushed);
  ASSIGN_OR_RETURN(const bool has_quarantine, HasQuarantine(folder));
  if (has_quarantine) {
    with_quarantine_.insert(folder);
    spdlog::error(
        "The spool '{}' is upstream but for what was refused: `rookery-sidecar "
        "quarantine list --spool` shows it.",
        folder.string());
    return absl::OkStatus();
  }
  std::error_code error;
  fs::rename(folder, folder.parent_path() / (std::string(kEmptied) + folder.filename().string()),
             error);
  if (error)
    return absl::UnavailableError("It is upstream, and cannot be removed: " + error.message());
  adopted_.Increment();
  spdlog::info("The spool '{}' was left behind, and all of it is upstream now.", folder.string());
  RemoveEmptied();
  return absl::OkStatus();
}

void Adopter::RemoveEmptied() const {
  std::error_code error;
  std::vector<fs::path> emptied;
  for (const auto& entry : fs::directory_iterator(options_.root, error)) {
    if (entry.path().filename().string().starts_with(kEmptied)) emptied.push_back(entry.path());
  }
  for (const fs::path& folder : emptied) fs::remove_all(folder, error);
  if (error) spdlog::warn("Cannot remove below '{}': {}", options_.root, error.message());
}

}  // namespace rookery::sidecar
