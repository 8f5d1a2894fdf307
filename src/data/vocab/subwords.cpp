#include "data/vocab/subwords.h"

#include <algorithm>
#include <utility>

#include "base/errors.h"
#include "data/vocab/normalise.h"
#include "data/vocab/pieces.h"
#include "data/vocab/sentencepiece.h"

namespace fovea::data {
namespace {

constexpr std::string_view kBlank = "\xe2\x96\x81";  // U+2581, as SentencePiece writes a blank

constexpr const char* kMostSentences = "2000000";  // drawn from more

class Sentences : public sentencepiece::SentenceIterator {
 public:
  explicit Sentences(std::span<const std::string_view> sentences) : sentences_(sentences) { write(); }
  bool done() const override { return at_ == sentences_.size(); }
  void Next() override {
    ++at_;
    write();
  }
  const std::string& value() const override { return line_; }
  sentencepiece::util::Status status() const override { return {}; }

 private:
  void write() {
    if (!done()) line_.assign(sentences_[at_]);
  }

  std::span<const std::string_view> sentences_;
  size_t at_ = 0;
  std::string line_;
};

const char* model_type(SubwordKind kind) {
  switch (kind) {
    case SubwordKind::kBpe:
      return "bpe";
    case SubwordKind::kWord:
      return "word";
    case SubwordKind::kUnigram:
      break;
  }
  return "unigram";
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

SubwordModel SubwordModel::learn(std::span<const std::string_view> sentences, SubwordKind kind, int64_t size) {
  Sentences iterator(sentences);
  LearntSentencePiece learnt = learn_sentencepiece({{"model_type", model_type(kind)},
                                                    {"vocab_size", std::to_string(size)},
                                                    {"hard_vocab_limit", "false"},
                                                    {"character_coverage", "0.9998"},
                                                    {"input_sentence_size", kMostSentences},
                                                    {"normalization_rule_name", "nmt_nfkc"},
                                                    {"unk_id", "0"},
                                                    {"bos_id", "1"},
                                                    {"eos_id", "2"},
                                                    {"pad_id", "-1"}},
                                                   iterator);
  if (learnt.few) {
    throw UserError(ExitCode::kUsage,
                    "--vocabulary " + std::to_string(size) + " is too few: every usual character must be a subword",
                    "Give more: for Chinese some thousands, for other scripts some hundreds at least.");
  }
  if (!learnt.reason.empty()) {
    throw UserError(ExitCode::kBadData, "no subwords could be learnt: " + learnt.reason,
                    "Lower --vocabulary, or give more sentences.");
  }
  return parse(std::move(learnt.content), "the subwords learnt");
}

SubwordModel SubwordModel::parse(std::string content, const std::string& name) {
  SubwordModel model;
  model.processor_ = open_sentencepiece(content, name);
  const sentencepiece::SentencePieceProcessor& opened = *model.processor_;
  if (opened.unk_id() != kUnknown || opened.bos_id() != kBegin || opened.eos_id() != kEnd) {
    throw damaged_sentencepiece(name);
  }
  model.content_ = std::make_shared<const std::string>(std::move(content));
  return model;
}

int64_t SubwordModel::size() const {
  return processor_->GetPieceSize();
}

std::vector<Subword> SubwordModel::cut(std::string_view text) const {
  std::vector<Subword> subwords;
  // SentencePiece takes time with the square of a run of unknown characters, so a very long text is cut in parts.
  for (size_t first = 0; first < text.size();) {
    const std::string_view rest = text.substr(first);
    size_t length = rest.size();
    if (length > kLongestCut) {
      const size_t blank = rest.rfind(' ', kLongestCut);
      length = blank != std::string_view::npos && blank > 0 ? blank : cut_utf8(rest, kLongestCut).size();
    }
    const auto found = processor_->EncodeAsImmutableProto({rest.data(), length});
    for (size_t i = 0; i < found.pieces_size(); ++i) {
      const auto piece = found.pieces(static_cast<int>(i));
      size_t start = first + piece.begin(), end = first + piece.end();
      while (start < end && is_blank(text[start])) ++start;
      while (end > start && is_blank(text[end - 1])) --end;
      subwords.push_back({static_cast<int32_t>(piece.id()), start, end});
    }
    first += length;
  }
  return subwords;
}

std::string SubwordModel::text(std::span<const int32_t> ids, std::span<const std::string> instead) const {
  FOVEA_CHECK(instead.empty() || instead.size() == ids.size(), instead.size(), ids.size());
  std::string text;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] == kBegin || ids[i] == kEnd) continue;
    std::string piece = form(ids[i]);
    if (ids[i] == kUnknown) {
      piece = (begins_word(kUnknown) ? std::string(kBlank) : "") +
              (instead.empty() || instead[i].empty() ? "⁇" : instead[i]);
    }
    for (size_t at = 0; (at = piece.find(kBlank, at)) != std::string::npos;) piece.replace(at, kBlank.size(), " ");
    text += piece;
  }
  const size_t begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? "" : text.substr(begin);
}

std::string SubwordModel::form(int32_t id) const {
  FOVEA_CHECK(0 <= id && id < size(), id, size());
  return processor_->IdToPiece(id);
}

bool SubwordModel::begins_word(int32_t id) const {
  // Where no subword is a blank alone, an unknown one is a whole word.
  if (id == kUnknown) return processor_->PieceToId(kBlank) == kUnknown;
  return form(id).starts_with(kBlank);
}

std::vector<std::pair<size_t, size_t>> words_between_blanks(std::string_view text) {
  std::vector<std::pair<size_t, size_t>> words;
  for (size_t at = 0; at < text.size();) {
    while (at < text.size() && is_blank(text[at])) ++at;
    const size_t start = at;
    while (at < text.size() && !is_blank(text[at])) ++at;
    if (at > start) words.emplace_back(start, at);
  }
  return words;
}

}  // namespace fovea::data
