// SIGINT and SIGTERM: the first asks to stop at the next good moment, the second leaves at once.
#pragma once

namespace fovea::cli {

void watch_interrupts();
bool interrupted();

}  // namespace fovea::cli
