#include "cli/verb_table.h"

#include <algorithm>
#include <type_traits>

#include "cli/arguments/declared.h"
#include "cli/check_command.h"
#include "cli/options.h"
#include "cli/verbs.h"

namespace fovea::cli {
namespace {

template <typename Command, ExitCode (*run_command)(const Command&)>
class RequestOf : public Request {
 public:
  explicit RequestOf(const tasks::Kind& kind) {
    if constexpr (std::is_constructible_v<Command, const tasks::Kind&>) command_ = Command(kind);
    if constexpr (requires { command_.kind = &kind; }) command_.kind = &kind;
  }

  std::vector<options::Described> options() override { return options::described(command_); }
  const std::string* config() const override {
    if constexpr (requires { command_.config; }) return &command_.config;
    return nullptr;
  }
  std::pair<const void*, const void*> excluding() const override {
    return {&command_.common.verbose, &command_.common.quiet};
  }
  void settle(const Declared& declared) override {
    command_.common.given = declared.given();
    if constexpr (requires { cli::settle(command_); }) cli::settle(command_);
  }
  ExitCode run() const override { return run_command(command_); }

 protected:
  Command command_;
};

// A verb that trains many times: what its trainings have in common is kept as it was given, since every one is made of
// it anew (flows/variants.h).
template <typename Command, ExitCode (*run_command)(const Command&)>
class StudyRequestOf : public RequestOf<Command, run_command> {
 public:
  explicit StudyRequestOf(const tasks::Kind& kind) : RequestOf<Command, run_command>(kind), training_(kind) {}

  std::vector<options::Described> options() override {
    std::vector<options::Described> options = RequestOf<Command, run_command>::options();
    for (options::Described& option : options_of_study(training_)) {
      // It reads its data again and again, which standard input does not allow.
      if (options::address_of(option.field) == &training_.plan.settings->files().paths) {
        says_ = option.facts.says;
        constexpr std::string_view kStream = "; - for standard input";
        if (const size_t at = says_.find(kStream); at != std::string::npos) says_.erase(at, kStream.size());
        option.facts.says = says_.c_str();
      }
      options.push_back(std::move(option));
    }
    return options;
  }
  const std::string* config() const override { return &training_.config; }
  void settle(const Declared& declared) override {
    const std::vector<options::Described> known = options_of_study(training_);
    for (options::Written& option : declared.written(&training_.config)) {
      if (options::find(known, option.name)) this->command_.training.push_back(std::move(option));
    }
    RequestOf<Command, run_command>::settle(declared);
  }

 private:
  TrainCommand training_;
  std::string says_;  // of DATA
};

template <typename Made>
std::unique_ptr<Request> make(const tasks::Kind& kind) {
  return std::make_unique<Made>(kind);
}

constexpr Verb kVerbs[] = {
    {"train", "", make<RequestOf<TrainCommand, run_train>>, true},
    {"test", "Score a model on labelled texts", make<RequestOf<TestCommand, run_test>>},
    {"predict", "Label texts: one line out per line in", make<RequestOf<PredictCommand, run_predict>>},
    {"explain", "Show where a model looks: a page, or step by step", make<RequestOf<ExplainCommand, run_explain>>},
    {"align", "Link the words of sentence pairs, by a translator's look", make<RequestOf<AlignCommand, run_align>>},
    {"audit", "Say whether a model's attention can be believed", make<RequestOf<AuditCommand, run_audit>>},
    {"compare", "Train variants with several seeds: what differs", make<StudyRequestOf<CompareCommand, run_compare>>,
     true},
    {"tune", "Search settings within a budget of time", make<StudyRequestOf<TuneCommand, run_tune>>, true},
    {"info", "This program and machine, or a model", make<RequestOf<InfoCommand, run_info>>},
    {"demo", "The whole way in a minute, on made-up texts", make<RequestOf<DemoCommand, run_demo>>},
};

}  // namespace

std::span<const Verb> verbs() {
  return kVerbs;
}

std::string names_of_verbs() {
  std::string names;
  for (const Verb& verb : kVerbs) names += (names.empty() ? "Verbs: " : ", ") + std::string(verb.name);
  return names;
}

}  // namespace fovea::cli
