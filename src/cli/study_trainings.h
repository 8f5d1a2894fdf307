// The trainings of a study as its room wants them: a function from settings and seed to a plain result.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint/folder.h"
#include "cli/options.h"
#include "study/run.h"
#include "study/variants.h"
#include "tasks/text_data.h"
#include "train/length.h"
#include "train/trainer.h"

namespace fovea::cli {

class StudyTrainings {
 public:
  // `given`: what all trainings have in common.
  explicit StudyTrainings(std::vector<GivenOption> given);

  // The command of one training. The split is that of the common --seed, whatever `seed` is. What all have in common
  // but cannot apply beside these settings is left out, and named in `left_out` where that is given. Throws UserError
  // (kUsage) for settings that cannot apply.
  TrainCommand command(const study::Settings& settings, uint64_t seed,
                       std::vector<std::string>* left_out = nullptr) const;

  // From now on every command has these epochs and this patience, unless an option gives others.
  void set_length(const train::Length& length) { length_ = length; }

  // The data that a command asks for; read once for all that ask for the same, as long as there are few of them.
  // Throws UserError (kNoInput) where a file has changed since it was read first.
  tasks::TextData& data(const TrainCommand& command);

  // Hash of all that decides the outcome of a training: settings, data, program, threads, the seed too, and whether the
  // test part is read.
  std::string key(const TrainCommand& command, bool read_test);

  struct Wishes {
    bool read_test = true;
    double max_seconds = 0;                                // 0: no limit but that of the command
    checkpoint::Files* files = nullptr;                    // receives the model
    std::function<void(const train::Progress&)> progress;  // after every step
  };
  // Nothing where it was interrupted. Throws UserError where the training cannot be done: kInternal where memory did
  // not suffice.
  std::optional<study::Run> train(const TrainCommand& command, const Wishes& wishes);

  uint64_t first_seed() const { return first_seed_; }
  const std::vector<GivenOption>& given() const { return given_; }
  bool is_given(const std::string& option) const;

 private:
  struct Loaded {
    std::string options;
    std::unique_ptr<tasks::TextData> data;
  };

  // What a key needs of the data, which does not depend on how texts are cut into words.
  struct DataFacts {
    std::vector<std::string> sha256;
    int64_t vector_size = 0;
  };
  const DataFacts& facts(const TrainCommand& command);
  std::unique_ptr<tasks::TextData> read(const TrainCommand& command);

  std::vector<GivenOption> given_;
  uint64_t first_seed_ = 1;
  std::optional<train::Length> length_;
  std::string program_;  // hash of the running program
  std::map<std::string, DataFacts> facts_;
  std::list<Loaded> loaded_;  // the last asked for first
};

}  // namespace fovea::cli
