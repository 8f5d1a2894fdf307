#include "tasks/plain_network.h"

#include <utility>

#include <ATen/TensorOperators.h>

#include "attribution/differentiable.h"
#include "base/errors.h"
#include "base/options/json.h"
#include "checkpoint/safetensors.h"
#include "ops/aten.h"
#include "tasks/quantize.h"

namespace fovea::tasks {
namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kWeights = "weights.safetensors";
constexpr const char* kRemedy = "Train the model again, or restore the folder.";

const std::string& content_of(const checkpoint::Files& files, const char* file, const std::string& name) {
  const auto found = files.find(file);
  if (found == files.end()) throw UserError(ExitCode::kBadData, name + ": " + file + " is missing", kRemedy);
  return found->second;
}

}  // namespace

checkpoint::Files plain_files(const Kind& kind, Json config, const nn::Module& network, bool quantized) {
  config["task"] = kind.name();
  if (quantized) config["quantized"] = "int8";
  return {{kConfig, to_pretty(config)}, {kWeights, checkpoint::serialize_arrays(arrays_of(network, quantized))}};
}

AnySettings settings_of(const Kind& kind, const checkpoint::Files& files, const std::string& name) {
  const std::string place = name + "/" + kConfig;
  const Json options = json_object(content_of(files, kConfig, name), place).value("options", Json::object());
  AnySettings settings(kind.settings());
  settings->as_before_late_options();
  options::JsonReader reader(options, place, kRemedy);
  settings->visit(reader);
  return settings;
}

void fill_plain(nn::Module& network, const checkpoint::Files& files, const std::string& name) {
  const std::string place = name + "/" + kWeights;
  fill_module(network, checkpoint::parse_arrays(content_of(files, kWeights, name), place), place);
  for (const at::Tensor& parameter : network.parameters()) parameter.set_requires_grad(false);
}

int64_t parameters_of(const nn::Module& network) {
  int64_t count = 0;
  for (const at::Tensor& parameter : network.parameters()) count += parameter.numel();
  return count;
}

std::vector<attribution::Reading> readings_of(const at::Tensor& logits, const nn::Pooled& pooled,
                                              const std::vector<int64_t>& parts) {
  using attribution::numbers_of;
  const at::Tensor probabilities = logits.softmax(1);
  std::vector<attribution::Reading> readings;
  int64_t first = 0;
  for (int64_t b = 0; b < std::ssize(parts); ++b) {
    const int64_t count = parts[static_cast<size_t>(b)];
    const attribution::Weights weights =
        numbers_of(pooled.weights.narrow(0, std::exchange(first, first + count), count));
    readings.push_back({.logits = numbers_of(logits[b]),
                        .probabilities = numbers_of(probabilities[b]),
                        .weights = weights,
                        .looks = {weights},
                        .representation = numbers_of(pooled.context[b])});
  }
  return readings;
}

}  // namespace fovea::tasks
