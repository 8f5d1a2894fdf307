#include "base/log.h"

#include <memory>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace fovea::log {
namespace {

Level current_level = Level::kSilent;

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("fovea", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");
    made->set_level(spdlog::level::trace);
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *instance;
}

}  // namespace

void set_level(Level level) {
  current_level = level;
}
Level level() {
  return current_level;
}

void warn(const std::string& text) {
  if (current_level >= Level::kWarnings) logger().warn("fovea: warning: {}", text);
}
void info(const std::string& text) {
  if (current_level >= Level::kNormal) logger().info("{}", text);
}
void verbose(const std::string& text) {
  if (current_level >= Level::kVerbose) logger().debug("{}", text);
}

}  // namespace fovea::log
