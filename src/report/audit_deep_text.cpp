#include "report/audit_deep_text.h"

#include "base/text.h"
#include "draw/columns.h"
#include "report/audit_deep_words.h"
#include "report/audit_text.h"
#include "report/audit_words.h"

namespace fovea::report {
namespace {

using audit::Result;

constexpr size_t kDeepName = 20, kDeepCell = 20;

std::string deep_row(const std::string& name, const std::vector<std::string>& cells, size_t first = kDeepName) {
  std::string line = draw::pad_right(draw::ellipsize(draw::safe_text(name), first - 1), first);
  for (const std::string& cell : cells) line += draw::pad_left(cell, kDeepCell);
  return line + "\n";
}

std::string soft_table(const Result& result, const draw::Style& style) {
  const audit::SoftErasureResult& soft = *result.soft_erasure;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = heading_of(nouns.in("what erasing {parts} in shares does to the answer"), style) +
                    deep_row("", {"Soft-NC ↑", "Soft-NS ↑", "share kept"});
  const auto line = [](const audit::SoftRow& row) {
    return deep_row(row.name,
                    {with_interval(row.comprehensiveness), with_interval(row.sufficiency), with_interval(row.kept)});
  };
  for (const audit::SoftRow& row : soft.maps) out += line(row);
  out += line(soft.random);
  return out + draw::wrapped(soft_told(result), style.width, 0);
}

std::string adversary_table(const Result& result, const draw::Style& style) {
  const audit::AdversaryResult& adversary = *result.adversary;
  const attribution::Nouns& nouns = result.nouns;
  std::string out =
      heading_of("do other weights give the same answer? (unique or not, never unfaithful)", style) +
      deep_row("the answer moves by no more than", {bare(adversary.found[0].same), bare(adversary.found[1].same)}, 40);
  const auto line = [&](const std::string& name, audit::Number audit::OtherWeights::*number) {
    out += deep_row(name, {with_interval(adversary.found[0].*number), with_interval(adversary.found[1].*number)}, 40);
  };
  line("farthest JSD found (at most .69)", &audit::OtherWeights::distance);
  line("the same of the farthest there is", &audit::OtherWeights::reached);
  line(nouns.in("{inputs} where it is near .69"), &audit::OtherWeights::near_ln2);
  line(nouns.in("{inputs} where any was found"), &audit::OtherWeights::found);
  return out + draw::wrapped(not_unique_text(result), style.width, 0);
}

std::string roar_table(const Result& result, const draw::Style& style) {
  const audit::RoarResult& roar = *result.roar;
  const attribution::Nouns& nouns = result.nouns;
  std::string out =
      heading_of(nouns.in("what trainings without the {parts} named still learn (recursive ROAR)"), style);
  std::vector<std::string> head = {"random"}, racu = {"0"};
  for (const audit::RoarMap& map : roar.maps) {
    head.push_back(map.curve.name);
    racu.push_back(with_interval(map.racu));
  }
  out += deep_row("accuracy, masked", head);
  for (size_t step = 0; step < roar.random.accuracy.size(); ++step) {
    std::vector<std::string> cells = {with_interval(roar.random.accuracy[step])};
    for (const audit::RoarMap& map : roar.maps) cells.push_back(with_interval(map.curve.accuracy[step]));
    out += deep_row(std::to_string(100 / audit::kRoarSteps * static_cast<int64_t>(step)) + " %", cells);
  }
  out += deep_row("RACU ↑ (1: ideal)", racu);
  return out + draw::wrapped(roar_told(result), style.width, 0);
}

}  // namespace

std::string audit_deep_text(const Result& result, const draw::Style& style) {
  std::string out;
  if (result.soft_erasure) out += soft_table(result, style);
  if (result.adversary) out += adversary_table(result, style);
  if (result.roar) out += roar_table(result, style);
  return out;
}

}  // namespace fovea::report
