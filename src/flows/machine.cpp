#include "flows/machine.h"

#include <fstream>
#include <string>
#include <thread>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/headeronly/version.h>
#include <unistd.h>

#include "base/cores.h"
#include "base/version.h"
#include "kernels/dispatch.h"

namespace fovea::flows {
namespace {

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  std::string line;
  while (std::getline(in, line)) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

}  // namespace

void use_machine(int threads) {
  kernels::choose_instruction_set();
  use_threads(threads > 0 ? threads : usable_cores());
  at::globalContext().setDeterministicAlgorithms(true, false);
  at::globalContext().setDeterministicFillUninitializedMemory(false);  // every new array is written before it is read
}

void use_threads(int threads) {
  at::set_num_threads(threads);
}

int threads_in_use() {
  return at::get_num_threads();
}

Json machine_json() {
  return {{"fovea", version()},
          {"build", build_type()},
          {"libtorch", TORCH_VERSION},
          {"processor", processor_name()},
          {"cores", static_cast<int64_t>(std::thread::hardware_concurrency())},
          {"threads", at::get_num_threads()},
          {"instruction_set", kernels::instruction_set()},
          {"instruction_sets", kernels::available_instruction_sets()},
          {"libtorch_instruction_set", at::get_cpu_capability()},
          {"memory_bytes", static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE)}};
}

}  // namespace fovea::flows
