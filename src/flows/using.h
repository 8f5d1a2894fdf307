// What a trained model is used for: scores, answers, pictures. Prints nothing and knows no terminal.
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "checkpoint/files.h"
#include "tasks/kinds.h"
#include "tasks/model.h"

namespace fovea::flows {

struct OpenModel {
  std::string path;  // its folder
  checkpoint::Files files;
  std::shared_ptr<const tasks::Model> model;
};

// Of whatever kind config.json names. Throws what load_model() and Kind::open() throw.
OpenModel open_model(const std::string& path);

// The scores on files whose rows have their truth. `warned` is told what is doubtful about them and no part of the
// result; may be empty.
std::unique_ptr<tasks::TestResult> test(const OpenModel& model, const tasks::InputSource& source,
                                        const tasks::AnswerOptions& options,
                                        const std::function<void(const std::string&)>& warned = {});

// Answers of inputs that come one after the other.
struct PredictEvents {
  std::function<void(std::span<const std::unique_ptr<tasks::Answer>>)> answered;  // in order, some at a time
  std::function<void(const std::string&)> told, warned;
};

// Each string one input.
void predict(const tasks::Model& model, std::span<const std::string> inputs, const tasks::AnswerOptions& options,
             const PredictEvents& events);

// Rows of tables; labels need not be there.
void predict_table(const tasks::Model& model, tasks::InputSource source, const tasks::AnswerOptions& options,
                   const PredictEvents& events);

// A file of one input a line, plain or gzip. A label before a text (__label__x) is left out, and that is told; a file
// that looks like a table is warned of.
void predict_file(const tasks::Model& model, const std::string& path, const tasks::AnswerOptions& options,
                  const PredictEvents& events);

// The same of a stream: all lines at hand are answered together; where they come one by one, each at once.
void predict_stream(const tasks::Model& model, std::istream& in, const tasks::AnswerOptions& options,
                    const PredictEvents& events);

}  // namespace fovea::flows
