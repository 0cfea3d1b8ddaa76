#include "libs/rpc/generic_stream.h"

#include <absl/synchronization/mutex.h>
#include <grpcpp/grpcpp.h>

#include <optional>
#include <utility>

#include "libs/rpc/status.h"

namespace rookery::rpc {
namespace {

// A value that one side delivers and the other awaits, whichever comes first.
template <typename T>
class Slot {
 public:
  void Deliver(T value) {
    std::function<void(T)> waiting;
    {
      absl::MutexLock lock(&mutex_);
      if (!waiting_) {
        value_ = std::move(value);
        return;
      }
      waiting = std::exchange(waiting_, nullptr);
    }
    waiting(std::move(value));
  }

  void Await(std::function<void(T)> done) {
    std::optional<T> value;
    {
      absl::MutexLock lock(&mutex_);
      if (!value_) {
        waiting_ = std::move(done);
        return;
      }
      value = std::exchange(value_, std::nullopt);
    }
    done(*std::move(value));
  }

 private:
  absl::Mutex mutex_;
  std::optional<T> value_ ABSL_GUARDED_BY(mutex_);
  std::function<void(T)> waiting_ ABSL_GUARDED_BY(mutex_);
};

// Owns itself from Start to OnDone, since gRPC calls it until then.
class Call final
    : public grpc::ClientBidiReactor<google::protobuf::Message, google::protobuf::Message> {
 public:
  static std::shared_ptr<Call> Start(const std::shared_ptr<grpc::Channel>& channel,
                                     const std::string& method, const CallOptions& options) {
    auto call = std::make_shared<Call>();
    Apply(options, &call->context_);
    GenericStub(channel).PrepareBidiStreamingCall(&call->context_, method, grpc::StubOptions(),
                                                  call.get());
    call->self_ = call;
    // Reads and writes begin outside of gRPC's callbacks, so the call must not end between them.
    call->AddHold();
    call->StartCall();
    return call;
  }

  void OnReadInitialMetadataDone(bool ok) override {
    MetadataList list;
    if (ok) {
      for (const auto& [key, value] : context_.GetServerInitialMetadata()) {
        list.emplace_back(std::string(key.data(), key.size()),
                          std::string(value.data(), value.size()));
      }
    }
    metadata.Deliver(std::move(list));
  }
  void OnReadDone(bool ok) override { read.Deliver(ok); }
  void OnWriteDone(bool ok) override { written.Deliver(ok); }
  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    outcome.Deliver(FromGrpc(status));
  }
  void TryCancel() { context_.TryCancel(); }

  Slot<MetadataList> metadata;
  Slot<bool> read;
  Slot<bool> written;
  Slot<Status> outcome;

 private:
  grpc::ClientContext context_;
  std::shared_ptr<Call> self_;
};

class GenericStream final : public ClientStream {
 public:
  explicit GenericStream(std::shared_ptr<Call> call) : call_(std::move(call)) {}

  ~GenericStream() override {
    if (finished_) return;
    call_->TryCancel();
    call_->RemoveHold();
  }

  void ReadInitialMetadata(std::function<void(MetadataList)> done) override {
    call_->metadata.Await(std::move(done));
  }

  void Read(google::protobuf::Message* message, std::function<void(bool)> done) override {
    call_->read.Await(std::move(done));
    call_->StartRead(message);
  }

  void Write(const google::protobuf::Message& message, std::function<void(bool)> done) override {
    call_->written.Await(std::move(done));
    call_->StartWrite(&message);
  }

  void WritesDone() override { call_->StartWritesDone(); }

  void Cancel() override { call_->TryCancel(); }

  void Finish(std::function<void(Status)> done) override {
    finished_ = true;
    call_->outcome.Await(std::move(done));
    call_->RemoveHold();
  }

 private:
  const std::shared_ptr<Call> call_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<ClientStream> StartGenericStream(const std::shared_ptr<grpc::Channel>& channel,
                                                 const std::string& method,
                                                 const CallOptions& options) {
  return std::make_unique<GenericStream>(Call::Start(channel, method, options));
}

}  // namespace rookery::rpc
