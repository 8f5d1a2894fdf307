#include "tasks/text/classifier.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "base/errors.h"
#include "checkpoint/safetensors.h"
#include "tasks/text/fixture.h"
#include "tasks/text/untrained.h"

namespace fovea::tasks {
namespace {

using test::Made;
using test::make_parts;
using test::Scratch;
using test::sizes_of;

// Several threads may ask one model, some of them on the way to a gradient: nobody may change its parameters then.
TEST(Classifier, ItsParametersCollectNoGradients) {
  Made made;
  const TextClassifier classifier = made.classifier(nn::PoolingKind::kAdditive);
  for (const at::Tensor& parameter : classifier.network()->parameters()) EXPECT_FALSE(parameter.requires_grad());
}

class AnswersOf : public testing::TestWithParam<nn::PoolingKind> {};

TEST_P(AnswersOf, WeightsSumToOneAndTokensAreTheText) {
  Made made;
  TextClassifier classifier = made.classifier(GetParam());
  const std::vector<std::string> texts = {"The acting was never bad.", "好", "房间非常干净，但是服务不好。", " x "};
  for (const TextAnswer& answer : classifier.answer(texts)) {
    double sum = 0;
    for (const WeightedToken& token : answer.tokens) {
      sum += token.weight;
      EXPECT_EQ(answer.text.substr(static_cast<size_t>(token.start), static_cast<size_t>(token.end - token.start)),
                token.text);
    }
    EXPECT_NEAR(sum, 1.0, 1e-6) << answer.text;
    EXPECT_NEAR(answer.ranking[0].probability + answer.ranking[1].probability, 1.0, 1e-12);
    EXPECT_GE(answer.ranking[0].probability, answer.ranking[1].probability);
  }
}

TEST_P(AnswersOf, TheMechanismAddsUpToTheAnswer) {
  Made made;
  TextClassifier classifier = made.classifier(GetParam());
  const Mechanism m = classifier.explain("the room was clean, but the staff was rude");
  const TextAnswer direct = classifier.answer(std::vector<std::string>{m.answer.text})[0];
  EXPECT_NEAR(direct.probability(), m.answer.probability(), 1e-6);
  std::vector<double> logits = m.bias;
  for (const std::vector<double>& token : m.contributions) {
    for (size_t c = 0; c < logits.size(); ++c) logits[c] += token[c];
  }
  double total = 0;
  for (size_t c = 0; c < logits.size(); ++c) {
    EXPECT_NEAR(logits[c], m.logits[c], 1e-5) << "class " << c;
    total += std::exp(logits[c]);
  }
  for (const LabelProbability& entry : m.answer.ranking) {
    const size_t c = entry.label == m.classes[0] ? 0 : 1;
    EXPECT_NEAR(entry.probability, std::exp(logits[c]) / total, 1e-6);
  }
  const bool attends = nn::attends(GetParam());
  EXPECT_EQ(m.scores.size(), attends ? m.answer.tokens.size() : 0u);
  if (attends) {
    EXPECT_EQ(m.normalizer, "softmax");
    double sum = 0;
    for (const double score : m.scores) sum += std::exp(score);
    for (size_t i = 0; i < m.scores.size(); ++i)
      EXPECT_NEAR(m.answer.tokens[i].weight, std::exp(m.scores[i]) / sum, 1e-6);
  }
}

// Without a temperature nothing was calibrated: both say of several labels what each is worth by itself.
TEST_P(AnswersOf, TheMechanismOfSeveralLabelsHasTheSameProbabilities) {
  Made made;
  const TextModelOptions options = test::tiny_model(nn::EncoderKind::kGru, GetParam());
  TextClassifierParts parts = make_parts(made.data, options);
  parts.multi_label = true;
  parts.thresholds = {0.5, 0.5};
  parts.train_rows = made.data.train.size();
  TextClassifier classifier(parts, TextModel(options, sizes_of(made.data), 5));
  const TextAnswer explained = classifier.explain("the room was clean, but the staff was rude").answer;
  const TextAnswer direct = classifier.answer(std::vector<std::string>{explained.text})[0];
  EXPECT_NEAR(explained.uncalibrated, direct.uncalibrated, 1e-9);
  EXPECT_EQ(explained.uncalibrated, explained.probability());
}

// What a model brings is not trusted: as deep as this, JSON would use up the stack of whoever walks over it.
TEST(TextClassifier, DeeplyNestedSettingsAreRefused) {
  Made made;
  const TextModelOptions options = test::tiny_model();
  checkpoint::Files files =
      classifier_files(make_parts(made.data, options), TextModel(options, sizes_of(made.data), 5), Json::object());
  const Json config = Json::parse(files.at("config.json"));
  for (const auto& [key, value] : config.items()) {
    Json rest = config;
    rest.erase(key);
    std::string text = to_line(rest);
    text.pop_back();
    files["config.json"] = text + ",\"" + key + "\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
    try {
      TextClassifier::load(files, "M");
      FAIL() << key;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
      EXPECT_STREQ(error.what(), "M/config.json: is damaged: is nested too deeply") << key;
    }
  }
}

TEST_P(AnswersOf, AnEmptyTextIsAnsweredWithThePrior) {
  Made made;
  TextClassifier classifier = made.classifier(GetParam());
  const std::vector<std::string> texts = {"fine film", "", " \t ", "bad"};
  const std::vector<TextAnswer> answers = classifier.answer(texts);
  const double total = static_cast<double>(made.data.label_counts[0] + made.data.label_counts[1]);
  for (const size_t i : {1u, 2u}) {
    EXPECT_TRUE(answers[i].prior);
    EXPECT_TRUE(answers[i].tokens.empty());
    const size_t c = answers[i].label() == made.data.labels[0] ? 0 : 1;
    EXPECT_DOUBLE_EQ(answers[i].probability(), static_cast<double>(made.data.label_counts[c]) / total);
  }
  EXPECT_FALSE(answers[3].prior);
  EXPECT_EQ(classifier.answer(std::vector<std::string>{""})[0].probability(), answers[1].probability());
}

TEST_P(AnswersOf, BatchesDoNotChangeAnAnswer) {
  Made made;
  TextClassifier classifier = made.classifier(GetParam());
  std::vector<std::string> texts;
  for (const data::MadeReview& review : data::make_reviews({300, 0.3, 77})) texts.push_back(review.text);
  const std::vector<TextAnswer> together = classifier.answer(texts);
  for (size_t i = 0; i < texts.size(); i += 37) {
    const TextAnswer alone = classifier.answer(std::vector<std::string>{texts[i]})[0];
    EXPECT_NEAR(alone.probability(), together[i].probability(), 1e-6);
    ASSERT_EQ(alone.tokens.size(), together[i].tokens.size());
    for (size_t t = 0; t < alone.tokens.size(); ++t)
      EXPECT_NEAR(alone.tokens[t].weight, together[i].tokens[t].weight, 1e-6);
  }
}

TEST_P(AnswersOf, SavedAndLoadedAnswersAreTheSameBits) {
  Made made;
  const TextModelOptions options = test::tiny_model(nn::EncoderKind::kLstm, GetParam());
  const TextClassifierParts parts = make_parts(made.data, options);
  TextModel model(options, sizes_of(made.data), 5);
  const checkpoint::Files files = classifier_files(parts, model, Json::object());
  TextClassifier before(parts, model), after = TextClassifier::load(files, "MODEL");
  const std::vector<std::string> texts = {"a dull plot", "非常好"};
  const std::vector<TextAnswer> a = before.answer(texts), b = after.answer(texts);
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(a[i].probability(), b[i].probability());
    for (size_t t = 0; t < a[i].tokens.size(); ++t) EXPECT_EQ(a[i].tokens[t].weight, b[i].tokens[t].weight);
  }
  EXPECT_EQ(after.parts().train_identities, parts.train_identities);
}

INSTANTIATE_TEST_SUITE_P(Pooling, AnswersOf,
                         testing::Values(nn::PoolingKind::kAdditive, nn::PoolingKind::kDot, nn::PoolingKind::kScaledDot,
                                         nn::PoolingKind::kGeneral, nn::PoolingKind::kFrozen, nn::PoolingKind::kMean,
                                         nn::PoolingKind::kMax, nn::PoolingKind::kLast),
                         [](const auto& info) {
                           std::string name = attention_name(info.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

struct HierarchicalMade : Made {
  HierarchicalMade() {
    options.structure = Structure::kHierarchical;
    parts = make_parts(data, options);
    parts.text.sentences = true;
  }
  TextModelOptions options = test::tiny_model();
  TextClassifierParts parts;
};

TEST(TextClassifier, SentencesOfAnAnswer) {
  HierarchicalMade made;
  made.parts.text.max_tokens = 14;
  TextClassifier classifier(made.parts, TextModel(made.options, sizes_of(made.data), 5));
  const std::string text = "The room was clean. 好。 But the staff was rude, and we were cold. We left.";
  const std::vector<TextAnswer> answers = classifier.answer(std::vector<std::string>{"", text, "fine"});
  EXPECT_TRUE(answers[0].sentences.empty());
  ASSERT_EQ(answers[2].sentences.size(), 1u);
  EXPECT_EQ(answers[2].sentences[0].weight, 1.0);
  const TextAnswer& answer = answers[1];
  ASSERT_EQ(answer.sentences.size(), 3u);  // the last word of the third is the last one kept
  int64_t next = 0;
  double sum = 0;
  for (const WeightedSentence& sentence : answer.sentences) {
    EXPECT_EQ(sentence.first, next);
    next += sentence.count;
    sum += sentence.weight;
    EXPECT_EQ(sentence.start, answer.tokens[static_cast<size_t>(sentence.first)].start);
    EXPECT_EQ(sentence.end, answer.tokens[static_cast<size_t>(next) - 1].end);
    EXPECT_EQ(sentence.char_end, answer.tokens[static_cast<size_t>(next) - 1].char_end);
    ASSERT_EQ(sentence.word_weights.size(), static_cast<size_t>(sentence.count));
    for (int64_t i = 0; i < sentence.count; ++i) {
      EXPECT_EQ(answer.tokens[static_cast<size_t>(sentence.first + i)].weight,
                sentence.weight * sentence.word_weights[static_cast<size_t>(i)]);
    }
  }
  EXPECT_EQ(next, 14);
  EXPECT_NEAR(sum, 1.0, 1e-6);
  EXPECT_EQ(text.substr(static_cast<size_t>(answer.sentences[1].start), 6), "好。");
}

TEST(TextClassifier, TheContributionsOfSentencesAddUpToTheLogits) {
  HierarchicalMade made;
  TextClassifier classifier(made.parts, TextModel(made.options, sizes_of(made.data), 5));
  const Mechanism m = classifier.explain("The room was clean. But the staff was rude!");
  ASSERT_EQ(m.contributions.size(), 2u);
  EXPECT_EQ(m.sentence_scores.size(), 2u);
  EXPECT_EQ(m.scores.size(), m.answer.tokens.size());
  EXPECT_EQ(m.structure, "hierarchical");
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_NEAR(m.bias[c] + m.contributions[0][c] + m.contributions[1][c], m.logits[c], 1e-5);
  }
}

TEST(TextClassifier, RowsComeWithTheAnswer) {
  Made made;
  TextModelOptions options = test::tiny_model();
  options.structure = Structure::kRows;
  options.rows = 3;
  TextClassifier classifier(make_parts(made.data, options), TextModel(options, sizes_of(made.data), 5));
  const Mechanism m = classifier.explain("the room was clean");
  ASSERT_EQ(m.answer.weight_rows.size(), 3u);
  ASSERT_EQ(m.score_rows.size(), 3u);
  EXPECT_TRUE(m.scores.empty());
  for (size_t i = 0; i < 4; ++i) {
    double mean = 0;
    for (const auto& row : m.answer.weight_rows) mean += row[i] / 3;
    EXPECT_NEAR(m.answer.tokens[i].weight, mean, 1e-6);
  }
}

TEST(TextClassifier, MembersComeWithTheAnswer) {
  Made made;
  TextModelOptions options = test::tiny_model();
  options.members = 2;
  const TextClassifierParts parts = make_parts(made.data, options);
  TextModel model(options, sizes_of(made.data), 5);
  TextClassifier before(parts, model),
      after = TextClassifier::load(classifier_files(parts, model, Json::object()), "M");
  const Mechanism m = before.explain("the room was clean"), again = after.explain("the room was clean");
  EXPECT_EQ(m.logits, again.logits);
  ASSERT_EQ(m.answer.weight_rows.size(), 2u);
  ASSERT_EQ(m.score_rows.size(), 2u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(m.answer.tokens[i].weight, (m.answer.weight_rows[0][i] + m.answer.weight_rows[1][i]) / 2, 1e-12);
  }
  for (size_t c = 0; c < 2; ++c) {
    double logit = m.bias[c];
    for (const auto& token : m.contributions) logit += token[c];
    EXPECT_NEAR(logit, m.logits[c], 1e-5);
  }
}

TEST(TextClassifier, WordsOfMembersWeighTheirPartOfASentence) {
  HierarchicalMade made;
  made.options.members = 2;
  made.parts.model = made.options;
  TextClassifier classifier(made.parts, TextModel(made.options, sizes_of(made.data), 5));
  const TextAnswer answer = classifier.explain("The room was clean. But the staff was rude!").answer;
  ASSERT_EQ(answer.sentences.size(), 2u);
  for (const WeightedSentence& sentence : answer.sentences) {
    double sum = 0;
    for (size_t i = 0; i < sentence.word_weights.size(); ++i) {
      sum += sentence.word_weights[i];
      EXPECT_NEAR(answer.tokens[static_cast<size_t>(sentence.first) + i].weight,
                  sentence.word_weights[i] * sentence.weight, 1e-12);
    }
    EXPECT_NEAR(sum, 1.0, 1e-6);
  }
}

// `last` looks at the first and the last sentence; the words of one between weigh something in it all the same.
TEST(TextClassifier, WordsOfASentenceWithoutWeightSumToOne) {
  for (const int64_t members : {int64_t{1}, int64_t{2}}) {
    HierarchicalMade made;
    made.options.attention = nn::PoolingKind::kLast;
    made.options.members = members;
    made.parts.model = made.options;
    TextClassifier classifier(made.parts, TextModel(made.options, sizes_of(made.data), 5));
    const std::string text = "The room was clean. We slept well. But the staff was rude!";
    const TextAnswer answer = classifier.answer(std::vector<std::string>{text})[0];
    ASSERT_EQ(answer.sentences.size(), 3u);
    EXPECT_EQ(answer.sentences[1].weight, 0.0);
    for (const WeightedSentence& sentence : answer.sentences) {
      const double sum = std::accumulate(sentence.word_weights.begin(), sentence.word_weights.end(), 0.0);
      EXPECT_NEAR(sum, 1.0, 1e-6) << members << " members";
    }
  }
}

TEST(TextClassifier, TokensBeyondTheLimitAreCutAndCounted) {
  Made made;
  TextClassifierParts parts = make_parts(made.data, test::tiny_model());
  parts.text.max_tokens = 4;
  TextClassifier classifier(parts, TextModel(parts.model, sizes_of(made.data), 5));
  const std::string text = "one two three four five six";
  const TextAnswer answer = classifier.answer(std::vector<std::string>{text})[0];
  EXPECT_EQ(answer.tokens.size(), 4u);
  EXPECT_EQ(answer.tokens_cut, 2);
}

TEST(TextClassifier, KnowsWhatItHasSeen) {
  Made made;
  TextClassifier classifier = made.classifier(nn::PoolingKind::kAdditive);
  int64_t train = 0, valid = 0, fresh = 0;
  for (const data::MadeReview& review : data::make_reviews({300, 0.25, 3})) {
    const int seen = classifier.seen(review.text);
    ++(seen > 0 ? train : seen < 0 ? valid : fresh);
  }
  EXPECT_EQ(train, made.data.train.size());
  EXPECT_EQ(valid, made.data.valid.size());
  EXPECT_EQ(fresh, static_cast<int64_t>(made.data.test_rows.size()));
}

std::string refusal_of(const checkpoint::Files& files) {
  try {
    TextClassifier::load(files, "M");
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData);
    return error.what();
  }
  return "accepted";
}

TEST(TextClassifier, FilesThatDoNotFitAreRefusedInWords) {
  Made made;
  const TextModelOptions options = test::tiny_model();
  const TextClassifierParts parts = make_parts(made.data, options);
  const checkpoint::Files good = classifier_files(parts, TextModel(options, sizes_of(made.data), 5), Json::object());
  const auto refusal = [&](const std::string& file, const std::string& content) {
    checkpoint::Files files = good;
    files[file] = content;
    return refusal_of(files);
  };
  EXPECT_EQ(refusal("config.json", "{").rfind("M/config.json: is damaged: is not JSON", 0), 0u);
  Json config = Json::parse(good.at("config.json"));
  config["task"] = "speech";
  EXPECT_NE(refusal("config.json", config.dump()).find("another task"), std::string::npos);
  config["task"] = "text";
  config["model"]["hidden_size"] = 11;
  EXPECT_NE(refusal("config.json", config.dump()).find("another shape"), std::string::npos);
  config["model"].erase("hidden_size");
  EXPECT_NE(refusal("config.json", config.dump()).find("hidden_size"), std::string::npos);
  EXPECT_EQ(refusal("vocab.txt", "what").rfind("M/vocab.txt", 0), 0u);
  EXPECT_EQ(refusal("weights.safetensors", "what").rfind("M/weights.safetensors", 0), 0u);
  config = Json::parse(good.at("config.json"));
  config["ngrams"] = 3;
  EXPECT_EQ(refusal("config.json", config.dump()).rfind("M/config.json", 0), 0u);
  config = Json::parse(good.at("config.json"));
  config["model"]["structure"] = "hierarchical";
  EXPECT_NE(refusal("config.json", config.dump()).find("only one of them has sentences"), std::string::npos);
}

TEST(TextClassifier, NgramCountsThatCannotBeAreRefused) {
  Made made;
  const TextModelOptions options = test::tiny_model();
  const TextClassifierParts parts = make_parts(made.data, options);
  const checkpoint::Files good = classifier_files(parts, TextModel(options, sizes_of(made.data), 5), Json::object());
  const auto refusal = [&](const std::string& array, size_t element, char byte) {
    checkpoint::Files files = good;
    checkpoint::ArrayFile arrays = checkpoint::parse_arrays(files.at("ngrams.safetensors"), "M");
    for (checkpoint::NamedArray& one : arrays.arrays) {
      if (one.name == array) one.bytes[element * checkpoint::element_size(one.type)] = byte;
    }
    files["ngrams.safetensors"] = checkpoint::serialize_arrays(arrays);
    return refusal_of(files);
  };
  EXPECT_EQ(refusal("nothing", 0, 0), "accepted");
  EXPECT_NE(refusal("shape", 0, 77).find("M/ngrams.safetensors: the array 'shape'"), std::string::npos);
  EXPECT_NE(refusal("shape", 1, 0).find("'shape' is out of its range"), std::string::npos);
  EXPECT_NE(refusal("shape", 2, 1).find("'keys' is missing"), std::string::npos);
  EXPECT_NE(refusal("counts", 0, '\xff').find("more texts of a class than there are"), std::string::npos);
  EXPECT_NE(refusal("letters", 0, 1).find("'letters' is out of its range"), std::string::npos);
  EXPECT_NE(refusal("letters", 1, 1).find("'letter_keys' is missing"), std::string::npos);
}

}  // namespace
}  // namespace fovea::tasks
