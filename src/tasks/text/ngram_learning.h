// The n-grams of the training part: their ratios, and the weights learnt of them and of the letters of words.
#pragma once

#include "data/vocab/ngrams.h"
#include "tasks/text/data.h"

namespace fovea::tasks {

// Whether a text must keep how its unknown words are written.
bool needs_spellings(const data::NgramOptions& options, bool multi_label, int64_t classes);

// Weighs data.ngrams, whose counts are those of `counter`; `base`: what training goes on from, or nothing. Where
// the texts are too many for it, data.warnings says so.
void learn_weights(const data::NgramCounter& counter, const data::NgramOptions& options, const TextBase* base,
                   TextData& data);

// Counts and, if asked for, weighs the n-grams of data.train but for the texts that `base` counted already, which
// `known` marks.
void count_ngrams(const data::NgramOptions& options, const TextBase* base, const std::vector<bool>& known,
                  TextData& data);

// Of changed texts: those of data.train are counted and weighed as those of `like` were. Nothing where it has none.
void count_ngrams_again(const TextData& like, TextData& data);

}  // namespace fovea::tasks
