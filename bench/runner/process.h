// Contestants in processes of their own: peers in Python, or this program built from another revision. They are timed
// by themselves, when it is their turn:
//   the process prints one line, the names of what it can run, separated by "|" (an empty line: nothing);
//   for each line "NAME|CALLS" that it reads it prints the seconds of each call in one line, and ends at the end of its
//   input.
#pragma once

#include <string>
#include <vector>

#include "runner/case.h"
#include "runner/contestants.h"

namespace fovea::bench {

// Starts `command` (a program and its arguments) and returns what it can run. The process ends with the last of them.
// `prefix` is put before the names. Throws UserError where the command cannot be run.
std::vector<Contestant> start_process(const std::vector<std::string>& command, const std::string& prefix);

// The other side: serves the first contestant, under its name, on standard input and output.
void serve(Contestant& contestant);

}  // namespace fovea::bench
