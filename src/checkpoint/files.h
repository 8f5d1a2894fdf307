// The files of a model or of a saved state, before they are written and after they are read.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace fovea::checkpoint {

// File name → content. Names are plain ("config.json"), never paths.
using Files = std::map<std::string, std::string>;

// Takes the content of a file piece by piece.
using Sink = std::function<void(std::string_view bytes)>;

// File name → what hands its content to a sink, once: for files too large to be in memory once more.
using WrittenFiles = std::map<std::string, std::function<void(const Sink& sink)>>;

// `files` as such, which must outlive them.
inline WrittenFiles written(const Files& files) {
  WrittenFiles result;
  for (const auto& file : files) result[file.first] = [&file](const Sink& sink) { sink(file.second); };
  return result;
}

}  // namespace fovea::checkpoint
