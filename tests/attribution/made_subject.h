// Untrained classifiers of every form over made-up reviews, for the tests of attribution.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tasks/text/fixture.h"
#include "tasks/text/subject.h"

namespace fovea::test {

struct SubjectForm {
  std::string name;
  tasks::TextModelOptions model;
  bool ngrams = true;
  double growth = 2.5;  // of the parameters beyond their start, so that words and attention differ enough to tell
};

inline SubjectForm form(const std::string& name, nn::EncoderKind encoder, nn::PoolingKind attention) {
  return {name, tiny_model(encoder, attention)};
}

inline std::vector<SubjectForm> every_form() {
  using nn::EncoderKind;
  using nn::PoolingKind;
  std::vector<SubjectForm> forms = {form("Additive", EncoderKind::kLstm, PoolingKind::kAdditive),
                                    form("ScaledDotGru", EncoderKind::kGru, PoolingKind::kScaledDot),
                                    form("GeneralAverage", EncoderKind::kAverage, PoolingKind::kGeneral),
                                    form("DotCnn", EncoderKind::kCnn, PoolingKind::kDot),
                                    form("FrozenElman", EncoderKind::kElman, PoolingKind::kFrozen),
                                    form("MeanTransformer", EncoderKind::kTransformer, PoolingKind::kMean)};
  forms.back().model.encoder_heads = 2;
  forms.back().growth = 1.5;  // its layers multiply
  forms.push_back(form("WithoutNgrams", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().ngrams = false;
  forms.push_back(form("Heads", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().model.heads = 4;
  forms.push_back(form("Rows", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().model.structure = tasks::Structure::kRows;
  forms.back().model.rows = 3;
  forms.push_back(form("Hierarchical", EncoderKind::kGru, PoolingKind::kAdditive));
  forms.back().model.structure = tasks::Structure::kHierarchical;
  forms.push_back(form("HierarchicalSparse", EncoderKind::kLstm, PoolingKind::kScaledDot));
  forms.back().model.structure = tasks::Structure::kHierarchical;
  forms.back().model.normalizer = ops::Normaliser::kSparsemax;
  forms.push_back(form("MembersOfRows", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().model.structure = tasks::Structure::kRows;
  forms.back().model.rows = 2;
  forms.back().model.members = 3;
  forms.push_back(form("HierarchicalMembers", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().model.structure = tasks::Structure::kHierarchical;
  forms.back().model.members = 2;
  forms.push_back(form("Clear", EncoderKind::kLstm, PoolingKind::kAdditive));
  forms.back().model.look = tasks::Look::kClear;
  forms.push_back(form("ClearHierarchical", EncoderKind::kGru, PoolingKind::kAdditive));
  forms.back().model.structure = tasks::Structure::kHierarchical;
  forms.back().model.look = tasks::Look::kClear;
  return forms;
}

// Its inputs are texts of 11, 0, 1 and 7 words.
class MadeSubject {
 public:
  static constexpr const char* kTexts[] = {"The room was clean. But the staff was rude!", "", "good",
                                           "I would not watch it again."};

  explicit MadeSubject(const SubjectForm& form, double temperature = 0.8)
      : data_(load(form)), classifier_(parts(form, temperature), network(form)), subject_(classifier_) {
    for (const char* text : kTexts) subject_.add(text);
  }

  attribution::TextSubject& operator*() { return subject_; }
  attribution::TextSubject* operator->() { return &subject_; }
  tasks::TextClassifier& classifier() { return classifier_; }

  // The same model asked about one of its texts only, or about others.
  attribution::TextSubject alone(size_t text) { return about({subject_.texts()[text]}); }
  attribution::TextSubject about(std::vector<attribution::Text> texts) {
    return attribution::TextSubject(classifier_, std::move(texts));
  }

 private:
  tasks::TextData load(const SubjectForm& form) {
    tasks::TextDataOptions options = review_options(scratch_, 300);
    options.text.sentences = form.model.structure == tasks::Structure::kHierarchical;
    if (!form.ngrams) options.ngrams.longest = 0;
    return tasks::load_text_data(options);
  }

  tasks::TextClassifierParts parts(const SubjectForm& form, double temperature) const {
    tasks::TextClassifierParts parts{
        form.model,       data_.text,   data_.layout,           data_.labels,          data_.label_counts,
        data_.vocabulary, data_.ngrams, data_.train_identities, data_.valid_identities};
    parts.temperature = temperature;
    return parts;
  }

  tasks::TextModel network(const SubjectForm& form) const {
    tasks::TextModel model(form.model, tasks::TextModelSizes{data_.vocabulary.size(), 2, data_.ngrams.width()}, 5);
    const at::NoGradGuard guard;
    for (const auto& parameter : model->named_parameters()) parameter.value().mul_(form.growth);
    return model;
  }

  Scratch scratch_;
  tasks::TextData data_;
  tasks::TextClassifier classifier_;
  attribution::TextSubject subject_;
};

inline std::string name_of_form(const testing::TestParamInfo<SubjectForm>& info) {
  return info.param.name;
}

}  // namespace fovea::test
