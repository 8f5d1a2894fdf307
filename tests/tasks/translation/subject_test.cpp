#include "tasks/translation/subject.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "ops/aten.h"
#include "support/gradients.h"
#include "tasks/translation/made.h"

namespace fovea::attribution {
namespace {

using Sentences = std::vector<std::vector<int32_t>>;
using tasks::Decision;
using tasks::DecisionBatch;
using tasks::TranslationModelOptions;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

constexpr double kRounding = 1e-5;  // of floats

const std::vector<Decision> kDecisions = {
    {.source = {5, 9, 3, 8, 2}, .word_of = {0, 0, 1, 2}, .before = {4, 14}, .steps = 5},
    {.source = {11, 2}, .word_of = {0}, .before = {}, .steps = 2},
    {.source = {2}, .word_of = {}, .before = {7}, .steps = 3},
    {.source = {11, 4, 4, 19, 7, 8, 2}, .word_of = {0, 1, 1, 1, 2, 3}, .before = {7, 7, 9}, .steps = 8}};

struct Form {
  const char* name;
  tasks::TranslatorKind network;
  bool clear;
  int64_t layers, heads;
  tasks::SourceLook look = tasks::SourceLook::kAdditive;
};

class EveryTranslator : public testing::TestWithParam<Form> {
 protected:
  EveryTranslator() {
    TranslationModelOptions options = tasks::small_options();
    options.network = GetParam().network;
    options.clear = GetParam().clear;
    options.layers = GetParam().layers;
    options.heads = GetParam().heads;
    options.attention = GetParam().look;
    if (options.transformer()) options.hidden_size = 8;
    network_ = tasks::small_translator(options);
    const at::NoGradGuard guard;  // so far apart that places and words matter
    for (const auto& item : network_->named_parameters()) item.value().mul_(2);
  }

  TranslationSubject subject(std::vector<Decision> decisions = kDecisions) {
    return TranslationSubject(*network_.ptr(), {}, {}, std::move(decisions));
  }
  size_t looks() const { return static_cast<size_t>(network_->looking_layers() * network_->heads()); }

  tasks::Translator network_{nullptr};
};

// The decision is what the decoder says at that step when it reads a translation with the same beginning.
TEST_P(EveryTranslator, ReadsAsTheTranslatorReads) {
  TranslationSubject asked = subject();
  const std::vector<Reading> readings = asked.read(whole_inputs(asked));
  for (size_t i = 0; i < kDecisions.size(); ++i) {
    EXPECT_NEAR(std::accumulate(readings[i].probabilities.begin(), readings[i].probabilities.end(), 0.0), 1, kRounding);
    int64_t found = 0;
    for (int32_t id = 0; id < 15; ++id) {
      std::vector<int32_t> target = kDecisions[i].before;
      target.push_back(id);
      const auto known = tasks::read_translations(*network_.ptr(), Sentences{kDecisions[i].source}, Sentences{target},
                                                  tasks::AttentionHead{})[0];
      const int64_t c = asked.class_of(static_cast<int64_t>(i), id);
      if (c == *asked.others()) continue;
      ++found;
      const size_t step = target.size() - 1;
      EXPECT_NEAR(std::log(readings[i].probabilities[static_cast<size_t>(c)]), known.log_probabilities[step], 1e-4);
      std::vector<double> of_words(static_cast<size_t>(kDecisions[i].words()), 0);
      for (size_t j = 0; j < kDecisions[i].word_of.size(); ++j) {
        of_words[static_cast<size_t>(kDecisions[i].word_of[j])] += known.weights[step][j];
      }
      if (of_words.empty()) continue;
      EXPECT_NEAR(readings[i].elsewhere, known.weights[step].back(), kRounding);
      for (size_t word = 0; word < of_words.size(); ++word) {
        EXPECT_NEAR(readings[i].weights[word] * (1 - readings[i].elsewhere), of_words[word], kRounding);
      }
    }
    EXPECT_EQ(found, 10);
  }
}

TEST_P(EveryTranslator, WeightsAndLooksSumToOne) {
  TranslationSubject asked = subject();
  const std::vector<Reading> readings = asked.read(whole_inputs(asked));
  for (size_t i = 0; i < readings.size(); ++i) {
    const auto words = static_cast<size_t>(kDecisions[i].words());
    EXPECT_EQ(readings[i].weights.size(), words);
    if (words == 0) continue;
    ASSERT_EQ(readings[i].looks.size(), looks());
    for (const Weights& look : readings[i].looks) {
      EXPECT_EQ(look.size(), words);
      EXPECT_NEAR(std::accumulate(look.begin(), look.end(), 0.0), 1, 1e-9);
    }
    EXPECT_NEAR(std::accumulate(readings[i].weights.begin(), readings[i].weights.end(), 0.0), 1, 1e-9);
  }
}

TEST_P(EveryTranslator, ErasingNothingIsTheReadingAndEachIsReadForItself) {
  TranslationSubject asked = subject();
  const std::vector<Question> questions = whole_inputs(asked);
  const std::vector<Reading> readings = asked.read(questions);
  const auto logits = asked.logits(questions);
  for (size_t i = 0; i < questions.size(); ++i) {
    EXPECT_THAT(logits[i], Pointwise(DoubleNear(kRounding), readings[i].logits));
    const Reading alone = asked.read({&questions[i], 1})[0];
    EXPECT_THAT(alone.logits, Pointwise(DoubleNear(kRounding), readings[i].logits));
    EXPECT_THAT(alone.weights, Pointwise(DoubleNear(kRounding), readings[i].weights));
  }
}

TEST_P(EveryTranslator, AWordErasedIsWithoutAllItsSubwordsOrUnknown) {
  TranslationSubject asked = subject();
  const auto expected = [&](std::vector<int32_t> source, std::vector<int64_t> word_of) {
    Decision decision = kDecisions[3];
    decision.source = std::move(source);
    decision.word_of = std::move(word_of);
    const DecisionBatch rest(*network_.ptr(), std::vector<const Decision*>{&decision});
    const std::vector<double> all = numbers_of(rest.decode(rest.encode()).logits);
    std::vector<double> of_classes(10);
    for (int32_t id = 0; id < 15; ++id) {
      const int64_t c = asked.class_of(3, id);
      if (c < 10) of_classes[static_cast<size_t>(c)] = all[static_cast<size_t>(id)];
    }
    return of_classes;
  };
  const auto said = [&](std::vector<int64_t> gone, Erased how) {
    const Question question{.input = 3, .gone = std::move(gone), .how = how};
    std::vector<double> logits = asked.logits({&question, 1})[0];
    logits.pop_back();
    return logits;
  };
  EXPECT_THAT(said({1}, Erased::kDeleted), Pointwise(DoubleNear(kRounding), expected({11, 7, 8, 2}, {0, 1, 2})));
  EXPECT_THAT(said({1, 3}, Erased::kMasked),
              Pointwise(DoubleNear(kRounding), expected({11, 0, 0, 0, 7, 0, 2}, {0, 1, 1, 1, 2, 3})));
  EXPECT_THAT(said({0, 1, 2, 3}, Erased::kDeleted), Pointwise(DoubleNear(kRounding), expected({2}, {})));
  EXPECT_NE(said({1}, Erased::kDeleted), said({2}, Erased::kDeleted));
}

TEST_P(EveryTranslator, ItsOwnWeightsGiveItsLogits) {
  TranslationSubject asked = subject();
  for (const int64_t input : {0, 1, 3}) {
    const Question question{.input = input};
    const Reading reading = asked.read({&question, 1})[0];
    for (const auto& logits : asked.logits_under(input, std::vector<Looks>(3, reading.looks))) {
      EXPECT_THAT(logits, Pointwise(DoubleNear(1e-4), reading.logits));
    }
  }
}

// Against a pass through the decoder whose looks are written number by number.
TEST_P(EveryTranslator, OtherWeightsChangeTheLooksOfTheStepAlone) {
  TranslationSubject asked = subject();
  const Decision& decision = kDecisions[3];
  const Question whole{.input = 3};
  const Reading reading = asked.read({&whole, 1})[0];
  Looks rotated = reading.looks;
  for (size_t k = 0; k < rotated.size(); ++k) {
    std::rotate(rotated[k].begin(), rotated[k].begin() + 1 + static_cast<int64_t>(k % 2), rotated[k].end());
  }
  const auto logits = asked.logits_under(3, std::vector<Looks>{reading.looks, rotated, reading.looks});

  const at::NoGradGuard guard;
  const auto [ids, offsets] = tasks::ragged_ids(Sentences{decision.source});
  const auto [read, read_offsets] = tasks::ragged_ids(Sentences{{1, 7, 7, 9}});
  const tasks::EncodedSources sources = network_->encode(ids, offsets, {});
  const tasks::Decoded own = network_->decode(sources, read, read_offsets, {});
  const int64_t heads = network_->heads(), steps = 4, subwords = 7;
  tasks::GivenLooks given;
  for (size_t layer = 0; layer < own.looked.size(); ++layer) {
    given.push_back(own.looked[layer].weights.clone());
    for (int64_t head = 0; head < heads; ++head) {
      float* row = given.back().mutable_data_ptr<float>() + (head * steps + steps - 1) * subwords;
      const Weights& weights = rotated[layer * static_cast<size_t>(heads) + static_cast<size_t>(head)];
      std::vector<double> mass(4, 0);
      for (size_t j = 0; j < 6; ++j) mass[static_cast<size_t>(decision.word_of[j])] += row[j];
      for (size_t j = 0; j < 6; ++j) {
        const auto word = static_cast<size_t>(decision.word_of[j]);
        row[j] = static_cast<float>(row[j] / mass[word] * weights[word] * (1 - row[6]));
      }
    }
  }
  const std::vector<double> all = numbers_of(network_->decode(sources, read, read_offsets, {}, given).logits[3]);
  for (int32_t id = 0; id < 15; ++id) {
    const auto c = static_cast<size_t>(asked.class_of(3, id));
    if (c < 10) {
      EXPECT_NEAR(logits[1][c], all[static_cast<size_t>(id)], 1e-4);
    }
  }
  double moved = 0;
  for (size_t c = 0; c < 10; ++c) moved += std::abs(logits[1][c] - logits[0][c]);
  EXPECT_GT(moved, 1e-3) << "the weights do not matter";
}

TEST_P(EveryTranslator, GradientsAreTheSlopesOfTheLogits) {
  test::convert(*network_.ptr(), at::kDouble);
  TranslationSubject asked = subject();
  const std::vector<int64_t> inputs = {3, 0, 1};
  const auto pass = asked.pass(inputs);
  const at::Tensor mixed = test::awkward({3, 11}, 1);
  constexpr double kBent = 1e-5;  // norms of short vectors bend much
  test::expect_gradients(
      pass->inputs(),
      [&](const std::vector<at::Tensor>& given) { return (pass->logits_from(given, Attention::kMoves) * mixed).sum(); },
      kBent);
  test::expect_gradients(
      pass->weights(), [&](const std::vector<at::Tensor>& given) { return (pass->logits_under(given) * mixed).sum(); },
      kBent);
  const std::vector<double> moves = numbers_of(pass->logits_from(pass->inputs(), Attention::kMoves));
  EXPECT_THAT(numbers_of(pass->logits_from(pass->inputs(), Attention::kFixed)), Pointwise(DoubleNear(1e-9), moves));
  EXPECT_THAT(numbers_of(pass->logits_under(pass->weights())), Pointwise(DoubleNear(1e-9), moves));
}

TEST_P(EveryTranslator, IntegratedGradientsAddUpAndHeldWeightsGiveOtherSlopes) {
  test::convert(*network_.ptr(), at::kDouble);
  TranslationSubject asked = subject({kDecisions[0], kDecisions[3]});
  TranslationAttributor attributor(asked);
  const std::vector<int64_t> towards = {0, 1};
  for (const Attribution& one : attributor.attribute(Method::kIntegratedGradients, towards, 1)) {
    EXPECT_LT(one.gap, 0.05);
  }
  EXPECT_FALSE(attributor.offers(Method::kContribution));
  const auto slopes = [&](Attention attention) {
    const auto pass = asked.pass(std::vector<int64_t>{1});
    const at::Tensor leaf = pass->inputs()[0].clone().set_requires_grad(true);
    pass->logits_from(std::vector<at::Tensor>{leaf}, attention).select(1, 0).sum().backward();
    return numbers_of(leaf.grad());
  };
  EXPECT_NE(slopes(Attention::kFixed), slopes(Attention::kMoves));
}

INSTANTIATE_TEST_SUITE_P(TranslationSubject, EveryTranslator,
                         testing::Values(Form{"LstmClear", tasks::TranslatorKind::kLstm, true, 1, 1},
                                         Form{"GruPlain", tasks::TranslatorKind::kGru, false, 2, 1,
                                              tasks::SourceLook::kGeneral},
                                         Form{"TransformerClear", tasks::TranslatorKind::kTransformer, true, 2, 2},
                                         Form{"TransformerPlain", tasks::TranslatorKind::kTransformer, false, 2, 2}),
                         [](const auto& form) { return form.param.name; });

TEST(TranslationSubject, ClassesAreTheMostProbableThenAllOthers) {
  const tasks::Translator network = tasks::small_translator();
  std::vector<Decision> decisions = kDecisions;
  TranslationSubject asked(*network.ptr(), {}, {}, decisions);
  EXPECT_EQ(asked.classes(), 11);
  const std::vector<double> logits = asked.read(whole_inputs(asked))[0].logits;
  EXPECT_TRUE(std::is_sorted(logits.rbegin() + 1, logits.rend()));
  int32_t improbable = 0;
  while (asked.class_of(0, improbable) < 10) ++improbable;
  decisions[0].asked = improbable;
  const TranslationSubject named(*network.ptr(), {}, {}, decisions);
  EXPECT_EQ(named.class_of(0, improbable), 9);
  EXPECT_EQ(named.class_of(3, improbable), asked.class_of(3, improbable));
}

TEST(TranslationSubject, PriorsKnowThePlaceAndTheRareSubwords) {
  const tasks::Translator network = tasks::small_translator();
  TranslationSubject asked(*network.ptr(), {}, {}, kDecisions);
  const std::vector<Prior> priors = asked.priors(0);
  ASSERT_EQ(priors.size(), 2u);
  EXPECT_EQ(std::max_element(priors[0].scores.begin(), priors[0].scores.end()) - priors[0].scores.begin(), 1);
  EXPECT_THAT(priors[1].scores, ElementsAre(9, 3, 8));
  EXPECT_NE(asked.identity(0), asked.identity(3));
}

TEST(TranslationSubject, ADecoderThatDoesNotLookHasNoWeights) {
  TranslationModelOptions options = tasks::small_options();
  options.attention = tasks::SourceLook::kNone;
  const tasks::Translator network = tasks::small_translator(options);
  TranslationSubject asked(*network.ptr(), {}, {}, kDecisions);
  EXPECT_THROW(asked.require_weights(), UserError);
  EXPECT_TRUE(asked.read(whole_inputs(asked))[0].looks.empty());
}

}  // namespace
}  // namespace fovea::attribution
