// Schema, shape-only form and registration of fovea::attend. The operators whose names begin with an underscore are
// what autograd records; nobody else calls them.
#include "ops/attend_operator.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/library.h>

#include "base/errors.h"
#include "ops/aten.h"
#include "ops/attend_autograd.h"
#include "ops/dispatch.h"

namespace fovea::ops {
namespace {

using GivenTensor = std::optional<at::Tensor>;
using GivenCount = std::optional<c10::SymInt>;
using AttendResults = std::tuple<at::Tensor, at::Tensor, at::Tensor>;  // context, weights, scores

constexpr int64_t kNoWeights = -1;  // for most_weights: not even none

constexpr std::array<std::string_view, 4> kScoreNames = {"additive", "dot", "scaled_dot", "general"};
constexpr std::array<std::string_view, 3> kNormaliserNames = {"softmax", "sparsemax", "entmax15"};

template <typename Kind, size_t count>
Kind kind_named(const std::array<std::string_view, count>& names, std::string_view name, const char* what) {
  const auto found = std::find(names.begin(), names.end(), name);
  std::string known;
  for (const std::string_view one : names) known += " " + std::string(one);
  TORCH_CHECK_VALUE(found != names.end(), "fovea::attend: no ", what, " is called '", name, "'; there are", known);
  return static_cast<Kind>(found - names.begin());
}

// The arguments of fovea::attend but for the score's and normaliser's names, which come as names or as numbers.
struct Arguments {
  const at::Tensor &query, &memory, &memory_offsets;
  const GivenTensor &query_offsets, &keys, &memory_projection, &score_vector, &visible;
  bool causal;
  int64_t heads;
  bool hand_out;
};

AttendInput attend_input(const Arguments& given, std::string_view score, std::string_view normaliser) {
  AttendInput in;
  in.score = kind_named<Score>(kScoreNames, score, "score");
  in.normaliser = kind_named<Normaliser>(kNormaliserNames, normaliser, "normaliser");
  in.query = given.query;
  in.query_offsets = given.query_offsets.value_or(at::Tensor());
  in.memory = given.memory;
  in.memory_offsets = given.memory_offsets;
  in.keys = given.keys.value_or(at::Tensor());
  in.memory_projection = given.memory_projection.value_or(at::Tensor());
  in.score_vector = given.score_vector.value_or(at::Tensor());
  in.visible = given.visible.value_or(at::Tensor());
  in.causal = given.causal;
  in.heads = given.heads;
  in.most_weights = given.hand_out ? kAllWeights : kNoWeights;
  return in;
}

// The same for the recorded operators.
AttendInput recorded_input(const Arguments& given, int64_t score, int64_t normaliser) {
  return attend_input(given, kScoreNames.at(static_cast<size_t>(score)),
                      kNormaliserNames.at(static_cast<size_t>(normaliser)));
}

at::Tensor or_empty(const at::Tensor& tensor, const at::Tensor& like) {
  return tensor.defined() ? tensor : at::empty({0}, like.options());
}

// Weights and scores that are not handed out are empty.
AttendResults checked_results(const AttendInput& in, const AttendOutput& out, const GivenCount& told) {
  TORCH_CHECK_VALUE(!told || !out.weights.defined() || *told * in.heads == out.weights.numel(),
                    "fovea::attend: weight_count is ", *told, ", but there are ",
                    out.weights.defined() ? out.weights.numel() / in.heads : 0, " weights of each head");
  return {out.context, or_empty(out.weights, in.memory), or_empty(out.scores, in.memory)};
}

// --- fovea::attend ---

AttendResults attend_below_autograd(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                                    const GivenTensor& query_offsets, std::string_view score,
                                    std::string_view normaliser, const GivenTensor& memory_projection,
                                    const GivenTensor& score_vector, bool causal, int64_t heads,
                                    GivenCount weight_count, const GivenTensor& keys, const GivenTensor& visible,
                                    bool hand_out) {
  const at::NoGradGuard guard;
  const AttendInput in = attend_input({query, memory, memory_offsets, query_offsets, keys, memory_projection,
                                       score_vector, visible, causal, heads, hand_out},
                                      score, normaliser);
  return checked_results(in, attend(in), weight_count);
}

AttendResults attend_with_autograd(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                                   const GivenTensor& query_offsets, std::string_view score,
                                   std::string_view normaliser, const GivenTensor& memory_projection,
                                   const GivenTensor& score_vector, bool causal, int64_t heads, GivenCount weight_count,
                                   const GivenTensor& keys, const GivenTensor& visible, bool hand_out) {
  const AttendInput in = attend_input({query, memory, memory_offsets, query_offsets, keys, memory_projection,
                                       score_vector, visible, causal, heads, hand_out},
                                      score, normaliser);
  if (!is_recorded(memory)) return checked_results(in, attend(in), weight_count);
  TORCH_CHECK_NOT_IMPLEMENTED(memory.is_meta() || takes_fused_attend(in),
                              "fovea::attend is recorded for floats and doubles on the CPU; other types and devices "
                              "take a composite form, which reads the offsets");
  const AttendOutput out = attend_recorded(in, recorded_weight_count(in, weight_count));
  return {out.context, or_empty(out.weights, memory), or_empty(out.scores, memory)};
}

AttendResults attend_shape(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                           const GivenTensor& query_offsets, std::string_view score, std::string_view normaliser,
                           const GivenTensor& memory_projection, const GivenTensor& score_vector, bool causal,
                           int64_t heads, GivenCount weight_count, const GivenTensor& keys, const GivenTensor& visible,
                           bool hand_out) {
  const AttendInput in = attend_input({query, memory, memory_offsets, query_offsets, keys, memory_projection,
                                       score_vector, visible, causal, heads, hand_out},
                                      score, normaliser);
  const c10::SymInt weights = recorded_weight_count(in, weight_count) * heads;
  return {at::empty_symint({query.sym_size(0), memory.sym_size(1)}, memory.options()),
          at::empty_symint({weights}, memory.options()), at::empty_symint({weights}, memory.options())};
}

// --- fovea::_attend_forward: context, row constants, weights, scores, and what the projection made; empty where there
// is none ---

std::vector<at::Tensor> attend_forward_on_cpu(const at::Tensor& query, const at::Tensor& memory,
                                              const GivenTensor& keys, const GivenTensor& memory_projection,
                                              const GivenTensor& score_vector, const GivenTensor& query_offsets,
                                              const at::Tensor& memory_offsets, const GivenTensor& visible,
                                              int64_t score, int64_t normaliser, bool causal, int64_t heads,
                                              c10::SymInt weight_count, bool hand_out) {
  const AttendInput in = recorded_input({query, memory, memory_offsets, query_offsets, keys, memory_projection,
                                         score_vector, visible, causal, heads, hand_out},
                                        score, normaliser);
  check_attend(in);
  const Attended out = attend_forward(in);
  const auto [context, weights, scores] =
      checked_results(in, {out.context, out.weights, out.scores, out.row_constants}, weight_count);
  return {context, out.row_constants, weights, scores, or_empty(out.projected, memory)};
}

std::vector<at::Tensor> attend_forward_shape(const at::Tensor& query, const at::Tensor& memory, const GivenTensor&,
                                             const GivenTensor& memory_projection, const GivenTensor&,
                                             const GivenTensor&, const at::Tensor&, const GivenTensor&, int64_t score,
                                             int64_t, bool, int64_t heads, c10::SymInt weight_count, bool hand_out) {
  const auto shape = [&](c10::SymIntArrayRef sizes) { return at::empty_symint(sizes, memory.options()); };
  const c10::SymInt queries = query.sym_size(0), width = memory.sym_size(1);
  const c10::SymInt weights = hand_out ? weight_count * heads : c10::SymInt(0);
  at::Tensor projected = shape({0});
  if (memory_projection && static_cast<Score>(score) == Score::kAdditive) {
    projected = shape({memory.sym_size(0), query.sym_size(1)});
  } else if (memory_projection) {
    projected = shape({queries, width});
  }
  return {shape({queries, width}), shape({queries, heads}), shape({weights}), shape({weights}), projected};
}

// --- fovea::_attend_backward: gradients of query, memory, keys, projection and score vector, as far as there are any
// ---

std::vector<at::Tensor> attend_backward_on_cpu(const at::Tensor& query, const at::Tensor& memory,
                                               const GivenTensor& keys, const GivenTensor& memory_projection,
                                               const GivenTensor& score_vector, const GivenTensor& query_offsets,
                                               const at::Tensor& memory_offsets, const GivenTensor& visible,
                                               int64_t score, int64_t normaliser, bool causal, int64_t heads,
                                               const GivenTensor& weights, const at::Tensor& projected,
                                               const GivenTensor& d_context, const GivenTensor& d_weights,
                                               const GivenTensor& d_scores) {
  const AttendInput in = recorded_input({query, memory, memory_offsets, query_offsets, keys, memory_projection,
                                         score_vector, visible, causal, heads, weights.has_value()},
                                        score, normaliser);
  const at::Tensor none;
  Attended made;
  made.weights = weights.value_or(none);
  if (memory_projection) made.projected = projected;
  const AttendDown down =
      attend_backward(in, made, {d_context.value_or(none), d_weights.value_or(none), d_scores.value_or(none)});
  std::vector<at::Tensor> flat = {down.query, down.memory};
  for (const at::Tensor& gradient : {down.keys, down.projection, down.score_vector}) {
    if (gradient.defined()) flat.push_back(gradient);
  }
  return flat;
}

std::vector<at::Tensor> attend_backward_shape(const at::Tensor& query, const at::Tensor& memory,
                                              const GivenTensor& keys, const GivenTensor& memory_projection,
                                              const GivenTensor& score_vector, const GivenTensor&, const at::Tensor&,
                                              const GivenTensor&, int64_t, int64_t, bool, int64_t, const GivenTensor&,
                                              const at::Tensor&, const GivenTensor&, const GivenTensor&,
                                              const GivenTensor&) {
  std::vector<at::Tensor> shapes;
  for (const GivenTensor& like : {GivenTensor(query), GivenTensor(memory), keys, memory_projection, score_vector}) {
    if (like) shapes.push_back(at::empty_symint(like->sym_sizes(), memory.options()));
  }
  return shapes;
}

}  // namespace

c10::SymInt recorded_weight_count(const AttendInput& in, const std::optional<c10::SymInt>& told) {
  if (in.most_weights == kNoWeights) return 0;
  TORCH_CHECK_VALUE(told || !in.query_offsets.defined(),
                    "fovea::attend: where the offsets cannot be read, as under torch.compile, tell weight_count, the "
                    "sum of queries times rows over the sequences");
  return told ? *told : in.memory.sym_size(0);
}

Attended call_attend_forward(const AttendInput& in, const c10::SymInt& weight_count) {
  static const auto op = operator_named<decltype(attend_forward_on_cpu)>("fovea::_attend_forward");
  const at::AutoDispatchBelowADInplaceOrView below;
  const bool hand_out = in.most_weights != kNoWeights;
  const auto flat =
      op.call(in.query, in.memory, if_defined(in.keys), if_defined(in.memory_projection), if_defined(in.score_vector),
              if_defined(in.query_offsets), in.memory_offsets, if_defined(in.visible), static_cast<int64_t>(in.score),
              static_cast<int64_t>(in.normaliser), in.causal, in.heads, weight_count, hand_out);
  if (!hand_out) return {flat[0], {}, {}, flat[4], flat[1]};
  return {flat[0], flat[2], flat[3], flat[4], flat[1]};
}

AttendDown call_attend_backward(const AttendInput& in, const Attended& made, const AttendUpper& upper) {
  static const auto op = operator_named<decltype(attend_backward_on_cpu)>("fovea::_attend_backward");
  const auto flat =
      op.call(in.query, in.memory, if_defined(in.keys), if_defined(in.memory_projection), if_defined(in.score_vector),
              if_defined(in.query_offsets), in.memory_offsets, if_defined(in.visible), static_cast<int64_t>(in.score),
              static_cast<int64_t>(in.normaliser), in.causal, in.heads, if_defined(made.weights), made.projected,
              if_defined(upper.context), if_defined(upper.weights), if_defined(upper.scores));
  AttendDown down{flat[0], flat[1], {}, {}, {}};
  size_t next = 2;
  if (in.keys.defined()) down.keys = flat[next++];
  if (in.memory_projection.defined()) down.projection = flat[next++];
  if (in.score_vector.defined()) down.score_vector = flat[next++];
  return down;
}

TORCH_LIBRARY_FRAGMENT(fovea, library) {
  library.def(
      "attend(Tensor query, Tensor memory, Tensor memory_offsets, Tensor? query_offsets=None, *, str score='additive', "
      "str normaliser='softmax', Tensor? memory_projection=None, Tensor? score_vector=None, bool causal=False, "
      "int heads=1, SymInt? weight_count=None, Tensor? keys=None, Tensor? visible=None, bool hand_out=True) "
      "-> (Tensor context, Tensor weights, Tensor scores)");
  library.def(
      "_attend_forward(Tensor query, Tensor memory, Tensor? keys, Tensor? memory_projection, Tensor? score_vector, "
      "Tensor? query_offsets, Tensor memory_offsets, Tensor? visible, int score, int normaliser, bool causal, "
      "int heads, SymInt weight_count, bool hand_out) -> Tensor[]");
  library.def(
      "_attend_backward(Tensor query, Tensor memory, Tensor? keys, Tensor? memory_projection, Tensor? score_vector, "
      "Tensor? query_offsets, Tensor memory_offsets, Tensor? visible, int score, int normaliser, bool causal, "
      "int heads, Tensor? weights, Tensor projected, Tensor? d_context, Tensor? d_weights, Tensor? d_scores) "
      "-> Tensor[]");
}
TORCH_LIBRARY_IMPL(fovea, CompositeExplicitAutograd, library) {  // the CPU and every device that has no other form
  library.impl("attend", attend_below_autograd);
}
TORCH_LIBRARY_IMPL(fovea, CPU, library) {
  library.impl("_attend_forward", attend_forward_on_cpu);
  library.impl("_attend_backward", attend_backward_on_cpu);
}
TORCH_LIBRARY_IMPL(fovea, Meta, library) {
  library.impl("attend", attend_shape);
  library.impl("_attend_forward", attend_forward_shape);
  library.impl("_attend_backward", attend_backward_shape);
}
TORCH_LIBRARY_IMPL(fovea, Autograd, library) {
  library.impl("attend", attend_with_autograd);
}

}  // namespace fovea::ops
