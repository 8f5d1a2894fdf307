#include "report/json.h"

#include <algorithm>
#include <cmath>

#include "report/confusions.h"

namespace fovea::report {
namespace {

constexpr size_t kMatrixInJson =
    100;  // classes up to which the whole confusion matrix is written; beyond it grows too long

// JSON has no NaN and no infinity: null says "no number" where 0 would say something false.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json numbers(const std::vector<double>& values) {
  Json out = Json::array();
  for (const double value : values) out.push_back(number(value));
  return out;
}

Json tokens_json(const std::vector<tasks::WeightedToken>& tokens) {
  Json out = Json::array();
  for (const tasks::WeightedToken& token : tokens) {
    out.push_back({{"text", token.text},
                   {"start", token.start},
                   {"end", token.end},
                   {"char_start", token.char_start},
                   {"char_end", token.char_end},
                   {"weight", number(token.weight)}});
  }
  return out;
}

// Bounds and weight of each sentence, its tokens by number, and their weights in it.
Json sentences_json(const std::vector<tasks::WeightedSentence>& sentences) {
  Json out = Json::array();
  for (const tasks::WeightedSentence& sentence : sentences) {
    out.push_back({{"first_token", sentence.first},
                   {"tokens", sentence.count},
                   {"start", sentence.start},
                   {"end", sentence.end},
                   {"char_start", sentence.char_start},
                   {"char_end", sentence.char_end},
                   {"weight", number(sentence.weight)},
                   {"word_weights", numbers(sentence.word_weights)}});
  }
  return out;
}

Json rows_json(const std::vector<std::vector<double>>& rows) {
  Json out = Json::array();
  for (const auto& row : rows) out.push_back(numbers(row));
  return out;
}

Json classes_json(const std::vector<tasks::ClassRow>& classes) {
  Json out = Json::array();
  for (const tasks::ClassRow& row : classes) {
    out.push_back({{"label", row.label},
                   {"precision", number(row.precision)},
                   {"recall", number(row.recall)},
                   {"f1", number(row.f1)},
                   {"support", row.support}});
  }
  return out;
}

Json confusions_json(const tasks::TestResult& result) {
  Json out = Json::array();
  for (const Confusion& cell : confusions(result.confusion)) {
    out.push_back({{"truth", result.classes[cell.truth].label},
                   {"predicted", result.classes[cell.predicted].label},
                   {"count", cell.count}});
  }
  return out;
}

Json mistakes_json(const std::vector<tasks::Mistake>& mistakes) {
  Json out = Json::array();
  for (const tasks::Mistake& mistake : mistakes) {
    out.push_back({{"path", mistake.path},
                   {"line", mistake.line},
                   {"text", mistake.text},
                   {"truth", mistake.truth},
                   {"predicted", mistake.predicted},
                   {"probability", number(mistake.probability)}});
  }
  return out;
}

}  // namespace

Json answer_json(const tasks::Answer& answer, int top) {
  Json out;
  out["text"] = answer.text;
  out["label"] = answer.abstained ? Json() : Json(answer.label());
  out["probability"] = number(answer.probability());
  Json probabilities = Json::array();
  const size_t shown = std::min(answer.ranking.size(), static_cast<size_t>(std::max(1, top)));
  for (size_t at = 0; at < shown; ++at) {
    Json entry = {{"label", answer.ranking[at].label}, {"probability", number(answer.ranking[at].probability)}};
    if (answer.multi_label) entry["given"] = answer.ranking[at].given;
    probabilities.push_back(std::move(entry));
  }
  if (answer.multi_label) out["labels"] = answer.labels();
  if (answer.abstained) out["abstained"] = true;
  out["probabilities"] = std::move(probabilities);
  if (!answer.truth.empty()) out["truth"] = answer.truth;
  if (answer.line > 0) out["line"] = answer.line;
  out["tokens"] = tokens_json(answer.tokens);
  if (!answer.sentences.empty()) out["sentences"] = sentences_json(answer.sentences);
  if (!answer.weight_rows.empty()) out["weight_rows"] = rows_json(answer.weight_rows);
  out["prior"] = answer.prior;
  out["tokens_cut"] = answer.tokens_cut;
  out["unknown_tokens"] = answer.unknown_tokens;
  return out;
}

Json mechanism_json(const tasks::Mechanism& mechanism, int top) {
  Json out = answer_json(mechanism.answer, top);
  out["attention"] = mechanism.attention;
  out["normalizer"] = mechanism.normalizer.empty() ? Json() : Json(mechanism.normalizer);
  out["weights_are_shares"] = mechanism.weights_are_shares;
  out["classes"] = mechanism.classes;
  out["structure"] = mechanism.structure;
  out["heads"] = mechanism.heads;
  out["members"] = mechanism.members;
  out["scores"] = numbers(mechanism.scores);
  if (!mechanism.score_rows.empty()) out["score_rows"] = rows_json(mechanism.score_rows);
  if (!mechanism.sentence_scores.empty()) out["sentence_scores"] = numbers(mechanism.sentence_scores);
  const bool by_sentence = !mechanism.answer.sentences.empty();
  out["contributions"] = rows_json(by_sentence ? std::vector<std::vector<double>>() : mechanism.contributions);
  if (by_sentence) out["sentence_contributions"] = rows_json(mechanism.contributions);
  out["bias"] = numbers(mechanism.bias);
  out["logits"] = numbers(mechanism.logits);
  out["temperature"] = mechanism.temperature;
  out["context"] = numbers(mechanism.context);
  return out;
}

Json calibration_json(const tasks::Calibration& calibration) {
  if (!calibration.fitted) return nullptr;
  return {{"temperature", number(calibration.temperature)},
          {"error_uncalibrated", number(calibration.error_before)},
          {"error", number(calibration.error_after)}};
}

Json quantization_json(const tasks::Quantization& quantization) {
  if (!quantization.done) return nullptr;
  Json before = Json::object(), after = Json::object();
  for (const auto& [name, value] : quantization.validation_before) before[name] = number(value);
  for (const auto& [name, value] : quantization.validation_after) after[name] = number(value);
  return {{"type", "int8"},
          {"bytes_float32", quantization.bytes_before},
          {"bytes", quantization.bytes_after},
          {"validation_float32", before},
          {"validation", after}};
}

Json test_json(const tasks::TestResult& result) {
  Json out;
  out["model"] = result.model;
  out["data"] = result.data;
  out["layout"] = result.layout;
  out["layout_difference"] = result.layout_difference;
  out["n"] = result.n;
  out["accuracy"] = number(result.accuracy);
  out["accuracy_ci"] = Json::array({number(result.accuracy_low), number(result.accuracy_high)});
  out["macro_f1"] = number(result.macro_f1);
  out["micro_f1"] = number(result.micro_f1);
  out["loss"] = number(result.loss);
  if (result.multi_label) {
    out["precision_at"] = numbers(result.precision_at);
    out["recall_at_1"] = number(result.recall_at_one);
    out["labels_per_text"] = number(result.labels_per_text);
  } else {
    out["calibration_error"] = number(result.calibration_error);
    out["calibration_error_uncalibrated"] = number(result.calibration_error_before);
  }
  if (result.abstain > 0) {
    out["abstain"] = result.abstain;
    out["answered"] = number(result.answered);
    out["answered_accuracy"] = number(result.answered_accuracy);
  }
  out["majority_label"] = result.majority_label;
  out["majority_share"] = number(result.majority_share);
  out["classes"] = classes_json(result.classes);
  if (!result.multi_label && result.confusion.size() <= kMatrixInJson) out["confusion"] = result.confusion;
  out["confusions"] = confusions_json(result);
  out["mistakes"] = mistakes_json(result.mistakes);
  out["seen_in_training"] = result.seen_in_training;
  out["seen_in_validation"] = result.seen_in_validation;
  out["unknown_labels"] = result.unknown_labels;
  out["unknown_label_names"] = result.unknown_label_names;
  out["empty_texts"] = result.empty_texts;
  out["bad_rows"] = result.bad_rows;
  out["texts_cut"] = result.texts_cut;
  out["out_of_vocabulary"] = number(result.out_of_vocabulary);
  out["seconds"] = number(result.seconds);
  return out;
}

}  // namespace fovea::report
