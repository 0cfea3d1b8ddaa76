// The spool with its records typed.
#pragma once

#include <absl/functional/function_ref.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/status.h"
#include "sidecar/journal/memory.h"
#include "sidecar/journal/records.pb.h"
#include "sidecar/spool/spool.h"

namespace rookery::sidecar {

// Points, params, tags and ends of `runs`, which are numbered one by one.
int64_t ThingsOf(const WriteRecord& write);

// Thread-safe.
class Journal {
 public:
  // Errors as spool::Spool::Open. `files` and `clock` outlive it.
  static StatusOr<std::unique_ptr<Journal>> Open(spool::FileSystem& files, const Clock& clock,
                                                 const spool::Options& options);

  // Errors of these as of spool::Spool::LaneOf and Append. What `runs` hold was checked. A write
  // with points that is one of the latest again, byte for byte, is not appended: its client did not
  // get the answer, which it gets now. (Clients give points their time, so that no two writes are
  // equal.)
  void Write(spool::LaneId lane, const WriteRecord& write, spool::Priority priority,
             spool::AckLevel level, spool::Spool::Done done);
  void Call(spool::LaneId lane, const google::protobuf::MethodDescriptor& rpc,
            const google::protobuf::Message& request, spool::Spool::Done done);

  // What is to be appended.
  struct Draft {
    spool::Kind kind = spool::Kind::kData;
    // A WriteRecord without its points_before, or a NoteRecord.
    std::string payload;
    int64_t things = 0;
    spool::Priority priority = spool::Priority::kMetrics;
  };
  // Drafts, of which `done` is about the last; or where what was asked for is already.
  using Made = std::variant<std::vector<Draft>, spool::Appended>;
  // Appends what `make` returns, which is called at once, while nothing else of the lane is
  // appended: so it may decide by what the memory knows. Its error is done's.
  void WriteInOrder(spool::LaneId lane, spool::AckLevel level,
                    absl::FunctionRef<StatusOr<Made>()> make, spool::Spool::Done done);

  // Nobody waits for a note. One that is lost was of use only.
  void Note(spool::LaneId lane, const NoteRecord& note);
  // Somebody does.
  void NoteDurably(spool::LaneId lane, const NoteRecord& note, spool::Spool::Done done);

  spool::Spool& spool() { return *spool_; }
  const Memory& memory() const { return memory_; }

 private:
  Journal() = default;

  void AppendInOrder(spool::LaneId lane, spool::AckLevel level, std::vector<Draft> drafts,
                     const spool::Spool::Done& done);

  Memory memory_;
  // Of the lanes whose ids leave the same remainder.
  std::array<std::mutex, 64> orders_;
  std::unique_ptr<spool::Spool> spool_;  // calls memory_, so it goes first
};

}  // namespace rookery::sidecar
