#include "tasks/text_masking.h"

#include <vector>

#include "base/random.h"
#include "data/vocab/vocabulary.h"

namespace fovea::tasks {

data::EncodedTexts mask_words(const data::EncodedTexts& texts, std::span<const int64_t> examples,
                              const MaskingOptions& options, uint64_t seed, uint64_t step) {
  const uint64_t base = stream_base({seed, Purpose::kMasking, step});
  data::EncodedTexts out;
  uint64_t draw = 0;
  for (const int64_t example : examples) {
    const std::span<const int32_t> whole = texts.text(example);
    std::vector<int32_t> ids(whole.begin(), whole.end());
    const bool chosen = uniform(base, draw++) < options.texts;
    const double share = options.most * uniform(base, draw++);
    for (int32_t& id : ids) {
      if (uniform(base, draw++) < share && chosen) id = data::Vocabulary::kUnknown;
    }
    out.add(ids, texts.label(example), texts.sentence_starts(example), texts.spellings(example), texts.key(example));
  }
  return out;
}

}  // namespace fovea::tasks
