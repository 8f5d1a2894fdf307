#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

namespace fovea::cli {
namespace {

std::atomic<int> interrupt_count{0};

void on_interrupt(int) {
  if (interrupt_count.fetch_add(1) > 0) ::_exit(130);
}

}  // namespace

void watch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return interrupt_count.load() > 0; }

}  // namespace fovea::cli
