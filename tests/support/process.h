// A program in the background, to be watched, signalled and waited for. Where it is only to be run, see program.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "support/program.h"
#include "support/scratch.h"

namespace fovea::test {

class Process {
 public:
  // Starts arguments[0] (looked up on PATH) in `folder` ("" = current), with nothing on standard input.
  explicit Process(const std::vector<std::string>& arguments, const std::string& folder = "");
  ~Process();  // kills what still runs
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool running();
  void signal(int number);

  // Sleeps until `condition` holds or the program has ended; true where it holds. The condition is asked without a
  // pause in between when `busy`, so that moments of microseconds are met.
  bool wait_until(const std::function<bool()>& condition, bool busy = false, double timeout_seconds = 120);

  // Waits for its end; kills it after `timeout_seconds`.
  Outcome wait(double timeout_seconds = 300);

 private:
  void reap(int options);

  Scratch output_;
  pid_t pid_ = -1;
  bool ended_ = false;
  int exit_code_ = -1;
};

}  // namespace fovea::test
