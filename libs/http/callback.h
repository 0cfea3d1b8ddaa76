// From callbacks to coroutines.
#pragma once

#include <utility>

#include <atomic>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>

namespace rookery::http {

// Thrown by FromCallback when every copy of the callback was destroyed and none was called.
class CallbackDropped : public std::runtime_error {
 public:
  CallbackDropped() : std::runtime_error("the callback was destroyed without being called") {}
};

namespace internal {

// What the copies of one callback share. Resumes the coroutine once: when the value has come and
// the initiator has returned, or when the last copy goes. `Resume` is the suspended coroutine,
// `result` lies in its frame.
template <typename T, typename Resume>
class CallbackOnce {
 public:
  CallbackOnce(std::optional<T>* result, std::atomic<bool>* is_posted, Resume resume)
      : result_(result), is_posted_(is_posted), resume_(std::move(resume)) {}
  ~CallbackOnce() {
    if (!called_) Post();
  }

  void Call(T value) {
    if (called_.exchange(true)) return;
    result_->emplace(std::move(value));
    Arrive();
  }

  void InitiatorReturned() { Arrive(); }

 private:
  // The initiator lies in the coroutine's frame, so the coroutine must not go on while it runs.
  void Arrive() {
    if (--missing_ == 0) Post();
  }

  // Until post returns it holds on to the executor, which may end with the coroutine.
  void Post() {
    boost::asio::post(std::move(resume_));
    is_posted_->store(true, std::memory_order_release);
  }

  std::optional<T>* const result_;
  std::atomic<bool>* const is_posted_;
  Resume resume_;
  std::atomic<bool> called_ = false;
  std::atomic<int> missing_ = 2;
};

}  // namespace internal

// Calls `initiator(done)`, where `done` is a std::function<void(T)>, and suspends the coroutine
// until `done` was called: from any thread, possibly before the initiator returns. The coroutine
// goes on upon its own executor. A second call of `done` does nothing. If no copy of `done` is left
// and none was called, it throws CallbackDropped; what the initiator throws is thrown too.
//
// The coroutine, and so everything in its frame, lives until then: Server::Shutdown waits for it.
// So the initiator may lend out what lives in the frame (a request, a response), and must see to it
// that `done` comes in the end: give the call a deadline, cancel it in Exchange::OnDisconnect.
template <typename T, typename Initiator>
boost::asio::awaitable<T> FromCallback(Initiator initiator) {
  std::optional<T> result;
  std::atomic<bool> is_posted = false;
  std::exception_ptr thrown;
  auto start = [&result, &is_posted, &thrown, &initiator](auto resume) {
    using Once = internal::CallbackOnce<T, decltype(resume)>;
    auto once = std::make_shared<Once>(&result, &is_posted, std::move(resume));
    try {
      initiator(std::function<void(T)>([once](T value) { once->Call(std::move(value)); }));
    } catch (...) {
      thrown = std::current_exception();
    }
    once->InitiatorReturned();
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(start), boost::asio::use_awaitable);
  // It has all but returned.
  while (!is_posted.load(std::memory_order_acquire)) std::this_thread::yield();
  if (thrown) std::rethrow_exception(thrown);
  if (!result.has_value()) throw CallbackDropped();
  co_return *std::move(result);
}

}  // namespace rookery::http
