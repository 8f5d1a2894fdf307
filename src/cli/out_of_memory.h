// libtorch's own way of saying that memory does not suffice.
#pragma once

#include <exception>
#include <string>

namespace fovea::cli {

inline bool is_out_of_memory(const std::exception& error) {
  return std::string(error.what()).find("can't allocate memory") != std::string::npos;
}

}  // namespace fovea::cli
