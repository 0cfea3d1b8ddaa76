// Arenas for calls whose messages are many small objects, thousands in a batch of metrics and a
// hundred thousand in a page of runs: they are best made and freed together.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/message_allocator.h>

namespace rookery::rpc {

inline google::protobuf::ArenaOptions CallArena() {
  google::protobuf::ArenaOptions options;
  options.max_block_size = 262'144;
  return options;
}

// Has each call of a method make its request and its response on an arena of its own, which may be
// written to by many threads and dies with the call. For SetMessageAllocatorFor_... of a callback
// service, which it must outlive. Thread-safe.
template <typename Request, typename Response>
class ArenaMessages final : public grpc::MessageAllocator<Request, Response> {
 public:
  grpc::MessageHolder<Request, Response>* AllocateMessages() override { return new Holder(); }

 private:
  // Deletes itself.
  class Holder final : public grpc::MessageHolder<Request, Response> {
   public:
    Holder() {
      this->set_request(google::protobuf::Arena::CreateMessage<Request>(&arena_));
      this->set_response(google::protobuf::Arena::CreateMessage<Response>(&arena_));
    }
    void Release() override { delete this; }

   private:
    google::protobuf::Arena arena_{CallArena()};
  };
};

}  // namespace rookery::rpc
