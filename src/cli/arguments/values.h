// What an option's value may be, checked before it is taken.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace fovea::cli {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

CLI::Validator whole_number(uint64_t low, uint64_t high);
CLI::Validator number(double low, double high);

CLI::Validator one_of(const std::vector<std::string>& words);

CLI::Validator share();  // of what is dropped: 0 to 0.95
CLI::Validator size();   // of a layer: 1 to 65536
CLI::Validator count();  // of anything

// The words that `parse` takes; what it throws for others tells which those are.
template <typename Parse>
CLI::Validator word_of(Parse parse) {
  const auto check = [parse](const std::string& text) {
    parse(text);
    return std::string();
  };
  return CLI::Validator(check, "");
}

}  // namespace fovea::cli
