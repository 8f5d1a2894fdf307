// SIGINT and SIGTERM: the first asks to stop at the next good moment, the second leaves at once.
#pragma once

namespace fovea::cli {

void watch_interrupts();
bool interrupted();

// From here on a signal ends the process at once, as it would have without watch_interrupts.
void release_interrupts();

}  // namespace fovea::cli
