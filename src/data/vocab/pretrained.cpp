#include "data/vocab/pretrained.h"

#include <algorithm>

#include "data/readers/utf8.h"
#include "data/vocab/normalise.h"

namespace fovea::data {
namespace {

constexpr int64_t kNone = -1;

class Matcher : public WordVectorSink {
 public:
  Matcher(const std::vector<const std::string*>& forms, int64_t extra_words, bool case_fold)
      : forms_(forms),
        extra_words_(extra_words),
        case_fold_(case_fold),
        rows_(forms.size(), kNone),
        exact_(forms.size(), 0) {
    for (size_t i = 0; i < forms.size(); ++i) {
      numbers_.emplace(*forms[i], i);
      folded_[folded(*forms[i])].push_back(i);
    }
  }

  bool wants(std::string_view word) override {
    takers_.clear();
    extra_.clear();
    const auto found = numbers_.find(word);
    if (found != numbers_.end()) {
      if (!exact_[found->second]) takers_.push_back(found->second);
      // A form that was found by folding alone before is found better now; the first of equal words counts.
      exact_[found->second] = 1;
    }
    if (!is_utf8(word)) return !takers_.empty();
    const std::string form = folded(word);
    const auto others = folded_.find(form);
    if (others != folded_.end()) {
      for (const size_t i : others->second) {
        if (rows_[i] == kNone && !exact_[i]) takers_.push_back(i);
      }
    }
    if (extra_words_ > 0 && found == numbers_.end()) choose_extra(word, form);
    return !takers_.empty() || !extra_.empty();
  }

  void take(const float* values, int64_t E) override {
    for (const size_t i : takers_) {
      if (rows_[i] == kNone) {
        rows_[i] = static_cast<int64_t>(values_.size()) / E;
        values_.insert(values_.end(), values, values + E);
      } else {
        std::copy(values, values + E, values_.begin() + rows_[i] * E);
      }
    }
    if (extra_.empty()) return;
    extras_.push_back(extra_);
    extra_rows_.push_back(static_cast<int64_t>(values_.size()) / E);
    values_.insert(values_.end(), values, values + E);
    --extra_words_;
  }

  Pretrained result(WordVectorFile file) {
    Pretrained result;
    result.file = std::move(file);
    for (size_t i = 0; i < forms_.size(); ++i) {
      if (rows_[i] == kNone) continue;
      result.folded += !exact_[i];
      result.words.push_back(*forms_[i]);
      result.rows.emplace(*forms_[i], rows_[i]);
    }
    for (size_t i = 0; i < extras_.size(); ++i) {
      result.words.push_back(extras_[i]);
      result.rows.emplace(extras_[i], extra_rows_[i]);
    }
    result.values = std::move(values_);
    return result;
  }

 private:
  static std::string folded(std::string_view word) {
    std::string form;
    append_normalised(word, {}, &form);
    return form;
  }

  // `form`: the word, normalised and folded.
  void choose_extra(std::string_view word, const std::string& form) {
    if (case_fold_) {
      extra_ = form;
    } else {
      append_normalised(word, {.nfkc = true, .case_fold = false}, &extra_);
    }
    if (numbers_.count(extra_) || !seen_extras_.emplace(extra_, 1).second) extra_.clear();
  }

  const std::vector<const std::string*>& forms_;
  int64_t extra_words_;
  bool case_fold_;
  FormMap<size_t> numbers_;
  FormMap<std::vector<size_t>> folded_;
  std::vector<int64_t> rows_;
  std::vector<uint8_t> exact_;
  std::vector<float> values_;
  std::vector<std::string> extras_;
  std::vector<int64_t> extra_rows_;
  FormMap<char> seen_extras_;
  std::vector<size_t> takers_;  // of the word just wanted
  std::string extra_;           // likewise, as an extra word; empty: it is none
};

}  // namespace

const float* Pretrained::find(std::string_view word) const {
  const auto found = rows.find(word);
  return found == rows.end() ? nullptr : values.data() + found->second * file.size;
}

Pretrained read_pretrained(const PretrainedOptions& options, const std::vector<const std::string*>& forms,
                           bool case_fold) {
  Matcher matcher(forms, options.extra_words, case_fold);
  WordVectorFile file = read_word_vectors(options.path, matcher);
  return matcher.result(std::move(file));
}

}  // namespace fovea::data
