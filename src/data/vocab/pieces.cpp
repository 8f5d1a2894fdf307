// SentencePiece never sees text that is not normalised by us, so its own normalisation is off.
#include "data/vocab/pieces.h"

#include <algorithm>
#include <exception>

#include "base/errors.h"
#include "data/vocab/normalise.h"
#include "data/vocab/sentencepiece.h"

namespace fovea::data {
namespace {

// Rarer words are left out where all together would be longer: a suffix array over them takes some 16 bytes per
// character.
constexpr size_t kMaxLearningBytes = 100'000'000;

// Hands the words to the trainer as "word TAB count".
class Words : public sentencepiece::SentenceIterator {
 public:
  explicit Words(const std::unordered_map<std::string, int64_t>& words) {
    for (const auto& entry : words) {
      if (entry.first.find('\t') == std::string::npos) order_.push_back(&entry);
    }
    std::sort(order_.begin(), order_.end(), [](const auto* a, const auto* b) {
      return a->second != b->second ? a->second > b->second : a->first < b->first;
    });
    size_t bytes = 0, kept = 0;
    while (kept < order_.size() && bytes < kMaxLearningBytes) bytes += order_[kept++]->first.size();
    order_.resize(kept);
    write();
  }

  bool done() const override { return at_ == order_.size(); }
  void Next() override {
    ++at_;
    write();
  }
  const std::string& value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  void write() {
    if (!done()) line_ = order_[at_]->first + '\t' + std::to_string(order_[at_]->second);
  }

  std::vector<const std::pair<const std::string, int64_t>*> order_;
  size_t at_ = 0;
  std::string line_;
};

}  // namespace

PieceModel PieceModel::parse(std::string content, const std::string& name) {
  PieceModel model;
  model.processor_ = open_sentencepiece(content, name);
  model.content_ = std::make_shared<const std::string>(std::move(content));
  return model;
}

int64_t PieceModel::size() const {
  return processor_->GetPieceSize();
}

// Of a sound model the pieces follow each other; another's are kept in order.
void PieceModel::cut_short(std::string_view word, size_t first_byte, std::vector<WordPiece>* pieces) const {
  const size_t before = pieces->size();
  try {
    const auto found = processor_->EncodeAsImmutableProto({word.data(), word.size()});
    for (size_t i = 0; i < found.pieces_size(); ++i) {
      const auto piece = found.pieces(static_cast<int>(i));
      const bool first = pieces->size() == before;
      const size_t start = first_byte + (first ? 0 : piece.begin());
      const bool advances = first || (start > pieces->back().start && piece.begin() < word.size());
      if (piece.end() > piece.begin() && advances) pieces->push_back({start, piece.piece()});
    }
  } catch (const std::exception&) {
    throw damaged_sentencepiece("pieces");
  }
  if (pieces->size() == before) pieces->push_back({first_byte, std::string(word)});
}

std::vector<WordPiece> PieceModel::cut(std::string_view word) const {
  FOVEA_CHECK(processor_ && !word.empty());
  std::vector<WordPiece> pieces;
  for (size_t start = 0; start < word.size();) {
    const std::string_view part = cut_utf8(word.substr(start), kLongestCut);
    cut_short(part, start, &pieces);
    start += part.size();
  }
  return pieces;
}

PieceModel learn_pieces(const std::unordered_map<std::string, int64_t>& words, int64_t pieces) {
  if (words.empty()) {
    throw UserError(ExitCode::kBadData,
                    "--tokenizer sentencepiece: the training texts hold no word to learn pieces of");
  }
  Words iterator(words);
  LearntSentencePiece learnt = learn_sentencepiece({{"model_type", "unigram"},
                                                    {"vocab_size", std::to_string(pieces)},
                                                    {"hard_vocab_limit", "false"},  // few words make fewer pieces
                                                    {"input_format", "tsv"},
                                                    {"max_sentence_length", std::to_string(kMaxLearningBytes)},
                                                    {"normalization_rule_name", "identity"},
                                                    {"remove_extra_whitespaces", "false"},
                                                    {"unk_id", "0"},
                                                    {"bos_id", "-1"},
                                                    {"eos_id", "-1"},
                                                    {"pad_id", "-1"}},
                                                   iterator);
  if (learnt.few) {
    throw UserError(ExitCode::kUsage,
                    "--pieces " + std::to_string(pieces) + " is too few: every usual character must be a piece",
                    "Give more: for Chinese some thousands, for other scripts some hundreds at least.");
  }
  if (!learnt.reason.empty()) {
    throw UserError(ExitCode::kBadData, "--tokenizer sentencepiece: no pieces could be learnt: " + learnt.reason,
                    "Choose another tokenizer for these texts.");
  }
  return PieceModel::parse(std::move(learnt.content), "the pieces learnt");
}

}  // namespace fovea::data
