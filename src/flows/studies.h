// The trainings of a comparison or a search: their plans, their data, and one outcome for each.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "checkpoint/files.h"
#include "flows/training.h"
#include "flows/variants.h"
#include "study/compare.h"
#include "study/run.h"
#include "study/variants.h"

namespace fovea::flows {

class StudyTrainings {
 public:
  // `warned` is told, once each, what the data make doubtful; may be empty.
  StudyTrainings(const Variants& variants, std::function<void(const std::string&)> warned);

  // The plan of one training. What was given for all and does not apply to these settings is left out, and named in
  // `left_out` where that is given. Throws UserError (kUsage) for settings that cannot apply.
  TrainPlan plan(const study::Settings& settings, uint64_t seed, std::vector<std::string>* left_out = nullptr) const;

  // From now on every plan has these epochs and this patience, unless an option gives others.
  void set_length(const tasks::Length& length) { length_ = length; }

  // The data that a plan asks for; read once for all that ask for the same, as long as there are few of them. Throws
  // UserError (kNoInput) where a file has changed since it was read first.
  const tasks::Data& data(const TrainPlan& plan);

  // From now on data keep what Data::valid_inputs() gives.
  void keep_valid() { keep_valid_ = true; }

  // Hash of all that decides the outcome of a training: settings, data, program, threads, the seed too, and whether the
  // test part is read.
  std::string key(const TrainPlan& plan, bool read_test);

  struct Wishes {
    bool read_test = true;
    double max_seconds = 0;                                // 0: no limit but that of the plan
    checkpoint::Files* files = nullptr;                    // receives the model
    std::function<void(const train::Progress&)> progress;  // after every step
    std::function<bool()> should_stop;
  };
  // Nothing where it was interrupted. Throws UserError where the training cannot be done: kInternal where memory did
  // not suffice.
  std::optional<study::Run> train(const TrainPlan& plan, const Wishes& wishes);

  uint64_t first_seed() const { return first_seed_; }
  const Variants& variants() const { return variants_; }

 private:
  struct Loaded {
    std::string options;
    std::unique_ptr<tasks::Data> data;
  };
  const std::vector<std::string>& hashes(const TrainPlan& plan);  // of its files
  std::unique_ptr<tasks::Data> read(const TrainPlan& plan);

  const Variants& variants_;
  std::function<void(const std::string&)> warned_;
  std::set<std::string> told_;  // what it was told already
  uint64_t first_seed_ = 1;
  std::optional<tasks::Length> length_;
  bool keep_valid_ = false;
  std::string program_;                                     // hash of the running program
  std::map<std::string, std::vector<std::string>> sha256_;  // of the files, by what names them
  std::list<Loaded> loaded_;                                // the last asked for first
};

// What a study calls the inputs of a kind.
study::InputNouns study_nouns(const tasks::Kind& kind);

// The names of the data's files, without their folders.
std::string names_of(const tasks::Data& data);

}  // namespace fovea::flows
