// Schema, shape-only form and registration of fovea::attend. The operators whose names begin with an underscore are
// what autograd records; nobody else calls them.
#include "ops/attend_operator.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include <ATen/Functions.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/library.h>

#include "base/errors.h"
#include "ops/attend_autograd.h"
#include "ops/dispatch.h"

namespace fovea::ops {
namespace {

using GivenTensor = std::optional<at::Tensor>;
using GivenCount = std::optional<c10::SymInt>;
using AttendResults = std::tuple<at::Tensor, at::Tensor, at::Tensor>;  // context, weights, scores

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

// The arguments of fovea::attend, in the order of its schema.
AttendInput attend_input(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                         const GivenTensor& query_offsets, std::string_view score, std::string_view normaliser,
                         const GivenTensor& memory_projection, const GivenTensor& score_vector, bool causal,
                         int64_t heads) {
  AttendInput in;
  in.score = kind_named<Score>(kScoreNames, score, "score");
  in.normaliser = kind_named<Normaliser>(kNormaliserNames, normaliser, "normaliser");
  in.query = query;
  in.query_offsets = query_offsets.value_or(at::Tensor());
  in.memory = memory;
  in.memory_offsets = memory_offsets;
  in.memory_projection = memory_projection.value_or(at::Tensor());
  in.score_vector = score_vector.value_or(at::Tensor());
  in.causal = causal;
  in.heads = heads;
  refuse_what_is_not_there(in);  // also where only shapes are asked for
  return in;
}

// The same for the recorded operators.
AttendInput recorded_input(const at::Tensor& query, const at::Tensor& memory, const GivenTensor& memory_projection,
                           const GivenTensor& score_vector, const GivenTensor& query_offsets,
                           const at::Tensor& memory_offsets, int64_t score, int64_t normaliser) {
  return attend_input(query, memory, memory_offsets, query_offsets, kScoreNames.at(static_cast<size_t>(score)),
                      kNormaliserNames.at(static_cast<size_t>(normaliser)), memory_projection, score_vector, false, 1);
}

AttendResults checked_count(const AttendOutput& out, const GivenCount& told) {
  TORCH_CHECK_VALUE(!told || *told == out.weights.numel(), "fovea::attend: weight_count is ", *told, ", but there are ",
                    out.weights.numel(), " weights");
  return {out.context, out.weights, out.scores};
}

// --- fovea::attend ---

AttendResults attend_below_autograd(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                                    const GivenTensor& query_offsets, std::string_view score,
                                    std::string_view normaliser, const GivenTensor& memory_projection,
                                    const GivenTensor& score_vector, bool causal, int64_t heads,
                                    GivenCount weight_count) {
  const at::NoGradGuard guard;
  return checked_count(attend(attend_input(query, memory, memory_offsets, query_offsets, score, normaliser,
                                           memory_projection, score_vector, causal, heads)),
                       weight_count);
}

AttendResults attend_with_autograd(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                                   const GivenTensor& query_offsets, std::string_view score,
                                   std::string_view normaliser, const GivenTensor& memory_projection,
                                   const GivenTensor& score_vector, bool causal, int64_t heads,
                                   GivenCount weight_count) {
  const AttendInput in = attend_input(query, memory, memory_offsets, query_offsets, score, normaliser,
                                      memory_projection, score_vector, causal, heads);
  if (!is_recorded(memory)) return checked_count(attend(in), weight_count);
  TORCH_CHECK_NOT_IMPLEMENTED(memory.is_meta() || takes_fused_attend(in),
                              "fovea::attend is recorded for floats and doubles on the CPU; other types and devices "
                              "take a composite form, which reads the offsets");
  const AttendOutput out = attend_recorded(in, recorded_weight_count(in, weight_count));
  return {out.context, out.weights, out.scores};
}

AttendResults attend_shape(const at::Tensor& query, const at::Tensor& memory, const at::Tensor& memory_offsets,
                           const GivenTensor& query_offsets, std::string_view score, std::string_view normaliser,
                           const GivenTensor& memory_projection, const GivenTensor& score_vector, bool causal,
                           int64_t heads, GivenCount weight_count) {
  const AttendInput in = attend_input(query, memory, memory_offsets, query_offsets, score, normaliser,
                                      memory_projection, score_vector, causal, heads);
  const c10::SymInt weights = recorded_weight_count(in, weight_count);
  return {at::empty_symint({query.sym_size(0), memory.sym_size(1)}, memory.options()),
          at::empty_symint({weights}, memory.options()), at::empty_symint({weights}, memory.options())};
}

// --- fovea::_attend_forward: context, weights, scores, and what the projection made (empty where there is none) ---

std::vector<at::Tensor> attend_forward_on_cpu(const at::Tensor& query, const at::Tensor& memory,
                                              const GivenTensor& memory_projection, const GivenTensor& score_vector,
                                              const GivenTensor& query_offsets, const at::Tensor& memory_offsets,
                                              int64_t score, int64_t normaliser, c10::SymInt weight_count) {
  const AttendInput in =
      recorded_input(query, memory, memory_projection, score_vector, query_offsets, memory_offsets, score, normaliser);
  check_attend(in);
  const Attended out = attend_forward(in);
  checked_count({out.context, out.weights, out.scores}, weight_count);
  return {out.context, out.weights, out.scores,
          out.projected.defined() ? out.projected : at::empty({0}, memory.options())};
}

std::vector<at::Tensor> attend_forward_shape(const at::Tensor& query, const at::Tensor& memory,
                                             const GivenTensor& memory_projection, const GivenTensor&,
                                             const GivenTensor&, const at::Tensor&, int64_t score, int64_t,
                                             c10::SymInt weight_count) {
  const auto shape = [&](c10::SymIntArrayRef sizes) { return at::empty_symint(sizes, memory.options()); };
  const c10::SymInt queries = query.sym_size(0), width = memory.sym_size(1);
  at::Tensor projected = shape({0});
  if (memory_projection && static_cast<Score>(score) == Score::kAdditive) {
    projected = shape({memory.sym_size(0), query.sym_size(1)});
  } else if (memory_projection) {
    projected = shape({queries, width});
  }
  return {shape({queries, width}), shape({weight_count}), shape({weight_count}), projected};
}

// --- fovea::_attend_backward: gradients of query, memory, projection and score vector, as far as there are any ---

std::vector<at::Tensor> attend_backward_on_cpu(const at::Tensor& query, const at::Tensor& memory,
                                               const GivenTensor& memory_projection, const GivenTensor& score_vector,
                                               const GivenTensor& query_offsets, const at::Tensor& memory_offsets,
                                               int64_t score, int64_t normaliser, const at::Tensor& weights,
                                               const at::Tensor& projected, const GivenTensor& d_context,
                                               const GivenTensor& d_weights, const GivenTensor& d_scores) {
  const AttendInput in =
      recorded_input(query, memory, memory_projection, score_vector, query_offsets, memory_offsets, score, normaliser);
  const at::Tensor none;
  const AttendDown down =
      attend_backward(in, {none, weights, none, memory_projection ? projected : none},
                      {d_context.value_or(none), d_weights.value_or(none), d_scores.value_or(none)});
  std::vector<at::Tensor> flat = {down.query, down.memory};
  if (memory_projection) flat.push_back(down.projection);
  if (score_vector) flat.push_back(down.score_vector);
  return flat;
}

std::vector<at::Tensor> attend_backward_shape(const at::Tensor& query, const at::Tensor& memory,
                                              const GivenTensor& memory_projection, const GivenTensor& score_vector,
                                              const GivenTensor&, const at::Tensor&, int64_t, int64_t,
                                              const at::Tensor&, const at::Tensor&, const GivenTensor&,
                                              const GivenTensor&, const GivenTensor&) {
  std::vector<at::Tensor> shapes;
  for (const GivenTensor& like : {GivenTensor(query), GivenTensor(memory), memory_projection, score_vector}) {
    if (like) shapes.push_back(at::empty_symint(like->sym_sizes(), memory.options()));
  }
  return shapes;
}

}  // namespace

c10::SymInt recorded_weight_count(const AttendInput& in, const std::optional<c10::SymInt>& told) {
  TORCH_CHECK_VALUE(told || !in.query_offsets.defined(),
                    "fovea::attend: where the offsets cannot be read, as under torch.compile, tell weight_count, the "
                    "sum of queries times rows over the sequences");
  return told ? *told : in.memory.sym_size(0);
}

Attended call_attend_forward(const AttendInput& in, const c10::SymInt& weight_count) {
  static const auto op = operator_named<decltype(attend_forward_on_cpu)>("fovea::_attend_forward");
  const at::AutoDispatchBelowADInplaceOrView below;
  const auto flat = op.call(in.query, in.memory, if_defined(in.memory_projection), if_defined(in.score_vector),
                            if_defined(in.query_offsets), in.memory_offsets, static_cast<int64_t>(in.score),
                            static_cast<int64_t>(in.normaliser), weight_count);
  return {flat[0], flat[1], flat[2], flat[3]};
}

AttendDown call_attend_backward(const AttendInput& in, const Attended& made, const AttendUpper& upper) {
  static const auto op = operator_named<decltype(attend_backward_on_cpu)>("fovea::_attend_backward");
  const auto flat = op.call(in.query, in.memory, if_defined(in.memory_projection), if_defined(in.score_vector),
                            if_defined(in.query_offsets), in.memory_offsets, static_cast<int64_t>(in.score),
                            static_cast<int64_t>(in.normaliser), made.weights, made.projected,
                            if_defined(upper.context), if_defined(upper.weights), if_defined(upper.scores));
  AttendDown down{flat[0], flat[1], {}, {}};
  if (in.memory_projection.defined()) down.projection = flat[2];
  if (in.score_vector.defined()) down.score_vector = flat[3];
  return down;
}

TORCH_LIBRARY_FRAGMENT(fovea, library) {
  library.def(
      "attend(Tensor query, Tensor memory, Tensor memory_offsets, Tensor? query_offsets=None, *, str score='additive', "
      "str normaliser='softmax', Tensor? memory_projection=None, Tensor? score_vector=None, bool causal=False, "
      "int heads=1, SymInt? weight_count=None) -> (Tensor context, Tensor weights, Tensor scores)");
  library.def(
      "_attend_forward(Tensor query, Tensor memory, Tensor? memory_projection, Tensor? score_vector, "
      "Tensor? query_offsets, Tensor memory_offsets, int score, int normaliser, SymInt weight_count) -> Tensor[]");
  library.def(
      "_attend_backward(Tensor query, Tensor memory, Tensor? memory_projection, Tensor? score_vector, "
      "Tensor? query_offsets, Tensor memory_offsets, int score, int normaliser, Tensor weights, Tensor projected, "
      "Tensor? d_context, Tensor? d_weights, Tensor? d_scores) -> Tensor[]");
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
