// The spool with its records typed.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>

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

  // Errors of these as of spool::Spool::LaneOf and Append. What `runs` hold was checked.
  void Write(spool::LaneId lane, const WriteRecord& write, spool::Priority priority,
             spool::AckLevel level, spool::Spool::Done done);
  void Call(spool::LaneId lane, const google::protobuf::MethodDescriptor& rpc,
            const google::protobuf::Message& request, spool::Spool::Done done);
  // Nobody waits for a note. One that is lost was of use only.
  void Note(spool::LaneId lane, const NoteRecord& note);

  spool::Spool& spool() { return *spool_; }
  const Memory& memory() const { return memory_; }

 private:
  Journal() = default;

  Memory memory_;
  std::unique_ptr<spool::Spool> spool_;  // calls memory_, so it goes first
};

}  // namespace rookery::sidecar
