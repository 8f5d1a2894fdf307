#include "cli/command_line.h"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>

#include "base/errors.h"
#include "base/nearest.h"
#include "base/version.h"
#include "cli/arguments/config.h"
#include "cli/arguments/declared.h"
#include "cli/arguments/help.h"
#include "cli/console.h"
#include "tasks/kinds.h"

namespace fovea::cli {
namespace {

// One verb on the command line.
struct Offer {
  std::unique_ptr<Request> request;
  CLI::App* app = nullptr;
  std::unique_ptr<Declared> declared;
  std::string kind;  // named on the command line; "" where it was not
};

// "Kinds of task, named before DATA (fovea train text DATA):", and a line for each.
std::string kinds_help(const Verb& verb) {
  constexpr size_t kLeft = 14;
  const std::string first(tasks::kinds().front()->name());
  std::string text = "Kinds of task, named before DATA (fovea " + std::string(verb.name) + " " + first +
                     " DATA); without a name " + first + ":";
  for (const tasks::Kind* kind : tasks::kinds()) {
    const std::string name(kind->name());
    text += "\n  " + name + std::string(kLeft - std::min(kLeft - 1, name.size()), ' ') + std::string(kind->says());
  }
  return text;
}

Offer offer(CLI::App& app, const Verb& verb, const tasks::Kind& kind) {
  Offer offered;
  offered.request = verb.make(kind);
  offered.app = app.add_subcommand(verb.name, *verb.says ? std::string(verb.says) : std::string(kind.says()));
  if (verb.trains) offered.app->footer(kinds_help(verb));
  offered.declared = std::make_unique<Declared>(*offered.app, offered.request->options());
  const auto [one, other] = offered.request->excluding();
  offered.declared->exclude(one, other);
  return offered;
}

[[noreturn]] void refuse_verb(const std::string& word) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) names.emplace_back(verb.name);
  const std::string guess = nearest(word, names);
  throw UserError(ExitCode::kUsage, "there is no verb '" + word + "'",
                  (guess.empty() ? "" : "Did you mean " + guess + "? ") + names_of_verbs() + ".");
}

[[noreturn]] void refuse_extra(const Offer& offered, const std::string& word) {
  const CLI::App& verb = *offered.app;
  const std::string help = see_help(verb, offered.kind);
  if (word.rfind("-", 0) == 0) {
    const std::string name = word.substr(0, word.find('='));
    const std::string guess = nearest(name, offered.declared->names());
    const bool takes_texts = offered.declared->find("INPUT") != nullptr;
    throw UserError(ExitCode::kUsage, "fovea " + verb.get_name() + ": there is no option " + name,
                    guess.empty() ? help + (takes_texts ? " A text that begins with - goes after --." : "")
                                  : "Did you mean " + guess + "? " + help);
  }
  throw UserError(ExitCode::kUsage, "fovea " + verb.get_name() + ": one argument too many: '" + word + "'",
                  "A text of several words wants quotes. " + help);
}

// The verb that was chosen, or null.
Offer* chosen_of(std::vector<Offer>& offers) {
  const auto chosen = std::find_if(offers.begin(), offers.end(), [](const Offer& one) { return one.app->parsed(); });
  return chosen == offers.end() ? nullptr : &*chosen;
}

void parse_words(CLI::App& app, std::vector<Offer>& offers, int argc, const char* const* argv) {
  try {
    app.parse(argc, const_cast<char**>(argv));
  } catch (const CLI::ExtrasError&) {
    const std::vector<std::string> extras = app.remaining(true);
    const std::string word = extras.empty() ? std::string() : extras.front();
    const Offer* chosen = chosen_of(offers);
    if (!chosen) refuse_verb(word);
    refuse_extra(*chosen, word);
  } catch (const CLI::CallForHelp&) {
    throw;
  } catch (const CLI::CallForVersion&) {
    throw;
  } catch (const CLI::ParseError& error) {
    const Offer* chosen = chosen_of(offers);
    const CLI::App& verb = chosen ? *chosen->app : app;
    throw UserError(ExitCode::kUsage, (chosen ? "fovea " + verb.get_name() + ": " : "") + std::string(error.what()),
                    see_help(verb, chosen ? chosen->kind : ""));
  }
}

// The kind of task behind a verb that trains: `fovea train text DATA`. It is taken from the words; where none is named
// it is the first of all.
const tasks::Kind& take_kind(std::vector<const char*>& words) {
  const tasks::Kind* kind = tasks::kinds().front();
  if (words.size() < 3) return *kind;
  const std::string_view verb = words[1], named = words[2];
  const bool trains =
      std::any_of(verbs().begin(), verbs().end(), [&](const Verb& one) { return one.trains && one.name == verb; });
  if (!trains) return *kind;
  for (const tasks::Kind* one : tasks::kinds()) {
    if (one->name() != named) continue;
    words.erase(words.begin() + 2);
    return *one;
  }
  return *kind;
}

constexpr const char* kFooter =
    "\nTry it:     fovea demo\n"
    "Your data:  fovea train reviews.csv --out model\n"
    "            fovea predict model \"one long string of cliches\" --explain\n"
    "            fovea explain model reviews.csv --html page.html\n";

}  // namespace

std::unique_ptr<Request> parse_command_line(int argc, const char* const* argv) {
  CLI::App app("Attention models that show where they look.", "fovea");
  app.set_version_flag("--version", std::string("fovea ") + version());
  app.formatter(help_formatter());
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  std::vector<Offer> offers;
  std::vector<const char*> words(argv, argv + argc);
  const tasks::Kind& kind = take_kind(words);
  const bool named = words.size() < static_cast<size_t>(argc);
  for (const Verb& verb : verbs()) {
    offers.push_back(offer(app, verb, kind));
    if (named && verb.trains) offers.back().kind = kind.name();
  }
  try {
    parse_words(app, offers, static_cast<int>(words.size()), words.data());
  } catch (const CLI::Error& asked) {  // --help, --version
    std::ostringstream out;
    app.exit(asked, out, out);
    print(out.str());
    flush_output();
    return nullptr;
  }
  Offer* chosen = chosen_of(offers);
  if (!chosen) throw UserError(ExitCode::kUsage, "which verb?", names_of_verbs() + ". See fovea --help.");
  const std::string* config = chosen->request->config();
  if (config && !config->empty()) apply_config(*chosen->declared, *config);
  chosen->request->settle(*chosen->declared);
  return std::move(chosen->request);
}

}  // namespace fovea::cli
