// A model that is a network and the settings it was trained with, and nothing besides: its files, and what an audit
// reads of it.
#pragma once

#include <string>
#include <vector>

#include "attribution/subject.h"
#include "checkpoint/files.h"
#include "nn/attention/pooling.h"
#include "nn/module.h"
#include "tasks/kind.h"

namespace fovea::tasks {

// config.json and weights.safetensors; `config` as Work::files() is given it. quantized: as tasks/quantize.h has it.
checkpoint::Files plain_files(const Kind& kind, Json config, const nn::Module& network, bool quantized = false);

// And back: the settings, of which a network is then made, and its parameters, which collect no gradients. Throw
// UserError (kBadData), beginning with `name`.
AnySettings settings_of(const Kind& kind, const checkpoint::Files& files, const std::string& name);
void fill_plain(nn::Module& network, const checkpoint::Files& files, const std::string& name);

int64_t parameters_of(const nn::Module& network);

// What one look made of B sequences, sequence b owning `parts[b]` rows of the memory: logits [B, C]. Without conicity.
std::vector<attribution::Reading> readings_of(const at::Tensor& logits, const nn::Pooled& pooled,
                                              const std::vector<int64_t>& parts);

}  // namespace fovea::tasks
