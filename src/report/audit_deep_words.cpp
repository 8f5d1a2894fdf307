#include "report/audit_deep_words.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/audit_words.h"

namespace fovea::report {

using audit::Result;

std::string soft_told(const Result& result) {
  const audit::SoftErasureResult& soft = *result.soft_erasure;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = counted(soft.inputs, nouns.input, nouns.inputs) + ", of which " + with_commas(soft.skipped) +
                    nouns.in(" have nothing to lose and are skipped; ") + with_commas(soft.draws) +
                    nouns.in(" draws of each map. With nothing in any {part} S is ") + with_interval(soft.nothing) +
                    ".";
  std::string sight;
  for (const audit::MetricSight& metric : soft.metrics) {
    std::string name = metric.metric;
    std::replace(name.begin(), name.end(), '_', ' ');
    sight += (sight.empty() ? "" : ", ") + name + " " + with_interval(metric.diagnosticity) +
             (metric.blind ? " (blind here)" : "");
  }
  return sight.empty() ? out : out + " The best method is ranked above random maps: " + sight + "; .50 by chance.";
}

std::string not_unique_text(const Result& result) {
  const audit::AdversaryResult& adversary = *result.adversary;
  const attribution::Nouns& nouns = result.nouns;
  std::string out = counted(adversary.inputs, nouns.input, nouns.inputs) + ", " + with_commas(adversary.distributions) +
                    " distributions of " + with_commas(adversary.steps) + " steps each.";
  if (adversary.left_out > 0) {
    out += " Left out: " + with_commas(adversary.left_out) +
           nouns.in(" {inputs} whose answer is no sum over the weighted {parts}.");
  }
  if (adversary.inputs == 0) return out;
  return out +
         " Where weights far away give the same answer, these are not the only ones that could be shown. That does not "
         "make them unfaithful, and no grade rests on it.";
}

std::string roar_told(const Result& result) {
  const audit::RoarResult& roar = *result.roar;
  std::string out =
      counted(roar.seeds, "seed", "seeds") + ", " + counted(roar.trainings, "training", "trainings") + ".";
  for (const audit::RoarMap& map : roar.maps) {
    std::string seeds;
    for (const double racu : map.by_seed) {
      seeds += (seeds.empty() ? "" : ", ") + (std::isnan(racu) ? std::string("-") : bare(racu));
    }
    out += " RACU of " + map.curve.name + " by seed: " + seeds + ".";
  }
  return out;
}

std::vector<std::string> deep_choices(const Result& result) {
  const attribution::Nouns& nouns = result.nouns;
  std::vector<std::string> out;
  if (result.soft_erasure) {
    out.push_back(
        nouns.in("Erasing in shares is done on the {inputs} with bounds. The scores of a map are scaled to 0 … 1 in "
                 "each {input}, "
                 "equal ones to a half; a feature of what the network reads of a {part} stays with that probability "
                 "for Soft-NS, "
                 "and goes with it for Soft-NC. The draws are the same for all maps."));
  }
  if (result.adversary) {
    out.push_back(
        nouns.in(
            "Other weights are searched as by Jain and Wallace (2019): from log(1/n) + 3 N(0,1), by Adam in the "
            "AMSGrad form at a rate of .01, on up to 100 {inputs} drawn with the seed; what counts is the "
            "farthest of the distributions whose answer, as the model itself gives it, lies within the distance. ") +
        (result.adversary->looks > 1 ? std::string("Each of the ") + with_commas(result.adversary->looks) +
                                           " looks has weights of its own; maps are their mean."
                                     : nouns.in("What is searched is the weight of each {part} in its {input}, also "
                                                "where the model weighs sentences and the {parts} in them.")));
  }
  if (result.roar) {
    out.push_back(nouns.in(
        "Recursive ROAR: at each tenth the {parts} that the model of the step before puts first among those left are "
        "masked, in the training, validation and audited {inputs} alike, toward that model's own answer, and a model "
        "is "
        "trained from the beginning with the same settings and seed. What is masked is always by the models' own "
        "attention, also where a map from a file is audited."));
  }
  return out;
}

}  // namespace fovea::report
