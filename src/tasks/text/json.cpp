#include "tasks/text/json.h"

#include <algorithm>
#include <cmath>

#include "tasks/text/report.h"

namespace fovea::tasks {
namespace {

constexpr size_t kMatrixInJson =
    100;  // classes up to which the whole confusion matrix is written; beyond it grows too long

// JSON has no NaN and no infinity: null says "no number" where 0 would say something false.
Json number_json(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json tokens_json(const std::vector<WeightedToken>& tokens) {
  Json out = Json::array();
  for (const WeightedToken& token : tokens) {
    out.push_back({{"text", token.text},
                   {"start", token.start},
                   {"end", token.end},
                   {"char_start", token.char_start},
                   {"char_end", token.char_end},
                   {"weight", number_json(token.weight)}});
    if (token.contribution) out.back()["contribution"] = number_json(*token.contribution);
  }
  return out;
}

// Bounds and weight of each sentence, its tokens by number, and their weights in it.
Json sentences_json(const std::vector<WeightedSentence>& sentences) {
  Json out = Json::array();
  for (const WeightedSentence& sentence : sentences) {
    out.push_back({{"first_token", sentence.first},
                   {"tokens", sentence.count},
                   {"start", sentence.start},
                   {"end", sentence.end},
                   {"char_start", sentence.char_start},
                   {"char_end", sentence.char_end},
                   {"weight", number_json(sentence.weight)},
                   {"word_weights", numbers_json(sentence.word_weights)}});
  }
  return out;
}

Json rows_json(const std::vector<std::vector<double>>& rows) {
  Json out = Json::array();
  for (const auto& row : rows) out.push_back(numbers_json(row));
  return out;
}

Json classes_json(const std::vector<ClassRow>& classes) {
  Json out = Json::array();
  for (const ClassRow& row : classes) {
    out.push_back({{"label", row.label},
                   {"precision", number_json(row.precision)},
                   {"recall", number_json(row.recall)},
                   {"f1", number_json(row.f1)},
                   {"support", row.support}});
  }
  return out;
}

Json confusions_json(const TextTestResult& result) {
  Json out = Json::array();
  for (const Confusion& cell : confusions(result.confusion)) {
    out.push_back({{"truth", result.classes[cell.truth].label},
                   {"predicted", result.classes[cell.predicted].label},
                   {"count", cell.count}});
  }
  return out;
}

Json mistakes_json(const std::vector<Mistake>& mistakes) {
  Json out = Json::array();
  for (const Mistake& mistake : mistakes) {
    out.push_back({{"path", mistake.path},
                   {"line", mistake.line},
                   {"text", mistake.text},
                   {"truth", mistake.truth},
                   {"predicted", mistake.predicted},
                   {"probability", number_json(mistake.probability)}});
  }
  return out;
}

}  // namespace

Json answer_json(const TextAnswer& answer, int top) {
  Json out;
  out["text"] = answer.text;
  out["label"] = answer.abstained ? Json() : Json(answer.label());
  out["probability"] = number_json(answer.probability());
  Json probabilities = Json::array();
  const size_t shown = std::min(answer.ranking.size(), static_cast<size_t>(std::max(1, top)));
  for (size_t at = 0; at < shown; ++at) {
    Json entry = {{"label", answer.ranking[at].label}, {"probability", number_json(answer.ranking[at].probability)}};
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

Json mechanism_json(const Mechanism& mechanism, int top) {
  Json out = answer_json(mechanism.answer, top);
  out["attention"] = mechanism.attention;
  out["normalizer"] = mechanism.normalizer.empty() ? Json() : Json(mechanism.normalizer);
  out["weights_are_shares"] = mechanism.weights_are_shares;
  out["classes"] = mechanism.classes;
  out["structure"] = mechanism.structure;
  out["heads"] = mechanism.heads;
  out["look"] = mechanism.clear ? "clear" : "plain";
  out["members"] = mechanism.members;
  out["scores"] = numbers_json(mechanism.scores);
  if (!mechanism.score_rows.empty()) out["score_rows"] = rows_json(mechanism.score_rows);
  if (!mechanism.sentence_scores.empty()) out["sentence_scores"] = numbers_json(mechanism.sentence_scores);
  const bool by_sentence = !mechanism.answer.sentences.empty();
  out["contributions"] = rows_json(by_sentence ? std::vector<std::vector<double>>() : mechanism.contributions);
  if (by_sentence) out["sentence_contributions"] = rows_json(mechanism.contributions);
  out["bias"] = numbers_json(mechanism.bias);
  out["logits"] = numbers_json(mechanism.logits);
  out["temperature"] = mechanism.temperature;
  out["context"] = numbers_json(mechanism.context);
  return out;
}

Json calibration_json(const Calibration& calibration) {
  if (!calibration.fitted) return nullptr;
  return {{"temperature", number_json(calibration.temperature)},
          {"error_uncalibrated", number_json(calibration.error_before)},
          {"error", number_json(calibration.error_after)}};
}

Json test_json(const TextTestResult& result) {
  Json out;
  out["model"] = result.model;
  out["data"] = result.data;
  out["layout"] = result.layout;
  out["layout_difference"] = result.layout_difference;
  out["n"] = result.n;
  out["accuracy"] = number_json(result.accuracy);
  out["accuracy_ci"] = Json::array({number_json(result.accuracy_low), number_json(result.accuracy_high)});
  out["macro_f1"] = number_json(result.macro_f1);
  out["micro_f1"] = number_json(result.micro_f1);
  out["loss"] = number_json(result.loss);
  if (result.multi_label) {
    out["precision_at"] = numbers_json(result.precision_at);
    out["recall_at_1"] = number_json(result.recall_at_one);
    out["labels_per_text"] = number_json(result.labels_per_text);
  } else {
    out["calibration_error"] = number_json(result.calibration_error);
    out["calibration_error_uncalibrated"] = number_json(result.calibration_error_before);
  }
  if (result.abstain > 0) {
    out["abstain"] = result.abstain;
    out["answered"] = number_json(result.answered);
    out["answered_accuracy"] = number_json(result.answered_accuracy);
  }
  out["majority_label"] = result.majority_label;
  out["majority_share"] = number_json(result.majority_share);
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
  out["out_of_vocabulary"] = number_json(result.out_of_vocabulary);
  out["seconds"] = number_json(result.seconds);
  return out;
}

}  // namespace fovea::tasks
