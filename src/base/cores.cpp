#include "base/cores.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <thread>

#include <sched.h>

namespace fovea {
namespace {

std::string first_line(const std::string& path) {
  std::string line;
  std::ifstream file(path);
  std::getline(file, line);
  return line;
}

// A group is bound by the limits of those above it too. Inside a container the path may be one of outside; the root
// that is mounted there is then the container's own group.
int cores_of_group() {
  const std::string line = first_line("/proc/self/cgroup"), version2 = "0::";
  if (line.rfind(version2, 0) != 0) return 0;
  int least = 0;
  for (std::string group = line.substr(version2.size());;) {
    const int cores = cores_of_quota(first_line("/sys/fs/cgroup" + group + "/cpu.max"));
    if (cores > 0) least = least > 0 ? std::min(least, cores) : cores;
    const size_t end = group.rfind('/');
    if (end == std::string::npos) return least;
    group.erase(end);
  }
}

}  // namespace

int cores_of_quota(const std::string& cpu_max) {
  double used = 0, of = 0;
  std::istringstream words(cpu_max);
  if (!(words >> used >> of) || used <= 0 || of <= 0) return 0;
  return static_cast<int>(std::ceil(used / of));
}

int usable_cores() {
  int cores = static_cast<int>(std::thread::hardware_concurrency());
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) cores = CPU_COUNT(&allowed);
  const int quota = cores_of_group();
  return std::max(1, quota > 0 ? std::min(cores, quota) : cores);
}

}  // namespace fovea
