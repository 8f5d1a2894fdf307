#include "tasks/text/masking.h"

#include <vector>

#include "base/random.h"
#include "data/vocab/vocabulary.h"

namespace fovea::tasks {

data::EncodedTexts mask_words(const data::EncodedTexts& texts, std::span<const int64_t> examples,
                              const Masking& options, uint64_t seed, uint64_t step) {
  const uint64_t base = stream_base({seed, Purpose::kMasking, step});
  data::EncodedTexts out;
  for (size_t place = 0; place < examples.size(); ++place) {
    const int64_t example = examples[place];
    const uint64_t own_base = random_bits(base, place);
    uint64_t draw = 0;
    const std::span<const int32_t> whole = texts.text(example);
    std::vector<int32_t> ids(whole.begin(), whole.end());
    const bool chosen = uniform(own_base, draw++) < options.inputs;
    const double share = options.most * uniform(own_base, draw++);
    for (int32_t& id : ids) {
      if (uniform(own_base, draw++) < share && chosen) id = data::Vocabulary::kUnknown;
    }
    out.add(ids, texts.label(example), texts.sentence_starts(example), texts.spellings(example), texts.key(example));
  }
  return out;
}

}  // namespace fovea::tasks
