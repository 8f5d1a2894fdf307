#include "runner/memory.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include <c10/core/Allocator.h>
#include <c10/util/Exception.h>
#include <c10/util/ThreadLocalDebugInfo.h>

namespace fovea::bench {
namespace {

class Meter : public c10::MemoryReportingInfoBase {
 public:
  void reportMemoryUsage(void*, int64_t size, size_t, size_t, c10::Device) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    now_ += size;
    highest_ = std::max(highest_, now_);
  }
  bool memoryProfilingEnabled() const override { return true; }
  int64_t highest() const { return highest_; }

 private:
  std::mutex mutex_;
  int64_t now_ = 0, highest_ = 0;
};

// libtorch warns once that blocks made before are not counted when they are freed; that is what is wanted.
class Silence : public c10::WarningHandler {
  void process(const c10::Warning&) override {}
};

}  // namespace

int64_t peak_tensor_bytes(const std::function<void()>& step) {
  const auto meter = std::make_shared<Meter>();
  Silence silence;
  const c10::WarningUtils::WarningHandlerGuard quiet(&silence);
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, meter);
  step();
  return meter->highest();
}

}  // namespace fovea::bench
