// The verbs of the program, a row each: what it is called, what it is told, and what it does.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/errors.h"
#include "base/options/described.h"

namespace fovea::tasks {
class Kind;
}

namespace fovea::cli {

class Declared;

// A verb as it was asked for: its options, which a command line fills, and then its work.
class Request {
 public:
  virtual ~Request() = default;
  virtual std::vector<options::Described> options() = 0;

  // The field of --config; null where the verb has none. What excludes each other on a command line.
  virtual const std::string* config() const { return nullptr; }
  virtual std::pair<const void*, const void*> excluding() const = 0;

  // Once all options are read. Throws UserError (kUsage) for what does not go together.
  virtual void settle(const Declared& declared) = 0;
  virtual ExitCode run() const = 0;
};

struct Verb {
  const char* name;
  const char* says;                                           // of train the kind of task says it
  std::unique_ptr<Request> (*make)(const tasks::Kind& kind);  // kind: of task, which verbs that use a model don't ask
  bool trains = false;  // it may be told the kind of task: `fovea train text DATA`
};

std::span<const Verb> verbs();

std::string names_of_verbs();  // "Verbs: train, test, …"

}  // namespace fovea::cli
