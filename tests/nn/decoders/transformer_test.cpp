#include <numeric>

#include "base/errors.h"
#include "nn/decoders/transformer_steps.h"
#include "support/gradients.h"

namespace fovea::nn {
namespace {

using test::awkward;
using test::offsets_of;

constexpr int64_t kRead = 3, kStates = 4, kMemory = 5, kValues = 2, kDeep = 2, kHeads = 2;

TransformerDecoder make_decoder(at::ScalarType type, double dropout = 0, Positions positions = Positions::kSines) {
  TransformerDecoder decoder(
      TransformerDecoderOptions{kRead, kStates, kMemory, kValues, kDeep, kHeads, {dropout}, positions},
      Stream(7) / "decoder");
  const at::NoGradGuard guard;
  for (at::Tensor& parameter : decoder->parameters()) parameter.mul_(1.5);  // so that something hangs on every part
  test::convert(*decoder, type);
  return decoder;
}

struct Sentences {
  at::Tensor states, values, offsets;  // of the memory
  at::Tensor read, read_offsets;

  explicit Sentences(at::ScalarType type)
      : states(awkward({6, kMemory}, 1.0, 1).to(type)),
        values(awkward({6, kValues}, 1.0, 2).to(type)),
        offsets(offsets_of({4, 2})),
        read(awkward({7, kRead}, 1.0, 3).to(type)),
        read_offsets(offsets_of({3, 4})) {}

  TransformerDecoded decoded(const TransformerDecoder& decoder, const StepContext& context = {}) const {
    return decoder->forward(read, read_offsets, decoder->ready(states, values, offsets), context);
  }
};

TEST(TransformerDecoder, GradientsAreSlopes) {
  const TransformerDecoder decoder = make_decoder(at::kDouble);
  const Sentences given(at::kDouble);
  const at::Tensor mix = awkward({7, kStates}, 1.0, 9);
  test::expect_gradients({given.states, given.values, given.read}, [&](const std::vector<at::Tensor>& in) {
    const auto memories = decoder->ready(in[0], in[1], given.offsets);
    return (decoder->forward(in[2], given.read_offsets, memories, {}).states * mix).sum();
  });
}

TEST(TransformerDecoder, ARowSeesNoneBehindIt) {
  const TransformerDecoder decoder = make_decoder(at::kDouble);
  Sentences given(at::kDouble);
  const at::Tensor before = given.decoded(decoder).states;
  given.read[5].add_(1.0);  // the third row of the second output
  const at::Tensor changed = (given.decoded(decoder).states - before).abs().sum(1);
  for (const int64_t row : {0, 1, 2, 3, 4}) EXPECT_EQ(changed[row].item<double>(), 0) << row;
  for (const int64_t row : {5, 6}) EXPECT_GT(changed[row].item<double>(), 0) << row;
}

TEST(TransformerDecoder, KnowsTheOrderOfWhatItHasRead) {
  const TransformerDecoder decoder = make_decoder(at::kDouble);
  Sentences given(at::kDouble);
  const at::Tensor before = given.decoded(decoder).states;
  given.read = given.read.index_select(0, at::tensor({1, 0, 2, 3, 4, 5, 6}, at::kLong));
  EXPECT_GT((given.decoded(decoder).states[2] - before[2]).abs().sum().item<double>(), 1e-6);
}

TEST(TransformerDecoder, PermutingTheMemoryPermutesTheLooksAndChangesNothingElse) {
  const TransformerDecoder decoder = make_decoder(at::kDouble);
  Sentences given(at::kDouble);
  const TransformerDecoded before = given.decoded(decoder);
  const at::Tensor order = at::tensor({2, 0, 3, 1, 4, 5}, at::kLong);
  given.states = given.states.index_select(0, order);
  given.values = given.values.index_select(0, order);
  const TransformerDecoded after = given.decoded(decoder);
  EXPECT_TRUE(at::allclose(after.states, before.states, 1e-12, 1e-12));
  for (size_t layer = 0; layer < kDeep; ++layer) {
    const auto first = [&](const TransformerDecoded& of) {
      return of.looked[layer].weights.narrow(0, 0, kHeads * 3 * 4).view({kHeads, 3, 4});
    };
    EXPECT_TRUE(at::allclose(first(after), first(before).index_select(2, order.narrow(0, 0, 4)), 1e-12, 1e-12));
    EXPECT_TRUE(at::allclose(first(after).sum(2), at::ones({kHeads, 3}, at::kDouble), 1e-12, 1e-12));
  }
}

TEST(TransformerDecoder, ItsOwnLooksGivenChangeNothingAndOthersDo) {
  const TransformerDecoder decoder = make_decoder(at::kDouble);
  const Sentences given(at::kDouble);
  const TransformerDecoded own = given.decoded(decoder);
  const auto memories = decoder->ready(given.states, given.values, given.offsets);
  std::vector<at::Tensor> looks;
  for (const ops::AttendOutput& looked : own.looked) looks.push_back(looked.weights);
  const auto under = [&] { return decoder->forward(given.read, given.read_offsets, memories, {}, looks).states; };
  EXPECT_TRUE(at::allclose(under(), own.states, 1e-12, 1e-12));
  looks[1] = looks[1].flip(0);
  EXPECT_FALSE(at::allclose(under(), own.states, 1e-3, 1e-3));
}

TEST(TransformerDecoder, DropsOnlyInTraining) {
  const TransformerDecoder decoder = make_decoder(at::kDouble, 0.5);
  const Sentences given(at::kDouble);
  EXPECT_TRUE(at::equal(given.decoded(decoder).states, given.decoded(decoder).states));
  const at::Tensor one = given.decoded(decoder, {true, 1, 1}).states;
  EXPECT_TRUE(at::equal(one, given.decoded(decoder, {true, 1, 1}).states));
  EXPECT_FALSE(at::equal(one, given.decoded(decoder, {true, 1, 2}).states));
}

// One hypothesis of each sentence becomes two, of which they go on from one: more places than there is room for at
// first, so that the memory grows.
TEST(TransformerDecoder, StepsGiveTheNumbersOfTheWholeOutput) {
  constexpr int64_t kPlaces = 40, kRows = 3;
  for (const Positions positions : {Positions::kSines, Positions::kRotary}) {
    const TransformerDecoder decoder = make_decoder(at::kFloat, 0, positions);
    const at::NoGradGuard guard;
    const Sentences given(at::kFloat);
    const auto memories = decoder->ready(given.states, given.values, given.offsets);
    const PackedTransformer packed(*decoder);
    TransformerSteps steps(packed, memories, kRows);
    std::vector<std::vector<int64_t>> ways(2);  // of each row, the numbers of what it has read
    std::vector<int64_t> sentences = {0, 1};
    at::Tensor from = at::arange(2, at::kLong);
    const at::Tensor words = awkward({11, kRead}, 1.1, 4).to(at::kFloat);
    for (int64_t place = 0; place < kPlaces; ++place) {
      const bool branches = place == 2, swaps = place == 20;
      if (branches) {  // the first sentence has two hypotheses from now on
        from = at::tensor({0, 0, 1}, at::kLong);
        ways = {ways[0], ways[0], ways[1]};
        sentences = {0, 0, 1};
      } else if (swaps) {  // both go on from the second
        from = at::tensor({1, 1, 2}, at::kLong);
        ways[0] = ways[1];
      } else {
        from = at::arange(std::ssize(ways), at::kLong);
      }
      std::vector<int64_t> next;
      for (size_t row = 0; row < ways.size(); ++row) {
        next.push_back((3 * place + 5 * static_cast<int64_t>(row)) % 11);
        ways[row].push_back(next.back());
      }
      const at::Tensor offsets = ways.size() == 2 ? offsets_of({1, 1}) : offsets_of({2, 1});
      const TransformerDecoded made = steps.step(words.index_select(0, at::tensor(next, at::kLong)), from, offsets);
      for (size_t row = 0; row < ways.size(); ++row) {
        const at::Tensor read = words.index_select(0, at::tensor(ways[row], at::kLong));
        const int64_t count = std::ssize(ways[row]);
        const at::Tensor alone = sentences[row] == 0 ? offsets_of({count, 0}) : offsets_of({0, count});
        const TransformerDecoded whole = decoder->forward(read, alone, memories, {});
        ASSERT_TRUE(at::allclose(made.states[static_cast<int64_t>(row)], whole.states[count - 1], 1e-4, 1e-5))
            << "place " << place << " row " << row;
        const at::Tensor &look = made.looked[1].weights, &looks = whole.looked[1].weights;
        const int64_t width = sentences[row] == 0 ? 4 : 2, queries = offsets[1].item<int64_t>();
        for (int64_t head = 0; head < kHeads; ++head) {
          const int64_t first = sentences[row] == 0 ? (head * queries + static_cast<int64_t>(row)) * width
                                                    : kHeads * queries * 4 + head * width;
          ASSERT_TRUE(at::allclose(look.narrow(0, first, width),
                                   looks.narrow(0, (head * count + count - 1) * width, width), 1e-4, 1e-5))
              << "place " << place << " row " << row << " head " << head;
        }
      }
    }
  }
}

// A product of a turned query and a turned key depends on how far apart they are alone.
TEST(Rotation, TellsDistancesAndKeepsLengths) {
  constexpr int64_t kWidth = 6, kTwoHeads = 2;
  const at::Tensor query = awkward({1, kWidth * kTwoHeads}, 1.0, 1), key = awkward({1, kWidth * kTwoHeads}, 1.0, 2);
  const auto product = [&](int64_t at, int64_t other) {
    return (Rotation(at, kWidth)(query, kTwoHeads) * Rotation(other, kWidth)(key, kTwoHeads))
        .view({kTwoHeads, kWidth})
        .sum(1);
  };
  EXPECT_TRUE(at::allclose(product(3, 1), product(9, 7), 1e-5, 1e-6));
  EXPECT_FALSE(at::allclose(product(3, 1), product(3, 2), 1e-3, 1e-3));
  EXPECT_TRUE(at::allclose(Rotation(5, kWidth)(query, kTwoHeads).norm(), query.norm(), 1e-6, 1e-6));
  EXPECT_TRUE(at::allclose(Rotation(0, kWidth)(query, kTwoHeads), query, 1e-12, 1e-12));
  const at::Tensor many = query.expand({5, -1}).contiguous();
  const at::Tensor turned = Rotation(offsets_of({3, 2}), kWidth)(many, kTwoHeads);
  EXPECT_TRUE(at::allclose(turned[2], Rotation(2, kWidth)(query, kTwoHeads)[0], 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(turned[4], turned[1], 1e-12, 1e-12));
}

TEST(TransformerDecoder, AnEmptyMemoryGivesNothingToLookAt) {
  const TransformerDecoder decoder = make_decoder(at::kFloat);
  const auto memories = decoder->ready(at::zeros({0, kMemory}), at::zeros({0, kValues}), offsets_of({0}));
  const TransformerDecoded made =
      decoder->forward(awkward({2, kRead}, 1).to(at::kFloat), offsets_of({2}), memories, {});
  EXPECT_TRUE(made.states.isfinite().all().item<bool>());
  EXPECT_EQ(made.looked[0].weights.numel(), 0);
}

}  // namespace
}  // namespace fovea::nn
