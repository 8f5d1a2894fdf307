// How many cores this process may use, which in a container or under taskset is fewer than the machine has.
#pragma once

#include <string>

namespace fovea {

// At least 1: the cores that the scheduler lets the process run on, or what the control group (version 2) has of their
// time, rounded up, where that is less.
int usable_cores();

// The cores that a control group's file cpu.max gives, "max 100000" or "150000 100000" (of µs, the first may be used),
// rounded up; 0 where it sets no limit or cannot be read.
int cores_of_quota(const std::string& cpu_max);

}  // namespace fovea
