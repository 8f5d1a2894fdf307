#include "report/audit_json.h"

#include "metrics/trust/erasure.h"
#include "report/audit_deep_json.h"
#include "report/audit_number_json.h"
#include "report/audit_trained.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::Result;

Json verdict_json(const Result& result) {
  const audit::Verdict& verdict = result.verdict;
  const std::string use = advice(result);
  return {{"grade", audit::grade_name(verdict.grade)},
          {"provisional", verdict.provisional},
          {"ignored", verdict.ignored ? Json(*verdict.ignored) : Json()},
          {"advice", use.empty() ? Json() : Json(use)},
          {"replaceable", verdict.replaceable ? Json(*verdict.replaceable) : Json()},
          {"seen_data", verdict.seen_data},
          {"reasons", verdict.reasons}};
}

Json beside_json(const std::optional<audit::BesideBest>& beside) {
  if (!beside) return Json();
  Json out = {{"best", beside->best}, {"range", finite(beside->range)}, {"not_inferior", beside->not_inferior()}};
  put(out, "difference", beside->difference);
  return out;
}

// What the grade was decided by.
Json decided_json(const audit::Evidence& evidence) {
  Json out = {{"texts", evidence.recovery.inputs}, {"best", evidence.recovery.best}};
  put(out, "recovered", evidence.recovery.share);
  put(out, "permuted_median", evidence.permuted);
  put(out, "weights_beyond_random", evidence.weights_beyond_random);
  Json baselines = Json::array(), trainings = Json::array();
  for (const audit::Baseline& baseline : evidence.baselines) {
    Json one = {{"map", baseline.name}};
    put(one, "ahead", baseline.ahead);
    baselines.push_back(std::move(one));
  }
  for (const audit::OtherTraining& other : evidence.trainings) {
    Json one = {{"number", other.number}, {"grade", audit::grade_name(other.grade)}};
    put(one, "recovered", other.recovered);
    trainings.push_back(std::move(one));
  }
  out["baselines"] = std::move(baselines);
  out["not_compared"] = evidence.not_compared;
  out["beside_best"] = beside_json(evidence.beside_best);
  out["fidelity_beside_best"] = beside_json(evidence.fidelity_beside_best);
  put(out, "planted_precision", evidence.planted_precision);
  put(out, "violation", evidence.violation);
  out["trainings"] = std::move(trainings);
  out["halves"] = Json();
  if (evidence.halves) {
    out["halves"] = Json::array({audit::grade_name((*evidence.halves)[0]), audit::grade_name((*evidence.halves)[1])});
  }
  const audit::AnswerFacts& answers = evidence.answers;
  Json facts = {{"differ", answers.comparable ? Json(answers.differ) : Json()},
                {"nothing_to_show", answers.silent},
                {"graded", answers.told},
                {"always", answers.always ? Json(*answers.always) : Json()},
                {"otherwise", answers.otherwise}};
  put(facts, "moved", answers.moved);
  out["answers"] = std::move(facts);
  return out;
}

// The picture that explain shows first; null where another map is audited than the model's attention.
Json first_picture_json(const Result& result) {
  if (!result.first) return Json();
  const audit::FirstPicture& first = *result.first;
  Json out = {{"method", first.method},
              {"texts_by_method", first.instead},
              {"grade", audit::grade_name(first.verdict.grade)},
              {"provisional", first.verdict.provisional},
              {"best", first.recovery.best},
              {"reasons", first.verdict.reasons}};
  put(out, "recovered", first.recovery.share);
  put(out, "normalised_aopc", first.normalised);
  out["odds_recovered"] = first.odds.n > 0 ? Json(first.odds.mean) : Json();
  return out;
}

Json telling_json(const Result& result) {
  Json telling = Json::array(), mass = Json::array();
  for (const audit::TellingPart& told : result.telling) {
    telling.push_back(
        {{"word", told.name}, {"strongest", told.strongest}, {"named_first", told.named}, {"takes", told.takes}});
  }
  for (const audit::MassAt& at : result.mass) {
    mass.push_back({{"where", result.nouns.in(at.where)}, {"share", at.share}, {"even", at.even}});
  }
  return {{"words", std::move(telling)}, {"mass", std::move(mass)}};
}

Json gate_json(const Result& result) {
  const audit::Gate& gate = result.gate;
  Json out = {{"permuted_median", finite(gate.permuted_median.mean)},
              {"permuted_median_ci", Json::array({gate.permuted_median.low, gate.permuted_median.high})}};
  put(out, "permuted", gate.permuted);
  Json bins = Json::array();
  for (const audit::WeightBin& bin : gate.by_largest_weight) {
    Json one = {{"low", bin.low}, {"high", bin.high}};
    put(one, "permuted", bin.permuted);
    bins.push_back(std::move(one));
  }
  out["by_largest_weight"] = std::move(bins);
  put(out, "conicity", gate.conicity);
  put(out, "last_moves", gate.last_moves);
  put(out, "even_moves", gate.even_moves);
  put(out, "last_accuracy_gain", gate.last_gain);
  put(out, "even_accuracy_gain", gate.even_gain);
  put(out, "answer_moves", result.dependence);
  return out;
}

Json agreement_json(const Result& result) {
  Json pairs = Json::array();
  for (const audit::PairAgreement& pair : result.agreement.pairs) {
    Json one = {{"first", pair.first}, {"second", pair.second}};
    put(one, "tau", pair.tau);
    put(one, "significant", pair.significant);
    put(one, "tau_top", pair.tau_top);
    pairs.push_back(std::move(one));
  }
  Json out = {{"top", result.agreement.top}, {"pairs", std::move(pairs)}};
  out["same_order"] = result.map.empty() ? Json() : Json(result.same_order);
  put(out, "map_distance", result.map_distance);
  put(out, "map_null_distance", result.map_null_distance);
  return out;
}

Json weights_json(const audit::AttentionErasureResult& erasure) {
  Json out = Json::object();
  put(out, "top_beyond_random", erasure.top_beyond_random);
  Json by_lead = Json::array();
  for (size_t bin = 0; bin < erasure.top_beyond_random_by_lead.size(); ++bin) {
    Json one = {{"low", 0.25 * static_cast<double>(bin)}, {"high", 0.25 * static_cast<double>(bin + 1)}};
    put(one, "top_beyond_random", erasure.top_beyond_random_by_lead[bin]);
    by_lead.push_back(std::move(one));
  }
  out["by_lead"] = std::move(by_lead);
  out["flips"] = {{"only_top", erasure.only_top},
                  {"only_random", erasure.only_random},
                  {"both", erasure.both},
                  {"neither", erasure.neither}};
  put(out, "removed_by_weight", erasure.removed[0]);
  put(out, "removed_by_gradient", erasure.removed[1]);
  put(out, "removed_by_weight_gradient", erasure.removed[2]);
  put(out, "removed_by_random", erasure.removed[3]);
  return out;
}

const char* kind_name(audit::MapKind kind) {
  constexpr const char* kNames[] = {"audited", "own", "look", "attribution", "prior"};
  return kNames[static_cast<size_t>(kind)];
}

Json map_json(const audit::MapErasure& map) {
  Json out = {{"map", map.name}, {"kind", kind_name(map.kind)}};
  put(out, "comprehensiveness", map.comprehensiveness);
  put(out, "sufficiency", map.sufficiency);
  put(out, "comprehensiveness_odds", map.comprehensiveness_odds);
  put(out, "sufficiency_odds", map.sufficiency_odds);
  put(out, "normalised_aopc", map.normalised);
  put(out, "violation", map.violation);
  put(out, "rises", map.rises);
  Json curve = Json::array();
  for (size_t bin = 0; bin < map.without.size(); ++bin) {
    Json one = {{"share", metrics::kErasureShares[bin]}};
    put(one, "without", map.without[bin]);
    put(one, "only", map.only[bin]);
    curve.push_back(std::move(one));
  }
  out["curve"] = std::move(curve);
  put(out, "comprehensiveness_behind", map.behind);
  put(out, "normalised_aopc_behind", map.normalised_behind);
  out["p"] = map.behind ? Json(map.p) : Json();
  out["p_holm"] = map.behind ? Json(map.p_holm) : Json();
  return out;
}

Json words_json(const audit::PartErasureResult& erasure) {
  Json maps = Json::array();
  for (const audit::MapErasure& map : erasure.maps) maps.push_back(map_json(map));
  Json out = {{"how", erasure.masked ? "masked" : "deleted"}, {"maps", std::move(maps)}};
  out["random"] = map_json(erasure.random);
  out["random_draws"] = erasure.random_draws;
  put(out, "beyond_random", erasure.beyond_random);
  const audit::BoundsResult& bounds = erasure.bounds;
  Json searched = {{"texts", bounds.inputs},
                   {"grouped", bounds.grouped},
                   {"no_order_matters", bounds.no_order_matters},
                   {"exhaustive_up_to", bounds.exhaustive_up_to},
                   {"beam", bounds.beam},
                   {"most_pieces", bounds.most_pieces}};
  put(searched, "lowest", bounds.lowest);
  put(searched, "highest", bounds.highest);
  put(searched, "beyond_random", bounds.beyond_random);
  Json curve = Json::array();
  for (size_t bin = 0; bin < bounds.only_most.size(); ++bin) {
    Json one = {{"share", metrics::kErasureShares[bin]}};
    put(one, "without_least", bounds.without_least[bin]);
    put(one, "without_most", bounds.without_most[bin]);
    put(one, "only_least", bounds.only_least[bin]);
    put(one, "only_most", bounds.only_most[bin]);
    curve.push_back(std::move(one));
  }
  searched["curve"] = std::move(curve);
  out["bounds"] = std::move(searched);
  return out;
}

Json metrics_json(const Result& result) {
  Json out = Json::array();
  for (const audit::MetricSight& metric : result.metrics) {
    Json one = {{"metric", metric.metric}, {"blind", metric.blind}};
    put(one, "diagnosticity", metric.diagnosticity);
    out.push_back(std::move(one));
  }
  return out;
}

Json slices_json(const Result& result) {
  Json out = Json::array();
  for (const audit::Slice& slice : result.slices) {
    Json one = {{"by", slice.by}, {"name", slice.name}, {"texts", slice.inputs}};
    one["grade"] = slice.grade ? Json(audit::grade_name(*slice.grade)) : Json();
    one["permuted_median"] = finite(slice.permuted_median);
    put(one, "comprehensiveness", slice.comprehensiveness);
    put(one, "random", slice.random);
    put(one, "beyond_random", slice.beyond_random);
    put(one, "recovered", slice.recovered);
    one["p_holm"] = slice.grade ? Json(slice.p_holm) : Json();
    put(one, "tau_gradient", slice.tau);
    put(one, "violation", slice.violation);
    out.push_back(std::move(one));
  }
  return out;
}

Json trainings_json(const Result& result) {
  if (!result.seeds) return Json();
  Json out = {
      {"trained", result.seeds->trained}, {"accuracies", result.seeds->accuracies}, {"compared", result.seeds->seeds}};
  put(out, "map_distance", result.seeds->distance);
  put(out, "map_null_distance", result.seeds->null_distance);
  put(out, "map_tau", result.seeds->tau);
  out["twins_found"] = result.twins_found;
  out["twins_trained"] = result.twins_trained;
  put(out, "even_weights_gap", result.uniform_gap);
  return out;
}

Json mask_twin_json(const Result& result) {
  if (!result.mask_twin || !result.masked_erasure) return Json();
  const audit::MaskTwin& twin = *result.mask_twin;
  Json out = {{"accuracy", finite(twin.accuracy)}, {"own_accuracy", finite(twin.own_accuracy)}};
  put(out, "accuracy_gap", twin.gap);
  out["shift"] = twin.shift;
  out["shift_p"] = twin.shift_p;
  out["accepted"] = twin.accepted;
  out["words"] = words_json(*result.masked_erasure);
  return out;
}

Json fidelity_json(const Result& result) {
  if (result.fidelity.empty()) return Json();
  Json out = Json::array();
  for (const audit::FidelityRow& row : result.fidelity) {
    Json one = {{"map", row.name}, {"kind", kind_name(row.kind)}};
    put(one, "plus", row.plus);
    put(one, "minus", row.minus);
    out.push_back(std::move(one));
  }
  return out;
}

Json planted_json(const Result& result) {
  if (!result.planted) return Json();
  Json maps = Json::array(), controls = Json::array();
  for (const audit::PlantedRow& row : result.planted->rows) {
    Json one = {{"map", row.name}};
    put(one, "precision", row.precision);
    put(one, "rank", row.rank);
    maps.push_back(std::move(one));
  }
  for (const audit::Falsification& control : result.falsification) {
    Json one = {{"control", control.control}, {"grade", audit::grade_name(control.grade)}, {"fooled", control.fooled}};
    put(one, "precision", control.precision);
    controls.push_back(std::move(one));
  }
  return {{"used", result.planted->used},
          {"untaught", result.planted->untaught},
          {"taught", result.planted->taught()},
          {"maps", std::move(maps)},
          {"lying_maps", std::move(controls)}};
}

Json examples_json(const Result& result) {
  Json out = Json::array();
  for (const audit::Example& example : result.examples) {
    Json tokens = Json::array();
    for (size_t i = 0; i < example.words.size(); ++i) {
      tokens.push_back({{"start", example.words[i].first},
                        {"end", example.words[i].second},
                        {"score", example.scores[i]},
                        {"takes", example.losses[i]}});
    }
    out.push_back({{"kind", example.kind == audit::Example::Kind::kOdd ? "odd" : "typical"},
                   {"line", example.line},
                   {"text", example.text},
                   {"decision", example.decision.empty() ? Json() : Json(example.decision)},
                   {"label", example.answer_name},
                   {"probability", example.probability},
                   {"truth", example.truth < 0 ? Json() : Json(example.truth_name)},
                   {"tokens", std::move(tokens)}});
  }
  return out;
}

Json plausibility_row_json(const audit::PlausibilityRow& row) {
  Json out = {{"map", row.name}, {"kind", kind_name(row.kind)}};
  put(out, "precision", row.precision);
  put(out, "recall", row.recall);
  put(out, "f1", row.f1);
  put(out, "iou_f1_micro", row.iou_micro);
  put(out, "iou_f1_macro", row.iou_macro);
  put(out, "auprc", row.auprc);
  put(out, "average_precision", row.average_precision);
  put(out, "average_precision_beyond_random", row.beyond_random);
  return out;
}

Json plausibility_json(const Result& result) {
  if (!result.plausibility) return Json();
  const audit::Plausibility& plausibility = *result.plausibility;
  Json maps = Json::array();
  for (const audit::PlausibilityRow& row : plausibility.maps) maps.push_back(plausibility_row_json(row));
  Json out = {{"rationales", plausibility.file},           {"texts", plausibility.inputs},
              {"without_rationale", plausibility.without}, {"beyond_window", plausibility.beyond_window},
              {"not_audited", plausibility.not_audited},   {"joined_spans", plausibility.joined},
              {"misquoted_spans", plausibility.misquoted}};
  put(out, "marked_share", plausibility.marked_share);
  put(out, "marked_words_read", plausibility.read_share);
  out["maps"] = std::move(maps);
  out["random"] = plausibility.inputs > 0 ? plausibility_row_json(plausibility.random) : Json();
  out["random_draws"] = plausibility.random_draws;
  return out;
}

Json cost_json(const Result& result) {
  Json parts = Json::array();
  double seconds = 0;
  for (const audit::CostPart& part : result.cost) {
    seconds += part.seconds;
    parts.push_back({{"part", part.part},
                     {"texts_read", part.passes},
                     {"answers_reweighed", part.head_passes},
                     {"seconds", part.seconds}});
  }
  return {{"seconds", seconds}, {"parts", std::move(parts)}};
}

}  // namespace

Json audit_json(const Result& result) {
  Json out = {{"model", result.model},
              {"data", result.data},
              {"map", result.map.empty() ? Json() : Json(result.map)},
              {"method", result.method.empty() ? Json() : Json(result.method)},
              {"depth", audit::depth_name(result.depth)},
              {"seed", result.seed},
              {"verdict", verdict_json(result)},
              {"decided_by", decided_json(result.evidence)},
              {"first_picture", first_picture_json(result)},
              {"telling", telling_json(result)},
              {"n", result.inputs},
              {"texts_in_file", result.inputs_in_file},
              {"too_short", result.too_short},
              {"asked", result.asked.empty() ? Json() : Json(result.asked)},
              {"seen_in_training", result.remembers ? Json(result.seen_in_training) : Json()},
              {"seen_in_validation", result.remembers ? Json(result.seen_in_validation) : Json()}};
  put(out, "accuracy", result.accuracy);
  out["looks"] = result.looks;
  put(out, "weight_elsewhere", result.elsewhere);
  out["gate"] = gate_json(result);
  out["agreement"] = agreement_json(result);
  out["erasure"] = {{"weights", weights_json(result.attention_erasure)},
                    {"words", words_json(result.erasure)},
                    {"metrics", metrics_json(result)}};
  out["trainings"] = trainings_json(result);
  out["masked"] = mask_twin_json(result);
  out["fidelity"] = fidelity_json(result);
  out["planted"] = planted_json(result);
  out["soft_erasure"] = soft_erasure_json(result);
  out["adversary"] = adversary_json(result);
  put_trained_json(out, result);
  out["recursive_roar"] = roar_json(result);
  out["slices"] = slices_json(result);
  out["plausibility"] = plausibility_json(result);
  out["examples"] = examples_json(result);
  out["cost"] = cost_json(result);
  out["integrated_gradients"] = {{"steps", result.gradient_steps}, {"gap", finite(result.gradient_gap)}};
  out["choices"] = choices(result);
  return out;
}

}  // namespace fovea::report
