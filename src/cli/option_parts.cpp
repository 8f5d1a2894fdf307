#include "cli/option_parts.h"

namespace fovea::cli {

using options::kNotSaved;
using options::Part;

void visit(CommonOptions& common, options::Visitor& visitor, bool json_file) {
  constexpr int kRow = 100;  // below what a verb has of its own
  visitor.flag({.name = "json",
                .says = "One JSON object on standard output (predict: one a line)",
                .part = Part::kMachine,
                .row = kRow,
                .more = "one object on standard output; `predict`: one a line",
                .key = kNotSaved,
                .per_run = true},
               common.json);
  if (json_file) {
    visitor.text({.name = "json-out",
                  .says = "Write the JSON to this file as well",
                  .part = Part::kMachine,
                  .row = kRow,
                  .shown = "FILE",
                  .more = "write the JSON to this file as well; not for `predict`",
                  .key = kNotSaved,
                  .per_run = true},
                 common.json_out);
  }
  visitor.flag({.name = "quiet",
                .says = "Only warnings and errors on standard error",
                .part = Part::kMachine,
                .row = kRow,
                .key = kNotSaved,
                .letter = 'q',
                .per_run = true},
               common.quiet);
  visitor.flag({.name = "verbose",
                .says = "More about what is done",
                .part = Part::kMachine,
                .row = kRow,
                .key = kNotSaved,
                .letter = 'v',
                .per_run = true},
               common.verbose);
  visitor.whole({.name = "threads",
                 .says = "Threads; 0: every core",
                 .part = Part::kMachine,
                 .row = kRow,
                 .more = "0: every core that the process may use (`taskset`, containers). Where other programs keep "
                         "the cores busy, fewer ([kernels.md](kernels.md#where-the-time-goes))",
                 .key = kNotSaved,
                 .per_run = true},  // compared as numbers of threads, since 0 means every core
                common.threads, {0, 1024});
  visitor.one_of({.name = "color",
                  .says = "Colours: auto, always, never",
                  .part = Part::kMachine,
                  .row = kRow,
                  .more = "auto, always, never",
                  .key = kNotSaved,
                  .per_run = true},
                 common.color, {"auto", "always", "never"});
  visitor.one_of({.name = "device",
                  .says = "cpu; cuda is not there yet",
                  .part = Part::kMachine,
                  .row = kRow,
                  .more = "this version runs on the CPU only",
                  .key = kNotSaved,
                  .per_run = true},
                 common.device, {"cpu", "cuda"});
}

void visit_model(std::string& model, options::Visitor& visitor, bool required) {
  visitor.text({.name = "MODEL", .says = "Folder of a trained model", .part = Part::kArgument, .required = required},
               model);
}

void visit_abstain(double& abstain, options::Visitor& visitor, const char* more) {
  visitor.number(
      {.name = "abstain", .says = "Below this probability give no label", .part = Part::kAnswers, .more = more},
      abstain, {0, 1});
}

void visit_page(std::string& html, options::Visitor& visitor, Part part, const char* says, const char* more) {
  visitor.text({.name = "html", .says = says, .part = part, .shown = "FILE", .more = more}, html);
}

void visit_folder(std::string& out, bool& force, options::Visitor& visitor, const std::array<const char*, 4>& says) {
  visitor.text({.name = "out", .says = says[0], .part = Part::kFiles, .row = 1, .shown = "FOLDER", .more = says[1]},
               out);
  visitor.flag({.name = "force", .says = says[2], .part = Part::kFiles, .row = 1, .more = says[3]}, force);
}

}  // namespace fovea::cli
