#include "flows/using.h"

#include <algorithm>
#include <string_view>

#include "base/errors.h"
#include "base/text.h"
#include "checkpoint/load.h"
#include "data/readers/bytes.h"
#include "data/readers/gzip.h"
#include "data/readers/label_prefix.h"
#include "data/readers/source.h"
#include "data/readers/utf8.h"

namespace fovea::flows {
namespace {

constexpr int64_t kInputsAtOnce = 512;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Answers inputs some at a time, and counts what their bytes lacked.
class Predictor {
 public:
  Predictor(const tasks::Model& model, const tasks::AnswerOptions& options, const PredictEvents& events)
      : model_(model), options_(options), events_(events) {
    model.require(options);
  }

  void answer(const tasks::Inputs& inputs) {
    for (int64_t first = 0; first < inputs.size(); first += kInputsAtOnce) {
      const auto answers = model_.answer(inputs, first, std::min(kInputsAtOnce, inputs.size() - first), options_);
      if (events_.answered) events_.answered(answers);
    }
    bad_bytes_ += inputs.bad_bytes();
    options_.first_number += inputs.size();
  }

  // By what the beginning of their file has told.
  void answer_lines(std::vector<std::string>& lines) {
    if (lines.empty()) return;
    if (!form_.label_prefix.empty()) {
      for (std::string& line : lines) line = std::string(data::without_labels(line, form_.label_prefix));
    }
    answer(*model_.take(lines));
    lines.clear();
  }

  void look_at(std::string_view beginning, const std::string& path) {
    form_ = model_.line_form(beginning, path);
    if (!form_.warned.empty()) warn(form_.warned);
    if (!form_.told.empty() && events_.told) events_.told(form_.told);
  }

  // Whole files at once.
  void answer_file(const std::string& bytes, const std::string& path) {
    data::refuse_foreign_bytes(path, bytes);
    const size_t begin = bytes.rfind(kByteOrderMark, 0) == 0 ? kByteOrderMark.size() : 0;
    look_at(std::string_view(bytes).substr(begin), path);
    std::vector<std::string> lines;
    for (size_t at = begin; at < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', at), bytes.size());
      lines.push_back(without_return(bytes.substr(at, end - at)));
      at = end + 1;
      if (std::ssize(lines) == kInputsAtOnce) answer_lines(lines);
    }
    answer_lines(lines);
  }

  static std::string without_return(std::string line) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
  }

  void finish() const {
    if (bad_bytes_ > 0) warn(counted(bad_bytes_, "byte is", "bytes are") + " not UTF-8, read as U+FFFD");
  }
  void warn(const std::string& what) const {
    if (events_.warned) events_.warned(what);
  }

 private:
  const tasks::Model& model_;
  tasks::AnswerOptions options_;
  const PredictEvents& events_;
  tasks::LineForm form_;
  int64_t bad_bytes_ = 0;
};

std::string unzipped(std::istream& in) {
  std::string bytes;
  data::GunzipStream gunzip("-", &bytes);
  std::string chunk(size_t{1} << 16, '\0');
  while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
    gunzip.add({chunk.data(), static_cast<size_t>(in.gcount())});
  }
  gunzip.end();
  return bytes;
}

}  // namespace

OpenModel open_model(const std::string& path) {
  OpenModel open{path, checkpoint::load_model(path), nullptr};
  open.model = tasks::kind_of(open.files, path).open(open.files, path);
  return open;
}

std::unique_ptr<tasks::TestResult> test(const OpenModel& model, const tasks::InputSource& source,
                                        const tasks::AnswerOptions& options,
                                        const std::function<void(const std::string&)>& warned) {
  model.model->require(options);
  const std::unique_ptr<tasks::Inputs> inputs = model.model->read(source);
  if (const std::string doubt = inputs->doubt(); warned && !doubt.empty()) warned(doubt);
  std::unique_ptr<tasks::TestResult> result = model.model->test(*inputs, options);
  result->name(model.path, joined(source.paths));
  return result;
}

void predict(const tasks::Model& model, std::span<const std::string> inputs, const tasks::AnswerOptions& options,
             const PredictEvents& events) {
  Predictor predictor(model, options, events);
  const std::unique_ptr<tasks::Inputs> taken = model.take(inputs);
  for (const std::string& what : taken->warnings()) predictor.warn(what);
  predictor.answer(*taken);
  predictor.finish();
}

void predict_table(const tasks::Model& model, tasks::InputSource source, const tasks::AnswerOptions& options,
                   const PredictEvents& events) {
  Predictor predictor(model, options, events);
  source.like_training = false;
  source.table.labels_required = false;
  source.table.keep_empty = true;
  const std::unique_ptr<tasks::Inputs> inputs = model.read(source);
  for (const std::string& what : inputs->warnings()) predictor.warn(what);
  predictor.answer(*inputs);
  predictor.finish();
}

void predict_file(const tasks::Model& model, const std::string& path, const tasks::AnswerOptions& options,
                  const PredictEvents& events) {
  Predictor predictor(model, options, events);
  predictor.answer_file(data::read_bytes(path).bytes, path);
  predictor.finish();
}

void predict_stream(const tasks::Model& model, std::istream& in, const tasks::AnswerOptions& options,
                    const PredictEvents& events) {
  Predictor predictor(model, options, events);
  if (in.peek() == static_cast<unsigned char>(data::kGzipMagic.front())) {
    predictor.answer_file(unzipped(in), "-");
    predictor.finish();
    return;
  }
  std::vector<std::string> lines;
  std::string line;
  for (bool first = true; std::getline(in, line); first = false) {
    if (first) data::refuse_foreign_bytes("-", line);
    if (first && line.rfind(kByteOrderMark, 0) == 0) line.erase(0, kByteOrderMark.size());
    line = Predictor::without_return(line);
    if (first) predictor.look_at(line, tasks::kStandardInput);
    lines.push_back(line);
    if (std::ssize(lines) < kInputsAtOnce && in.rdbuf()->in_avail() > 0) continue;
    predictor.answer_lines(lines);
  }
  predictor.answer_lines(lines);
  predictor.finish();
}

}  // namespace fovea::flows
