// Times Fovea beside others on the cases of a text file; script/bench builds and runs it. Results go to standard
// output, one row for each peer of each case; --help says the rest.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/memory.h"
#include "kernels/dispatch.h"
#include "runner/contestants.h"
#include "runner/machine.h"
#include "runner/process.h"
#include "runner/result.h"

namespace fovea::bench {
namespace {

struct Options {
  std::string cases = "bench/cases/standard.txt";
  std::vector<std::string> names;
  std::vector<std::string> peers;  // NAME=COMMAND
  std::string against;             // NAME=PROGRAM
  std::string serve;
  int threads = 0;
  bool json = false, quick = false, alone = false;
};

// What a contestant may use for a case before it drops out.
constexpr double kSeconds = 8, kQuickSeconds = 1;
constexpr size_t kFewest = 3, kQuickFewest = 2;

// "NAME=VALUE" in two.
std::pair<std::string, std::string> named(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos)
    throw UserError(ExitCode::kUsage, text + ": no NAME=… in it", "See fovea_bench --help.");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

class Runner {
 public:
  explicit Runner(const Options& options) : options_(options), cases_(read_cases(options.cases)) {
    if (options_.threads == 0) options_.threads = at::get_num_threads();
  }

  void run() {
    if (!options_.serve.empty()) return serve_one();
    for (const std::string& name : options_.names) find_case(cases_, name);
    if (!options_.json)
      std::cout << "instruction set " << kernels::instruction_set() << ", " << processor_name() << "\n"
                << table_head() << std::endl;
    for (const Case& c : cases_) {
      const auto& wanted = options_.names;
      if (wanted.empty() || std::find(wanted.begin(), wanted.end(), c.name) != wanted.end()) run_case(c);
    }
  }

 private:
  int threads_of(const Case& c) const { return c.threads > 0 ? c.threads : options_.threads; }

  void serve_one() {
    Case c = find_case(cases_, options_.serve);
    c.peers.clear();
    at::set_num_threads(threads_of(c));
    Field field = field_of(c);
    serve(field.contestants[0]);
  }

  // Peers in processes of their own; the tokens of a call are those of the case.
  void add_processes(const Case& c, Field& field) {
    const std::string threads = std::to_string(threads_of(c));
    for (const std::string& peer : options_.peers) {
      const auto [name, command] = named(peer);
      if (!has_peer(c, name)) continue;
      std::istringstream in(command);
      std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
      words.insert(words.end(), {options_.cases, c.name, threads});
      for (const Contestant& one : start_process(words, "")) field.contestants.push_back(one);
    }
    if (options_.against.empty()) return;
    const auto [name, program] = named(options_.against);
    for (Contestant one :
         start_process({program, "--cases", options_.cases, "--serve", c.name, "--threads", threads}, "")) {
      one.name = "fovea " + name;
      field.contestants.push_back(one);
    }
  }

  // The best that has been seen in this run: under load a single measurement is too low.
  const Machine& machine_now(int threads) {
    Machine& best = machines_[threads];
    best = better(best, measure_machine(threads));
    return best;
  }

  void run_case(Case c) {
    if (options_.alone) c.peers.clear();
    if (options_.quick) {
      for (const std::string& peer : c.slow) std::erase(c.peers, peer);
    }
    at::set_num_threads(threads_of(c));
    machine_now(threads_of(c));
    Field field = field_of(c);
    add_processes(c, field);
    std::vector<double> tokens(field.contestants.size(), field.tokens);
    if (!c.beside.empty()) {
      Case other = find_case(cases_, c.beside);
      other.peers.clear();
      const Field beside = field_of(other);
      field.contestants.push_back(beside.contestants[0]);
      field.contestants.back().name = "fovea " + c.beside;
      tokens.push_back(beside.tokens);
    }
    const Rounds rounds{c.repeats, c.calls, options_.quick ? kQuickSeconds : kSeconds,
                        options_.quick ? kQuickFewest : kFewest};
    const auto timings = measure(field.contestants, rounds);
    const Machine machine = machine_now(threads_of(c));
    for (Row& row : rows_of(c, field.contestants, timings, tokens)) {
      row.threads = threads_of(c), row.machine = machine;
      std::cout << (options_.json ? to_line(row.to_json()) : table_line(row)) << std::endl;
    }
  }

  Options options_;
  std::vector<Case> cases_;
  std::map<int, Machine> machines_;  // by threads
};

}  // namespace
}  // namespace fovea::bench

int main(int argc, char** argv) {
  fovea::bench::Options options;
  CLI::App app("Times Fovea beside others; script/bench does it all.", "fovea_bench");
  app.add_option("--cases", options.cases, "file of cases");
  app.add_option("--case", options.names, "only the cases so named");
  app.add_option("--threads", options.threads, "for everyone; by default as many as libtorch takes")
      ->check(CLI::Range(1, 1024));
  app.add_option("--peer", options.peers,
                 "NAME=COMMAND: a peer in a process of its own, as runner/process.h says; it gets the file, the case "
                 "and the threads");
  app.add_option("--against", options.against, "NAME=PROGRAM: another build of this program, as a peer");
  app.add_option("--serve", options.serve, "be the peer of another one in this case");
  app.add_flag("--alone", options.alone, "without libtorch's layers");
  app.add_flag("--json", options.json, "one row a line");
  app.add_flag("--quick", options.quick, "fewer repeats");
  CLI11_PARSE(app, argc, argv);
  fovea::keep_freed_memory();  // as the program does, and for everyone in this process
  try {
    fovea::kernels::choose_instruction_set();
    fovea::bench::Runner(options).run();
    return 0;
  } catch (const fovea::UserError& error) {
    std::fprintf(stderr, "fovea_bench: %s\n%s%s\n", error.what(), error.remedy().empty() ? "" : "       ",
                 error.remedy().c_str());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fovea_bench: %s\n", error.what());
    return static_cast<int>(fovea::ExitCode::kInternal);
  }
}
