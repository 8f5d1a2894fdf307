#include "cli/interrupt.h"

#include <atomic>

#include <signal.h>
#include <unistd.h>

namespace fovea::cli {
namespace {

std::atomic<int> interrupt_count{0};

void on_interrupt(int) {
  if (interrupt_count.fetch_add(1) > 0) ::_exit(130);
  // Said at once: the step at hand and the saving may take seconds. write() is safe inside a handler.
  constexpr char kSaid[] = "\nstopping after this step and saving; Ctrl-C again leaves at once\n";
  if (::isatty(STDERR_FILENO) == 1) [[maybe_unused]]
    const ssize_t wrote = ::write(STDERR_FILENO, kSaid, sizeof kSaid - 1);
}

}  // namespace

void watch_interrupts() {
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
