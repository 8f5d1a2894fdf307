#include "kernels/decoding.h"

#include "kernels/dispatch.h"
#include "ops/aten.h"
#include "ops/packed_linear.h"
#include "support/gradients.h"

namespace fovea::kernels {
namespace {

using test::awkward;

// Widths below a vector, of several and with a rest.
TEST(Decoding, RowsAreNormalisedAsLibtorchDoes) {
  for (const int64_t width : {1, 5, 16, 37}) {
    const at::Tensor x = awkward({4, width}, 3.0, 1).to(at::kFloat), scale = awkward({width}, 1.0, 2).to(at::kFloat),
                     shift = awkward({width}, 1.0, 3).to(at::kFloat);
    const at::Tensor exact =
        at::layer_norm(x.to(at::kDouble), {width}, scale.to(at::kDouble), shift.to(at::kDouble), 1e-5);
    for_each_instruction_set([&](const std::string& name) {
      at::Tensor out = at::empty_like(x);
      LayerNormArguments arguments{
          width, 1e-5F, scale.data_ptr<float>(), shift.data_ptr<float>(), x.data_ptr<float>(), out.data_ptr<float>()};
      layer_norm(arguments, 0, 3);
      layer_norm(arguments, 3, 4);
      EXPECT_TRUE(at::allclose(out.to(at::kDouble), exact, 1e-5, 1e-5)) << name << " width " << width;
    });
  }
}

TEST(Decoding, LogSoftmaxAndTheSmallOnes) {
  for (const int64_t width : {1, 7, 40}) {
    const at::Tensor x = awkward({3, width}, 20.0, 1).to(at::kFloat), y = awkward({width}, 1.0, 2).to(at::kFloat);
    for_each_instruction_set([&](const std::string& name) {
      at::Tensor logs = x.clone(), sums = x.clone(), cut = x.clone();
      log_softmax(width, logs.data_ptr<float>(), 0, 3);
      add_to_rows(y.data_ptr<float>(), width, sums.data_ptr<float>(), 1, 3);
      cut_below_zero(width, cut.data_ptr<float>(), 0, 2);
      EXPECT_TRUE(at::allclose(logs, x.log_softmax(1), 1e-5, 1e-5)) << name << " width " << width;
      EXPECT_TRUE(at::equal(sums[0], x[0]));
      EXPECT_TRUE(at::allclose(sums.slice(0, 1), (x + y).slice(0, 1), 1e-6, 1e-6));
      EXPECT_TRUE(at::equal(cut.slice(0, 0, 2), x.relu().slice(0, 0, 2)));
      EXPECT_TRUE(at::equal(cut[2], x[2]));
    });
  }
}

// Three queries of two heads: over rows in a row, over scattered ones, over none.
TEST(Decoding, QueriesAttendToTheirSlots) {
  constexpr int64_t kHeads = 2;
  for (const int64_t width : {3, 8, 20}) {
    const at::Tensor query = awkward({3, kHeads * width}, 1.0, 1).to(at::kFloat),
                     keys = awkward({6, kHeads * width}, 1.0, 2).to(at::kFloat),
                     values = awkward({6, kHeads * width}, 1.0, 3).to(at::kFloat);
    const std::vector<int64_t> counts = {4, 2, 0}, slots = {5, 0, 3, 1, 2, 4}, firsts = {0, 4, 0};
    const std::vector<int64_t> weight_firsts = {0, 8, 12}, strides = {4, 2, 0};
    for_each_instruction_set([&](const std::string& name) {
      for (const bool scattered : {true, false}) {
        at::Tensor context = at::full(query.sizes(), 7.0, at::kFloat), weights = at::empty({12});
        AttendSlotsArguments in;
        in.heads = kHeads, in.width = width, in.scale = 0.5F;
        in.query = query.data_ptr<float>(), in.query_stride = kHeads * width;
        in.keys = keys.data_ptr<float>(), in.values = values.data_ptr<float>();
        in.counts = counts.data(), in.firsts = firsts.data(), in.slots = scattered ? slots.data() : nullptr;
        in.context = context.data_ptr<float>();
        in.weights = weights.data_ptr<float>();
        in.weight_firsts = weight_firsts.data(), in.head_strides = strides.data();
        attend_slots(in, 0, 3, nullptr);
        for (int64_t r = 0; r < 3; ++r) {
          const int64_t count = counts[static_cast<size_t>(r)], first = firsts[static_cast<size_t>(r)];
          if (count == 0) {
            EXPECT_TRUE(at::equal(context[r], at::zeros({kHeads * width})));
            continue;
          }
          const at::Tensor rows =
              (scattered ? at::tensor(slots, at::kLong) : at::arange(6, at::kLong)).narrow(0, first, count);
          for (int64_t h = 0; h < kHeads; ++h) {
            const auto part = [&](const at::Tensor& of) { return of.narrow(-1, h * width, width); };
            const at::Tensor expected = (at::mv(part(keys).index_select(0, rows), part(query[r])) * 0.5).softmax(0);
            const at::Tensor made =
                weights.narrow(0, weight_firsts[static_cast<size_t>(r)] + h * strides[static_cast<size_t>(r)], count);
            EXPECT_TRUE(at::allclose(made, expected, 1e-5, 1e-6)) << name << " width " << width;
            EXPECT_TRUE(
                at::allclose(part(context[r]), at::mv(part(values).index_select(0, rows).t(), expected), 1e-4, 1e-5))
                << name << " width " << width;
          }
        }
        std::vector<float> scratch(4);
        at::Tensor again = at::empty_like(context);
        in.weights = nullptr;
        in.context = again.data_ptr<float>();
        attend_slots(in, 0, 3, scratch.data());
        EXPECT_TRUE(at::equal(again, context)) << name;
      }
    });
  }
}

TEST(PackedLinear, IsTheLinearLayerWhateverStandsBeside) {
  const at::Tensor weight = awkward({33, 19}, 1.0, 1).to(at::kFloat), bias = awkward({33}, 1.0, 2).to(at::kFloat),
                   x = awkward({70, 19}, 1.0, 3).to(at::kFloat);
  for_each_instruction_set([&](const std::string& name) {
    const ops::PackedLinear packed(weight, bias);
    const at::Tensor all = packed(x);
    EXPECT_TRUE(at::allclose(all, at::linear(x, weight, bias), 1e-5, 1e-5)) << name;
    EXPECT_TRUE(at::equal(packed(x.narrow(0, 41, 1)), all.narrow(0, 41, 1))) << name;
    at::Tensor sum = all.clone();
    packed.add(x.data_ptr<float>(), 70, sum.data_ptr<float>());
    EXPECT_TRUE(at::allclose(sum, all * 2, 1e-4, 1e-5)) << name;
  });
}

}  // namespace
}  // namespace fovea::kernels
