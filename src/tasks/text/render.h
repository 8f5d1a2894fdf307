// How the answer of a text model is drawn and told: its picture, its line, its lesson.
#pragma once

#include <cstddef>
#include <string>

#include "draw/picture.h"
#include "draw/terminal.h"
#include "tasks/text/answer.h"

namespace fovea::tasks {

// The text with its words as they were weighed. Offsets that lie outside the text do no harm.
draw::ShadedWords picture_of(const TextAnswer& answer);

// What stands above the picture: the label given, or the set of those given, before the three most probable ones.
draw::Headline headline_of(const TextAnswer& answer);

// One line: "positive 0.77   The acting was never(.31) bad(.42)".
std::string explained_line(const TextAnswer& answer, const draw::Style& style);

// The token `at` of an answer, as it stands in the text; of a model that reads pieces of words, with a dot before one
// that goes on with the word of the token before ("un", "·forget", "·table").
std::string token_name(const Mechanism& mechanism, size_t at);

// The lesson of `explain --steps`: per word score, weight, × even, contribution to the answered class (and with two
// classes only that one), the context's norm, then bias + contributions = logit per class, softmax, the answer.
// Of a model that reads sentences, contributions are those of sentences, and the words of each follow with their
// weights.
std::string mechanism_lesson(const Mechanism& mechanism, const draw::Style& style);

}  // namespace fovea::tasks
