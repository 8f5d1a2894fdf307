// How the process gives freed memory back.
#pragma once

#include <exception>

namespace fovea {

// Lets the C library keep what is freed instead of giving every large block back to the system: a training step frees
// and takes the same tens of megabytes again, and a page that was given back costs a page fault every 4 KB, up to a
// tenth of a step. Up to 512 MB stay; blocks above 32 MB go back as before. Call it once, early in main(); does nothing
// where the C library is not glibc, or where the user has tuned it (GLIBC_TUNABLES, MALLOC_*_THRESHOLD_).
void keep_freed_memory();

// Whether an exception says that memory does not suffice, in the standard's words or in libtorch's.
bool is_out_of_memory(const std::exception& error);

}  // namespace fovea
