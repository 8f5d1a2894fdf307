#include "runner/process.h"

#include <cstdio>
#include <iostream>
#include <memory>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"

namespace fovea::bench {
namespace {

class Process {
 public:
  explicit Process(const std::vector<std::string>& command) : name_(command.at(0)) {
    int to[2], from[2];
    FOVEA_CHECK(pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0, "no pipe");
    child_ = fork();
    FOVEA_CHECK(child_ >= 0, "no process");
    if (child_ == 0) {
      dup2(to[0], STDIN_FILENO), dup2(from[1], STDOUT_FILENO);
      std::vector<char*> words;
      for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
      words.push_back(nullptr);
      execvp(words[0], words.data());
      _exit(127);
    }
    close(to[0]), close(from[1]);
    to_ = fdopen(to[1], "w"), from_ = fdopen(from[0], "r");
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    fclose(to_), fclose(from_);
    waitpid(child_, nullptr, 0);
  }

  void write_line(const std::string& line) {
    std::fputs((line + "\n").c_str(), to_);
    std::fflush(to_);
  }
  std::string read_line() {
    std::string line;
    for (int c; (c = std::fgetc(from_)) != '\n'; line.push_back(static_cast<char>(c))) {
      if (c == EOF)
        throw UserError(ExitCode::kRequirementNotMet, name_ + ": ended without an answer",
                        "Run it by itself to see why.");
    }
    return line;
  }

 private:
  std::string name_;
  pid_t child_;
  FILE *to_, *from_;
};

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
  return parts;
}

}  // namespace

std::vector<Contestant> start_process(const std::vector<std::string>& command, const std::string& prefix) {
  const auto process = std::make_shared<Process>(command);
  std::vector<Contestant> made;
  for (const std::string& name : split(process->read_line(), '|')) {
    const auto run = [process, name](int calls) {
      process->write_line(name + "|" + std::to_string(calls));
      std::istringstream answer(process->read_line());
      std::vector<double> seconds;
      for (double one; answer >> one;) seconds.push_back(one);
      FOVEA_CHECK(seconds.size() == static_cast<size_t>(calls), name, "gave", seconds.size(), "timings for", calls);
      return seconds;
    };
    made.push_back({prefix + name, run, 0, true});
  }
  return made;
}

void serve(Contestant& contestant) {
  std::cout << contestant.name << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const size_t bar = line.rfind('|');
    if (bar == std::string::npos) return;
    for (const double seconds : contestant.run(std::stoi(line.substr(bar + 1)))) std::cout << seconds << ' ';
    std::cout << std::endl;
  }
}

}  // namespace fovea::bench
