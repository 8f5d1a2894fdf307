#include "tasks/translation/guided.h"

#include <cmath>

#include <gmock/gmock.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "support/scratch.h"
#include "tasks/translation/alignment.h"
#include "tasks/translation/made.h"

namespace fovea::tasks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// "New York" of three subwords and "lebt" of two.
TEST(SubwordLinks, LinkEverySubwordOfLinkedWords) {
  const data::Pair pair = {"New York lives", "York lebt", 1};
  const std::vector<data::Subword> source = {{5, 0, 3}, {6, 4, 6}, {7, 6, 8}, {8, 9, 14}};
  const std::vector<data::Subword> target = {{9, 0, 4}, {10, 5, 7}, {11, 7, 9}};
  SubwordLinks links;
  links.add(pair, source, target, {{1, 0}, {2, 1}});
  links.add(pair, source, target, {});
  EXPECT_THAT(links.of(0), ElementsAre(Pair(1, 0), Pair(2, 0), Pair(3, 1), Pair(3, 2)));
  EXPECT_TRUE(links.of(1).empty());
}

TEST(LinesOfLinks, RefusesWhatThePairsDoNotHave) {
  const Scratch scratch;
  const std::string path = scratch.write("links.txt", "0-0 1-1\n2-0\n");
  const LinesOfLinks links = read_line_links(path, 0);
  EXPECT_EQ(links.of({"a b", "c d", 1}).size(), 2U);
  for (const data::Pair& pair : {data::Pair{"a b", "c d", 2}, data::Pair{"a b c", "", 2}}) {
    try {
      links.of(pair);
      FAIL();
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr("links.txt:2: 2-0 (counted from 0) links words that are not there"));
    }
  }
  EXPECT_THROW(links.of({"a", "b", 3}), UserError);
}

// Of both networks: the loss is the mean of −log of what each linked subword gives its own, and its gradient makes that
// larger.
TEST(GuidedLoss, TeachesTheLook) {
  for (const bool stack : {false, true}) {
    TranslationModelOptions options = small_options();
    if (stack) {
      options.network = TranslatorKind::kTransformer;
      options.hidden_size = 8;
      options.heads = 2;
      options.layers = 3;
    }
    Translator network = small_translator(options);
    EncodedPairs pairs;
    for (size_t i = 0; i < kSources.size(); ++i) pairs.add(kSources[i], kTargets[i]);
    SubwordLinks links;
    const data::Pair words = {"a b c", "d e f", 1};
    const std::vector<data::Subword> three = {{3, 0, 1}, {4, 2, 3}, {5, 4, 5}};
    links.add(words, three, three, {{0, 1}, {1, 1}, {2, 0}});
    for (int i = 1; i < 4; ++i) links.add(words, three, three, {});
    const std::vector<int64_t> all = {1, 0, 2, 3};
    const PairBatch batch = make_pair_batch(pairs, all);
    const AttentionHead head = taught_head(options);
    EXPECT_EQ(head.layer, stack ? 1 : 0);
    const auto loss = [&] {
      const EncodedSources sources = network->encode(batch.source, batch.source_offsets, {});
      return guided_loss(*network, network->read(sources, batch.read, batch.target_offsets, {}, {}), head, batch, links,
                         all);
    };
    const std::vector<Translation> read = read_translations(*network, std::vector<std::vector<int32_t>>{kSources[0]},
                                                            std::vector<std::vector<int32_t>>{kTargets[0]}, head);
    const auto& look = read[0].weights;
    const double expected = -(std::log(look[0][2]) + (std::log(look[1][0]) + std::log(look[1][1])) / 2) / 2;
    EXPECT_NEAR(loss().item<double>(), expected, 1e-5);
    const double before = loss().item<double>();
    loss().backward();
    {
      const at::NoGradGuard guard;
      for (at::Tensor& parameter : network->parameters()) {
        if (parameter.grad().defined()) parameter.sub_(parameter.grad().to_dense(), 0.1);
      }
    }
    EXPECT_LT(loss().item<double>(), before);
  }
}

TEST(GuidedLoss, OfABatchWithoutLinksIsNothing) {
  Translator network = small_translator();
  EncodedPairs pairs;
  pairs.add(kSources[0], kTargets[0]);
  SubwordLinks links;
  links.add({"a", "b", 1}, {}, {}, {});
  const std::vector<int64_t> all = {0};
  const PairBatch batch = make_pair_batch(pairs, all);
  const EncodedSources sources = network->encode(batch.source, batch.source_offsets, {});
  const Choosing choosing = network->read(sources, batch.read, batch.target_offsets, {}, {});
  EXPECT_EQ(guided_loss(*network, choosing, {}, batch, links, all).item<double>(), 0);
}

}  // namespace
}  // namespace fovea::tasks
