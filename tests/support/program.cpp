#include "support/program.h"

#include <chrono>
#include <cstdlib>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace fovea::test {
namespace {

struct Pipe {
  int read = -1, write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
};

[[noreturn]] void become(const std::vector<std::string>& arguments, const std::string& folder, Pipe& in, Pipe& out,
                         Pipe& err) {
  ::dup2(in.read, 0);
  ::dup2(out.write, 1);
  ::dup2(err.write, 2);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(126);
  ::setenv("NO_COLOR", "1", 1);
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  ::_exit(127);
}

void take(int& descriptor, std::string& into) {
  char buffer[65536];
  const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
  if (got > 0) {
    into.append(buffer, static_cast<size_t>(got));
  } else {
    ::close(descriptor);
    descriptor = -1;
  }
}

}  // namespace

Outcome run_program(const std::vector<std::string>& arguments, const std::string& input, const std::string& folder,
                    double timeout_seconds) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe in, out, err;
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) become(arguments, folder, in, out, err);
  in.close_read();
  out.close_write();
  err.close_write();
  ::fcntl(in.write, F_SETFL, O_NONBLOCK);

  Outcome outcome;
  size_t sent = 0;
  const auto start = std::chrono::steady_clock::now();
  while (out.read >= 0 || err.read >= 0) {
    if (sent == input.size()) in.close_write();
    pollfd watched[3] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}, {in.write, POLLOUT, 0}};
    ::poll(watched, 3, 200);
    if (watched[0].revents) take(out.read, outcome.out);
    if (watched[1].revents) take(err.read, outcome.err);
    if (in.write >= 0 && watched[2].revents) {
      const ssize_t wrote = ::write(in.write, input.data() + sent, input.size() - sent);
      if (wrote > 0) sent += static_cast<size_t>(wrote);
      if (wrote < 0) sent = input.size();
    }
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > timeout_seconds)
      ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return outcome;
}

Outcome run_fovea(const std::vector<std::string>& arguments, const std::string& input, const std::string& folder,
                  double timeout_seconds) {
  std::vector<std::string> all = {FOVEA_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return run_program(all, input, folder, timeout_seconds);
}

}  // namespace fovea::test
