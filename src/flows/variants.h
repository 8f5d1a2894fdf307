// The plans of a study: what was given for all of its trainings, with some options set otherwise.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/options/words.h"
#include "flows/plan.h"
#include "study/variants.h"

namespace fovea::flows {

class Variants {
 public:
  // What was given, DATA included, for trainings of this kind.
  Variants(const tasks::Kind& kind, std::vector<options::Written> given) : kind_(&kind), given_(std::move(given)) {}

  const tasks::Kind& kind() const { return *kind_; }

  // The plan of what was given and `settings` together; a setting stands in place of the same option given. Throws
  // UserError (kUsage) for an option that there is not, for a value that is none, and for what cannot apply.
  TrainPlan with(const study::Settings& settings) const;

  // The same where a part of what was given cannot apply beside `settings`: that part is left out, and named in
  // `left_out`. What a study may vary may be left out, no more.
  TrainPlan fitted(const study::Settings& settings, std::vector<std::string>& left_out) const;

  // The data and the seed alone, without what a study may vary: that need not fit the usual values of options that it
  // varies.
  TrainPlan in_common() const;

  bool is_given(const std::string& option) const;

  // Throw UserError (kUsage) where a setting has no such option, or not such a value; and where a study may not vary
  // the option. Settings that are right each by itself may still not go together: that is with()'s to say.
  void require_settings(const study::Settings& settings) const;
  void require_varied(const std::string& option) const;

  // A settings file (TOML) under a heading: what was given, a preset by the settings that it stands for, and at the end
  // `settings` in place of the same options given.
  std::string settings_text(const std::string& heading, const study::Settings& preset,
                            const study::Settings& settings) const;

 private:
  TrainPlan plan_of(const std::vector<options::Written>& given, const study::Settings& settings) const;

  const tasks::Kind* kind_;
  std::vector<options::Written> given_;
};

// The options of a training that a study takes: all but those of `fovea train` alone (options::Facts::alone).
std::vector<options::Described> options_of_study(TrainPlan& plan);

}  // namespace fovea::flows
