#include "support/process.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::test {
namespace {

constexpr auto kPause = std::chrono::milliseconds(2);

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  return content.str();
}

// In the child: standard streams from and to files, so that a slow reader never stops it.
[[noreturn]] void become(const std::vector<char*>& words, const std::string& folder, const std::string& out,
                         const std::string& err) {
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), 1);
  ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666), 2);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
  ::setenv("NO_COLOR", "1", 1);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

class Deadline {
 public:
  explicit Deadline(double seconds) : end_(Clock::now() + std::chrono::duration<double>(seconds)) {}
  bool passed() const { return Clock::now() > end_; }

 private:
  using Clock = std::chrono::steady_clock;
  std::chrono::time_point<Clock, std::chrono::duration<double>> end_;
};

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::string& folder) {
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  const std::string out = output_.file("out"), err = output_.file("err");
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) become(words, folder, out, err);
}

Process::~Process() {
  if (!running()) return;
  signal(SIGKILL);
  reap(0);
}

void Process::reap(int options) {
  int status = 0;
  if (ended_ || ::waitpid(pid_, &status, options) != pid_) return;
  ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::running() {
  reap(WNOHANG);
  return !ended_;
}

void Process::signal(int number) {
  if (!ended_) ::kill(pid_, number);
}

bool Process::wait_until(const std::function<bool()>& condition, bool busy, double timeout_seconds) {
  const Deadline deadline(timeout_seconds);
  while (!condition()) {
    if (!running() || deadline.passed()) return condition();
    if (!busy) std::this_thread::sleep_for(kPause);
  }
  return true;
}

Outcome Process::wait(double timeout_seconds) {
  const Deadline deadline(timeout_seconds);
  while (running()) {
    if (deadline.passed()) signal(SIGKILL);
    std::this_thread::sleep_for(kPause);
  }
  return {exit_code_, content_of(output_.file("out")), content_of(output_.file("err"))};
}

}  // namespace fovea::test
