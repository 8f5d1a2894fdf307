// The pieces of words that the texts of a training are cut into.
#pragma once

#include <string>
#include <vector>

#include "data/vocab/pieces.h"
#include "tasks/text/rows.h"

namespace fovea::tasks {

// Learnt from the rows of the training part, so that nothing of the others is known; that fewer were learnt than
// `text` asks for is added to `warnings`. The same rows make the same pieces, so a training that goes on learns them
// anew. None where the tokenizer of `text` is another. Throws what data::learn_pieces() throws.
data::PieceModel pieces_of(const std::vector<TextRow>& rows, const data::TextOptions& text,
                           std::vector<std::string>& warnings);

}  // namespace fovea::tasks
