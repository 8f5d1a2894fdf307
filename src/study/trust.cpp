#include "study/trust.h"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace fovea::study {
namespace {

Json number_json(const audit::Number& number) {
  return Json::array({number.mean, number.sd, number.low, number.high, number.n});
}

audit::Number number_from(const Json& json) {
  if (json.at(4).get<int64_t>() == 0) return {};  // the others may be no numbers
  return {json.at(0).get<double>(), json.at(1).get<double>(), json.at(2).get<double>(), json.at(3).get<double>(),
          json.at(4).get<int64_t>()};
}

audit::Grade grade_from(const std::string& name) {
  for (const audit::Grade grade : {audit::Grade::kDecorative, audit::Grade::kInformative, audit::Grade::kFaithful}) {
    if (audit::grade_name(grade) == name) return grade;
  }
  return audit::Grade::kNotAuditable;
}

using Member = std::pair<const char*, audit::Number Trust::*>;
constexpr std::array<Member, 8> kNumbers = {{{"permuted", &Trust::permuted},
                                             {"comprehensiveness", &Trust::comprehensiveness},
                                             {"random", &Trust::random},
                                             {"normalised", &Trust::normalised},
                                             {"normalised_random", &Trust::normalised_random},
                                             {"gradient", &Trust::gradient},
                                             {"recovered", &Trust::recovered},
                                             {"first_recovered", &Trust::first_recovered}}};

using Column = std::pair<const char*, std::vector<double> InputTrust::*>;
constexpr std::array<Column, 7> kColumns = {{{"lift", &InputTrust::lift},
                                             {"marked", &InputTrust::marked},
                                             {"permuted", &InputTrust::permuted},
                                             {"beyond", &InputTrust::beyond},
                                             {"best_beyond", &InputTrust::best_beyond},
                                             {"first_beyond", &InputTrust::first_beyond},
                                             {"first_best_beyond", &InputTrust::first_best_beyond}}};

Json inputs_json(const InputTrust& inputs) {
  Json json = {{"inputs", inputs.inputs}};
  for (const auto& [name, column] : kColumns) {
    Json values = Json::array();
    for (const double value : inputs.*column) values.push_back(std::isfinite(value) ? Json(value) : Json());
    json[name] = std::move(values);
  }
  return json;
}

InputTrust inputs_from(const Json& json) {
  InputTrust inputs;
  inputs.inputs = json.at("inputs").get<std::vector<int64_t>>();
  for (const auto& [name, column] : kColumns) {
    for (const Json& value : json.at(name)) {
      (inputs.*column).push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    if ((inputs.*column).size() != inputs.inputs.size()) {
      throw Json::other_error::create(501, "as many values as inputs are wanted", &json);
    }
  }
  return inputs;
}

}  // namespace

Json Trust::to_json() const {
  if (!failure.empty()) return {{"failure", failure}, {"no_weights", no_weights}};
  Json json = {
      {"grade", audit::grade_name(grade)}, {"provisional", provisional}, {"ignored", ignored}, {"texts", texts}};
  json["replaceable"] = replaceable ? Json(*replaceable) : Json();
  for (const auto& [name, member] : kNumbers) json[name] = number_json(this->*member);
  json["first_grade"] = audit::grade_name(first_grade);
  json["first_method"] = first_method;
  json["by_input"] = inputs_json(by_input);
  return json;
}

Trust Trust::from_json(const Json& json) {
  Trust trust;
  if (json.contains("failure")) {
    trust.failure = json.at("failure").get<std::string>();
    trust.no_weights = json.at("no_weights").get<bool>();
    return trust;
  }
  trust.grade = grade_from(json.at("grade").get<std::string>());
  trust.provisional = json.at("provisional").get<bool>();
  trust.ignored = json.at("ignored").get<bool>();
  if (!json.at("replaceable").is_null()) trust.replaceable = json.at("replaceable").get<bool>();
  trust.texts = json.at("texts").get<int64_t>();
  for (const auto& [name, member] : kNumbers) trust.*member = number_from(json.at(name));
  trust.first_grade = grade_from(json.at("first_grade").get<std::string>());
  trust.first_method = json.at("first_method").get<std::string>();
  trust.by_input = inputs_from(json.at("by_input"));
  return trust;
}

Trust trust_of(const audit::Result& result) {
  Trust trust;
  trust.grade = result.verdict.grade;
  trust.provisional = result.verdict.provisional;
  trust.ignored = result.verdict.ignored.value_or(false);
  trust.replaceable = result.verdict.replaceable;
  trust.texts = result.inputs;
  trust.permuted = result.gate.permuted;
  const audit::PartErasureResult& erasure = audit::deciding_erasure(result);
  if (!erasure.maps.empty()) {
    trust.comprehensiveness = erasure.maps.front().comprehensiveness;
    trust.normalised = erasure.maps.front().normalised;
  }
  trust.recovered = result.evidence.recovery.share;
  if (result.first) {
    trust.first_recovered = result.first->recovery.share;
    trust.first_grade = result.first->verdict.grade;
    trust.first_method = result.first->method;
  }
  trust.random = erasure.random.comprehensiveness;
  trust.normalised_random = erasure.random.normalised;
  for (const audit::PairAgreement& pair : result.agreement.pairs) {
    const bool beside_gradient = pair.second_method == attribution::Method::kGradient;
    if (pair.first_method == attribution::Method::kAttention && beside_gradient) trust.gradient = pair.tau;
  }
  return trust;
}

}  // namespace fovea::study
