#include "flows/kept_verdict.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"
#include "checkpoint/load.h"
#include "checkpoint/place.h"
#include "draw/columns.h"
#include "report/audit_words.h"

namespace fovea::flows {
namespace {

constexpr size_t kMostBytes = size_t{1} << 16;  // of the file
constexpr const char* kWeights = "attention";

std::optional<audit::Grade> grade_of(const std::string& name) {
  constexpr std::array kGrades = {audit::Grade::kNotAuditable, audit::Grade::kDecorative, audit::Grade::kInformative,
                                  audit::Grade::kFaithful};
  for (const audit::Grade grade : kGrades) {
    if (audit::grade_name(grade) == name) return grade;
  }
  return std::nullopt;
}

std::string picture_of(const audit::Result& result) {
  if (!result.first || result.first->instead == 0) return kWeights;
  return result.first->instead < result.inputs ? "mixed" : result.first->method;
}

}  // namespace

std::string verdict_path(const std::string& model) {
  return checkpoint::plain_path(model).string() + ".audit.json";
}

void keep_verdict(const OpenModel& model, const audit::Result& result) {
  const audit::Recovery& recovery = result.first ? result.first->recovery : result.evidence.recovery;
  const audit::Verdict& verdict = result.first ? result.first->verdict : result.verdict;
  Json out;
  out["model"] = checkpoint::identity(model.files);
  out["data"] = result.data;
  out["inputs"] = result.inputs;
  out["depth"] = audit::depth_name(result.depth);
  out["picture"] = picture_of(result);
  out["grade"] = audit::grade_name(verdict.grade);
  out["provisional"] = verdict.provisional;
  out["recovered"] = recovery.share.n > 0 ? Json(recovery.share.mean) : Json();
  out["why"] = verdict.reasons.empty() ? "" : verdict.reasons.front();
  out["not_above"] = verdict.not_above;
  out["advised"] = report::advised_method(result);
  write_file(verdict_path(model.path), to_pretty(out));
}

std::optional<KeptVerdict> kept_verdict(const OpenModel& model) {
  const std::string path = verdict_path(model.path);
  if (std::error_code error; !std::filesystem::is_regular_file(path, error)) return std::nullopt;
  try {
    const Json json = json_object(read_file(path), path, "", {.most_bytes = kMostBytes});
    if (json.at("model").get<std::string>() != checkpoint::identity(model.files)) return std::nullopt;
    const std::optional<audit::Grade> grade = grade_of(json.at("grade").get<std::string>());
    if (!grade) return std::nullopt;
    return KeptVerdict{.picture = json.value("picture", "attention"),
                       .grade = *grade,
                       .data = json.at("data").get<std::string>(),
                       .share = json.at("recovered").is_number() ? json.at("recovered").get<double>() : 0,
                       .why = json.value("why", ""),
                       .not_above = json.value("not_above", ""),
                       .advised = json.at("advised").get<std::string>()};
  } catch (const UserError&) {
    return std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

std::string advised_method(const tasks::Model& model, const std::optional<KeptVerdict>& verdict) {
  if (!verdict || verdict->grade != audit::Grade::kDecorative || verdict->advised == verdict->picture) return "";
  const std::vector<attribution::MethodFacts> known = model.methods();
  const bool has =
      std::any_of(known.begin(), known.end(), [&](const auto& one) { return one.name == verdict->advised; });
  return has ? verdict->advised : "";
}

std::string verdict_told(const std::optional<KeptVerdict>& verdict) {
  if (!verdict || verdict->grade > audit::Grade::kDecorative) return "";
  const std::string where = "an audit on " + draw::safe_text(report::last_name(verdict->data));
  if (verdict->grade == audit::Grade::kNotAuditable) {
    std::string why = draw::safe_text(verdict->why);
    if (!why.empty() && why.back() == '.') why.pop_back();
    return where + " could not grade what is shown (not-auditable)" + (why.empty() ? "" : ": " + why);
  }
  return where + " found " +
         (verdict->picture == kWeights  ? "the weights"
          : verdict->picture == "mixed" ? "the picture that comes first"
                                        : draw::safe_text(verdict->picture)) +
         " decorative (" + audit::share_text(verdict->share) + " of the way" +
         (verdict->not_above.empty() ? "" : ", not shown to be above " + draw::safe_text(verdict->not_above)) + ")";
}

std::string verdict_heeded(const tasks::Model& model, const std::optional<KeptVerdict>& verdict) {
  const std::string told = verdict_told(verdict), advised = advised_method(model, verdict);
  return told + (advised.empty() ? "" : ", so " + advised + " is shown; --method attention shows the weights");
}

}  // namespace fovea::flows
