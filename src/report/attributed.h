// What several methods say of the parts of the same inputs, for people and as JSON.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "attribution/methods.h"
#include "base/json.h"
#include "draw/picture.h"

namespace fovea::report {

struct Attributed {
  std::vector<attribution::MethodFacts> methods;                // in the order asked for; none: nothing was asked
  std::vector<std::vector<attribution::Attribution>> of_texts;  // [input][method]
  attribution::Nouns nouns = {};                                // of what the methods speak of
};

// A word's part of what a method gives to a text: its score through the sum of the scores' sizes. 0 where all are 0.
std::vector<double> parts_of(std::span<const double> scores);

// The same for a picture: of an alignment row by row.
std::vector<double> parts_of(const draw::Picture& picture, std::span<const double> scores);

// What each method means, and what the numbers are; 80 columns.
std::string methods_legend(std::span<const attribution::MethodFacts> methods, const attribution::Nouns& nouns,
                           const draw::Style& style);

// What the scores of a signed method add up to, and of integrated gradients the steps and the gap:
// "sum +0.412, sizes 0.551 · 16 steps, gap 0.4 %". "" for methods that add up to nothing in particular.
std::string method_note(const attribution::MethodFacts& method, const attribution::Attribution& scores);

// The label, then a block for each method: its name, the picture with its parts shaded by that method alone (words are
// wrapped), and its note.
std::string attributed_text(const draw::Headline& headline, const draw::Picture& picture,
                            std::span<const attribution::MethodFacts> methods,
                            std::span<const attribution::Attribution> scores, const draw::Style& style);

// An answer that is no label, with its notes, and its picture as it is, by the weights that it has.
std::string pictured_text(const draw::Headline& headline, const draw::Picture& picture, const draw::Style& style);

// [{"method", "signed", "scores", …}], one for each method.
Json attributed_json(std::span<const attribution::MethodFacts> methods,
                     std::span<const attribution::Attribution> scores);

}  // namespace fovea::report
