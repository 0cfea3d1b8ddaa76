// Waits with a time limit that do not follow the wall clock.
//
// Abseil 20220623, which Debian 12 has, waits with FUTEX_CLOCK_REALTIME until a wall time, also
// when it was asked to wait for a duration, and gRPC's timers stand on that: when the clock is set
// back by an hour they come an hour late, all of them, and with them deadlines, keepalives and the
// next attempt to connect. Later versions of Abseil wait by the monotonic clock. A program that is
// linked with --wrap=syscall has its futex calls go through here, and waits as they do.
#include <dlfcn.h>
#include <linux/futex.h>
#include <sys/syscall.h>

#include <atomic>
#include <cstdarg>
#include <ctime>

// The names are the linker's, and so are the arguments that nobody counts.
// NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl50-cpp,cert-dcl51-cpp)
// NOLINTBEGIN(cppcoreguidelines-pro-type-vararg,performance-no-int-to-ptr,readability-identifier-naming)
#ifdef ROOKERY_WRAPS_SYSCALL
extern "C" long __real_syscall(long number, ...);
#define ROOKERY_SYSCALL __wrap_syscall
#else
#define ROOKERY_SYSCALL syscall
#endif

namespace {

using Syscall = long(long, ...);

Syscall* Real() {
#ifdef ROOKERY_WRAPS_SYSCALL
  return __real_syscall;
#else
  // No static of the function's: to wait for one that another thread makes is a system call.
  static std::atomic<Syscall*> found;
  Syscall* real = found;
  if (real == nullptr) found = real = reinterpret_cast<Syscall*>(dlsym(RTLD_NEXT, "syscall"));
  return real;
#endif
}

constexpr long kSecond = 1'000'000'000;

// The monotonic time that is as far from now as this wall time.
timespec Steady(const timespec& wall) {
  timespec wall_now;
  timespec steady_now;
  clock_gettime(CLOCK_REALTIME, &wall_now);
  clock_gettime(CLOCK_MONOTONIC, &steady_now);
  timespec steady{.tv_sec = steady_now.tv_sec + (wall.tv_sec - wall_now.tv_sec),
                  .tv_nsec = steady_now.tv_nsec + (wall.tv_nsec - wall_now.tv_nsec)};
  while (steady.tv_nsec < 0) {
    steady.tv_nsec += kSecond;
    --steady.tv_sec;
  }
  while (steady.tv_nsec >= kSecond) {
    steady.tv_nsec -= kSecond;
    ++steady.tv_sec;
  }
  // Long past; the kernel knows no times before 0.
  if (steady.tv_sec < 0) steady = {};
  return steady;
}

}  // namespace

extern "C" long ROOKERY_SYSCALL(long number, ...) {
  va_list list;
  va_start(list, number);
  const long first = va_arg(list, long);
  const long second = va_arg(list, long);
  const long third = va_arg(list, long);
  const long fourth = va_arg(list, long);
  const long fifth = va_arg(list, long);
  const long sixth = va_arg(list, long);
  va_end(list);
  constexpr int kWallWait = FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME;
  // An int, of whose register the other half means nothing.
  const int operation = static_cast<int>(second);
  if (number != SYS_futex || (operation & ~FUTEX_PRIVATE_FLAG) != kWallWait || fourth == 0) {
    return Real()(number, first, second, third, fourth, fifth, sixth);
  }
  const timespec until = Steady(*reinterpret_cast<const timespec*>(fourth));
  return Real()(number, first, operation & ~FUTEX_CLOCK_REALTIME, third, &until, fifth, sixth);
}
// NOLINTEND(cppcoreguidelines-pro-type-vararg,performance-no-int-to-ptr,readability-identifier-naming)
// NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl50-cpp,cert-dcl51-cpp)
