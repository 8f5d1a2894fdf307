// The trainings of a study: what was given on its command line, with some options set otherwise.
#pragma once

#include <string>
#include <vector>

#include "cli/options.h"
#include "study/variants.h"

namespace CLI {
class App;
}

namespace fovea::cli {

// What of the options given to `verb` belongs to a training, DATA included.
std::vector<GivenOption> given_training(const CLI::App& verb);

// The command that `fovea train` would make of `given` and `settings` together; a setting stands in place of the same
// option given. UserError (kUsage) for an option that there is not, for a value that is none, and for what cannot
// apply.
TrainCommand training_with(const std::vector<GivenOption>& given, const study::Settings& settings);

// The same where a part of `given` cannot apply beside `settings`: that part is left out, and named in `left_out`. What
// of `given` a study may vary may be left out, no more.
TrainCommand training_fitted(const std::vector<GivenOption>& given, const study::Settings& settings,
                             std::vector<std::string>* left_out);

// The data and the seed of `given`, without what a study may vary: that need not fit the usual values of options that
// it varies.
TrainCommand training_in_common(const std::vector<GivenOption>& given);

// Throws UserError (kUsage) where a setting has no such option, or not such a value. Settings that are right each by
// itself may still not go together: that is training_with's to say.
void require_settings(const study::Settings& settings);

// Whether a study may vary the option: what decides the text, the model, the loss, where it starts or the training, but
// for the seed. Throws UserError (kUsage) that says why not.
void require_varied(const std::string& option);

}  // namespace fovea::cli
