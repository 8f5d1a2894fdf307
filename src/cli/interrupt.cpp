#include "cli/interrupt.h"

#include <atomic>
#include <cerrno>

#include <signal.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

std::atomic<int> interrupt_count{0};
std::atomic<bool> to_terminal{false};  // asked before: isatty() is not safe inside a handler

// What it interrupts may be about to say why a call failed, so errno stays.
void on_interrupt(int) {
  if (interrupt_count.fetch_add(1) > 0) ::_exit(130);
  const int before = errno;
  // Said at once: the step at hand and the saving may take seconds. write() is safe inside a handler.
  constexpr char kSaid[] = "\nstopping after this step and saving; Ctrl-C again leaves at once\n";
  if (to_terminal) [[maybe_unused]]
    const ssize_t wrote = ::write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
  errno = before;
}

}  // namespace

void watch_interrupts() {
  to_terminal = ::isatty(STDERR_FILENO) == 1;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

void release_interrupts() {
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
}

bool interrupted() {
  return interrupt_count.load() > 0;
}

}  // namespace fovea::cli
