#include "tasks/text/pieces.h"

#include <unordered_map>

namespace fovea::tasks {

data::PieceModel pieces_of(const std::vector<TextRow>& rows, const data::TextOptions& text,
                           std::vector<std::string>& warnings) {
  if (text.tokenizer != data::Tokenizer::kSentencePiece) return {};
  data::Segmenter segmenter(text);
  std::unordered_map<std::string, int64_t> words;
  for (const TextRow& row : rows) {
    if (row.part == data::Part::kTrain) segmenter.count_words(row.row.text, &words);
  }
  data::PieceModel pieces = data::learn_pieces(words, text.pieces);
  if (pieces.size() < text.pieces) {
    warnings.push_back("the training texts make " + std::to_string(pieces.size()) + " pieces, of the " +
                       std::to_string(text.pieces) + " asked for (--pieces)");
  }
  return pieces;
}

}  // namespace fovea::tasks
