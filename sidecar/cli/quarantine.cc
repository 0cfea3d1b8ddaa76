#include <absl/time/clock.h>
#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sidecar/cli/commands.h"
#include "sidecar/cli/replay_record.h"
#include "sidecar/connect.h"
#include "sidecar/forward/quarantine.h"
#include "sidecar/journal/memory.h"
#include "sidecar/journal/records.pb.h"
#include "sidecar/spool/folder_view.h"
#include "sidecar/token_file.h"

namespace rookery::sidecar {
namespace {

struct Options {
  // The spool, and for replay the upstream.
  SidecarOptions sidecar;
  // As `list` counts, from 1.
  std::vector<size_t> numbers;
  bool all = false;
};

struct Chosen {
  size_t number = 0;
  QuarantinedRecord record;
};

StatusOr<std::vector<Chosen>> Choose(const Options& options) {
  ASSIGN_OR_RETURN(const auto listed,
                   Quarantine(QuarantinePath(options.sidecar.spool.folder)).List());
  std::vector<Chosen> chosen;
  for (size_t number = 1; number <= listed.size(); ++number) {
    const bool is_named =
        options.all || std::ranges::find(options.numbers, number) != options.numbers.end();
    if (is_named) chosen.push_back({number, listed[number - 1]});
  }
  const auto beyond =
      std::ranges::find_if(options.numbers, [&](size_t n) { return n == 0 || n > listed.size(); });
  if (beyond == options.numbers.end()) return chosen;
  return absl::NotFoundError(
      fmt::format("There is no record {}: `quarantine list` shows {}.", *beyond, listed.size()));
}

// Of a write, the run that it is about first; of a call, the method.
std::string Subject(const QuarantinedRecord& record) {
  if (record.things() == 0) {
    CallRecord call;
    return call.ParseFromString(record.payload()) ? call.rpc() : "?";
  }
  WriteRecord write;
  if (!write.ParseFromString(record.payload()) || write.runs().empty()) return "?";
  return write.runs(0).metrics().run_id();
}

Status List(Options options) {
  options.all = true;
  ASSIGN_OR_RETURN(const auto chosen, Choose(options));
  for (const auto& [number, record] : chosen) {
    fmt::print("{} {} {} {} points of {} things, received {}, refused {}: {}\n", number,
               record.workspace(), Subject(record), record.points(), record.things(),
               absl::FormatTime(absl::FromUnixMillis(record.received_ms()), absl::UTCTimeZone()),
               absl::FormatTime(absl::FromUnixMillis(record.refused_ms()), absl::UTCTimeZone()),
               record.reason());
  }
  return absl::OkStatus();
}

StatusOr<std::string> AsJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions print;
  print.preserve_proto_field_names = true;
  print.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, print).ok()) {
    return absl::DataLossError("It cannot be printed.");
  }
  return json;
}

Status Show(const Options& options) {
  ASSIGN_OR_RETURN(const auto chosen, Choose(options));
  for (const auto& [number, record] : chosen) {
    QuarantinedRecord about = record;
    about.clear_payload();
    ASSIGN_OR_RETURN(const std::string outer, AsJson(about));
    std::string inner;
    if (record.things() > 0) {
      WriteRecord write;
      write.ParseFromString(record.payload());
      ASSIGN_OR_RETURN(inner, AsJson(write));
    } else {
      CallRecord call;
      call.ParseFromString(record.payload());
      ASSIGN_OR_RETURN(inner, AsJson(call));
    }
    fmt::print("{{\"record\": {}, \"holds\": {}}}\n", outer, inner);
  }
  return absl::OkStatus();
}

Status Remove(const Options& options, const std::set<spool::Position>& places) {
  return Quarantine(QuarantinePath(options.sidecar.spool.folder)).Remove(places);
}

Status Drop(const Options& options) {
  if (!options.all && options.numbers.empty()) {
    return absl::InvalidArgumentError("Say which: numbers of `quarantine list`, or --all.");
  }
  ASSIGN_OR_RETURN(const auto chosen, Choose(options));
  std::set<spool::Position> places;
  for (const Chosen& one : chosen) places.insert(PlaceOf(one.record));
  RETURN_IF_ERROR(Remove(options, places));
  fmt::print("dropped {} records\n", chosen.size());
  return absl::OkStatus();
}

Status Replay(Options options, int* exit_code) {
  if (options.numbers.empty()) options.all = true;
  ASSIGN_OR_RETURN(const auto chosen, Choose(options));
  Memory memory;
  ASSIGN_OR_RETURN(const auto view, spool::FolderView::Open(spool::FileSystem::Posix(),
                                                            options.sidecar.spool.folder, memory));
  ASSIGN_OR_RETURN(auto client, Connect(options.sidecar.upstream, options.sidecar.tls));
  ASSIGN_OR_RETURN(const auto token, TokenFile::Open(options.sidecar.token_file));
  Upstream upstream(std::move(client), [&] { return token->Header(); });
  std::set<spool::Position> taken;
  for (const auto& [number, record] : chosen) {
    const Status replayed = ReplayRecord(record, view->producer_id(), upstream);
    if (replayed.ok()) taken.insert(PlaceOf(record));
    fmt::print("{} {}\n", number,
               replayed.ok() ? "taken" : "refused: " + std::string(replayed.message()));
  }
  RETURN_IF_ERROR(Remove(options, taken));
  if (taken.size() < chosen.size()) *exit_code = 1;
  return absl::OkStatus();
}

}  // namespace

void AddQuarantine(program::Program& program, int* exit_code) {
  CLI::App& group = *program.app().add_subcommand(
      "quarantine",
      "What was acknowledged, and then refused by the upstream: say `list` first, look at a record "
      "with `show`, mend what the reason says (make the run again, say), then `replay` or `drop`.\n"
      "Works beside a running sidecar.");
  group.require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help) {
    CLI::App* command = group.add_subcommand(name, help);
    command->add_option("--spool", options->sidecar.spool.folder, "The spool's folder")->required();
    return command;
  };
  const auto add_numbers = [&](CLI::App* command) {
    return command->add_option("numbers", options->numbers, "Numbers that `list` shows");
  };
  CLI::App* list =
      add("list", "A line for each record: number, workspace, run or call, points, reason");
  program.OnRun(*list, [=] { return List(*options); });
  CLI::App* show = add("show", "Records as JSON, a line of braces each");
  add_numbers(show)->required();
  program.OnRun(*show, [=] { return Show(*options); });
  CLI::App* replay = add(
      "replay",
      "Send records again, all without numbers, and remove those that are taken. Each is stored "
      "once, however often it is sent. Exit code 1: some were refused again, and stay");
  add_numbers(replay);
  AddUpstreamFlags(*replay, &options->sidecar);
  program.OnRun(*replay, [=] { return Replay(*options, exit_code); });
  CLI::App* drop = add("drop", "Remove records for good");
  add_numbers(drop);
  drop->add_flag("--all", options->all, "All of them");
  program.OnRun(*drop, [=] { return Drop(*options); });
}

}  // namespace rookery::sidecar
