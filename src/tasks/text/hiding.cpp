#include "tasks/text/hiding.h"

#include <utility>

#include "base/errors.h"
#include "tasks/text/kind.h"
#include "tasks/text/ngram_learning.h"
#include "tasks/text/subject.h"
#include "tasks/text/trained.h"

namespace fovea::tasks {
namespace {

const TextClassifier& classifier_of(const Model& model) {
  const auto* trained = dynamic_cast<const TrainedText*>(&model);
  FOVEA_CHECK(trained != nullptr, "a model of another kind");
  return trained->classifier();
}

data::EncodedTexts hidden(const data::EncodedTexts& texts, const HiddenParts& gone) {
  FOVEA_CHECK(std::ssize(gone) == texts.size(), gone.size(), texts.size());
  data::EncodedTexts out;
  for (int64_t i = 0; i < texts.size(); ++i) {
    const std::span<const int32_t> whole = texts.text(i);
    std::vector<int32_t> ids(whole.begin(), whole.end());
    for (const int64_t position : gone[static_cast<size_t>(i)]) {
      ids[static_cast<size_t>(position)] = data::Vocabulary::kUnknown;
    }
    out.add(ids, texts.label(i), texts.sentence_starts(i), texts.spellings(i));
  }
  return out;
}

class HidingText final : public Hiding {
 public:
  explicit HidingText(const TextData& data) : data_(data) {}

  std::vector<int64_t> parts(data::Part part) const override { return texts_of(part).lengths(); }

  std::unique_ptr<Data> hide(const HiddenParts& taught, const HiddenParts& chosen_by) const override {
    return std::make_unique<LoadedText>(hide_words(data_, taught, chosen_by));
  }

  Asked ask(const Model& model, data::Part part, const HiddenParts& gone, int64_t first, int64_t count) const override {
    std::vector<attribution::Text> texts;
    const data::EncodedTexts& rows = texts_of(part);
    for (int64_t i = first; i < first + count; ++i) {
      const std::span<const int32_t> ids = rows.text(i), starts = rows.sentence_starts(i);
      attribution::Text text{.ids = {ids.begin(), ids.end()},
                             .sentence_starts = {starts.begin(), starts.end()},
                             .spellings = rows.spellings(i)};
      text = text.masked(gone[static_cast<size_t>(i)]);
      text.counted = part == data::Part::kTrain;  // so masked its n-grams were counted
      texts.push_back(std::move(text));
    }
    return asked(std::make_shared<attribution::TextSubject>(classifier_of(model), std::move(texts)));
  }

  Asked ask(const Model& model, const Inputs& inputs, std::span<const int64_t> chosen,
            const HiddenParts& gone) const override {
    const TextClassifier& classifier = classifier_of(model);
    attribution::TextSubject read(classifier);
    std::vector<attribution::Text> texts;
    const std::vector<data::Row>& rows = static_cast<const TextInputs&>(inputs).table.rows;
    for (size_t i = 0; i < chosen.size(); ++i) {
      const int64_t number = read.add(rows[static_cast<size_t>(chosen[i])].text);
      texts.push_back(read.texts()[static_cast<size_t>(number)].masked(gone[i]));
    }
    return asked(std::make_shared<attribution::TextSubject>(classifier, std::move(texts)));
  }

 private:
  const data::EncodedTexts& texts_of(data::Part part) const {
    return part == data::Part::kTrain ? data_.train : data_.valid;
  }

  const TextData& data_;
};

}  // namespace

TextData hide_words(const TextData& data, const HiddenParts& taught, const HiddenParts& chosen_by) {
  FOVEA_CHECK(!data.multi_label);
  TextData out = data;
  out.test_rows.clear();
  out.train = hidden(data.train, taught);
  out.valid = hidden(data.valid, chosen_by);
  count_ngrams_again(data, out);
  return out;
}

std::unique_ptr<Hiding> hiding_of(const TextData& data) {
  return std::make_unique<HidingText>(data);
}

}  // namespace fovea::tasks
