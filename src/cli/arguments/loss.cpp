#include "cli/arguments/loss.h"

#include "cli/arguments/common.h"
#include "cli/arguments/values.h"

namespace fovea::cli {

void add_loss(CLI::App& app, TrainCommand& command, OptionWords& words) {
  const std::string group = "What it lowers";
  describe(app.add_option("--label-smoothing", command.loss.label_smoothing,
                          "Share of the target that is spread over all labels")
               ->check(share()),
           group);
  describe(app.add_option("--class-weights", words.class_weights,
                          "none, balanced, label=weight,label=weight…, or a file of lines: weight, tab, label"),
           group);
  describe(app.add_flag("--multi-label", command.data.table.multi_label,
                        "A text may have several labels or none; each has a probability of its own"),
           group);
  describe(app.add_option("--label-separator", command.data.table.label_separator,
                          "Between the labels of a cell, with --multi-label")
               ->type_name("TEXT"),
           group);
  describe(app.add_option("--weight-column", command.data.table.weight_column,
                          "Column of each training row's weight, by name or number from 1")
               ->type_name("COLUMN"),
           group);
}

}  // namespace fovea::cli
