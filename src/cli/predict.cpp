// `fovea predict`: one line out per line in, at once where the lines come one by one.
#include <iostream>

#include <unistd.h>

#include "base/log.h"
#include "cli/check_command.h"
#include "cli/console.h"
#include "cli/model_input.h"
#include "cli/verbs.h"
#include "data/readers/bytes.h"
#include "data/readers/gzip.h"
#include "data/readers/label_prefix.h"
#include "data/readers/source.h"
#include "data/readers/utf8.h"
#include "report/json.h"

namespace fovea::cli {
namespace {

constexpr size_t kLinesAtOnce = 512;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr int kDigits = 4;  // of a probability

// What is shown of the ranking: as many labels as asked for, or of several all that are given. Thresholds differ, so
// that one given may stand behind one that is not.
std::vector<tasks::LabelProbability> entries_shown(const tasks::Answer& answer, const PredictCommand& command) {
  const bool all_given = answer.multi_label && !command.common.given.count("top");
  std::vector<tasks::LabelProbability> shown;
  for (const tasks::LabelProbability& entry : answer.ranking) {
    if (all_given ? entry.given : std::ssize(shown) < command.top) shown.push_back(entry);
  }
  return shown;
}

std::string ranking_text(const tasks::Answer& answer, const PredictCommand& command) {
  if (answer.abstained) return "\t" + fixed(answer.probability(), kDigits);
  std::string text;
  for (const tasks::LabelProbability& entry : entries_shown(answer, command)) {
    text += (text.empty() ? "" : "\t") + report::safe_text(entry.label) + "\t" + fixed(entry.probability, kDigits);
  }
  return text;
}

std::string fasttext_line(const tasks::Answer& answer, const PredictCommand& command, const std::string& prefix) {
  if (answer.abstained) return "";  // as fastText where no label reaches its threshold
  std::string text;
  for (const tasks::LabelProbability& entry : entries_shown(answer, command)) {
    text += (text.empty() ? "" : " ") + prefix + report::safe_text(entry.label) + " " + fixed(entry.probability, 5);
  }
  return text;
}

class Predictor {
 public:
  Predictor(const PredictCommand& command, const report::Style& style)
      : command_(command), style_(style), classifier_(load_classifier(command.model)) {
    refuse_abstaining(classifier_, command.abstain);
  }

  void text(const std::string& text) { answer({text}); }

  void table() {
    data::TableOptions options = command_.table;
    options.labels_required = false;
    options.keep_empty = true;
    options.multi_label = classifier_.parts().multi_label;
    options.label_separator = classifier_.parts().layout.label_separator;
    const data::Table table = data::read_table({command_.input}, options);
    bad_bytes_ += table.report.bad_bytes;
    if (table.report.bad_rows > 0) {
      const data::Place& first = table.report.bad_places.front();
      log::warn(std::to_string(table.report.bad_rows) + " bad rows have no answer, the first at " + first.path + ":" +
                std::to_string(first.line) + ": " + first.reason);
    }
    std::vector<std::string> texts;
    for (const data::Row& row : table.rows) texts.push_back(row.text);
    for (size_t begin = 0; begin < texts.size(); begin += kLinesAtOnce) {
      const auto from = texts.begin() + static_cast<std::ptrdiff_t>(begin);
      answer(std::vector<std::string>(
          from, from + static_cast<std::ptrdiff_t>(std::min(kLinesAtOnce, texts.size() - begin))));
    }
  }

  // All lines at hand are answered together; where they come one by one each is answered at once.
  void stream(std::istream& in) {
    std::vector<std::string> lines;
    std::string line;
    if (in.peek() == static_cast<unsigned char>(data::kGzipMagic.front())) {
      zipped_stream(in);
      return;
    }
    for (bool first = true; std::getline(in, line); first = false) {
      if (first) data::refuse_foreign_bytes("-", line);
      if (first && line.rfind(kByteOrderMark, 0) == 0) line.erase(0, kByteOrderMark.size());
      if (!line.empty() && line.back() == '\r') line.pop_back();
      if (first) look_for_labels(line, "standard input");
      lines.push_back(line);
      if (lines.size() < kLinesAtOnce && in.rdbuf()->in_avail() > 0) continue;
      answer(lines);
      lines.clear();
    }
    answer(lines);
  }

  void file(const std::string& path) { all_lines(data::read_bytes(path).bytes, path); }

  void finish() const {
    if (bad_bytes_ > 0) log::warn(std::to_string(bad_bytes_) + " bytes are not UTF-8 and were read as U+FFFD");
  }

 private:
  void zipped_stream(std::istream& in) {
    std::string bytes;
    data::GunzipStream gunzip("-", &bytes);
    std::string chunk(size_t{1} << 16, '\0');
    while (in.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || in.gcount() > 0) {
      gunzip.add({chunk.data(), static_cast<size_t>(in.gcount())});
    }
    gunzip.end();
    all_lines(bytes, "-");
  }

  void all_lines(const std::string& bytes, const std::string& path) {
    data::refuse_foreign_bytes(path, bytes);
    warn_if_table(bytes, path);
    std::vector<std::string> lines;
    const size_t text_begin = bytes.rfind(kByteOrderMark, 0) == 0 ? kByteOrderMark.size() : 0;
    look_for_labels(std::string_view(bytes).substr(text_begin, bytes.find('\n') - text_begin), path);
    for (size_t begin = text_begin; begin < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', begin), bytes.size());
      lines.push_back(bytes.substr(begin, end - begin));
      if (!lines.back().empty() && lines.back().back() == '\r') lines.back().pop_back();
      begin = end + 1;
      if (lines.size() == kLinesAtOnce) {
        answer(lines);
        lines.clear();
      }
    }
    answer(lines);
  }

  void warn_if_table(const std::string& bytes, const std::string& path) {
    const std::string first = bytes.substr(0, bytes.find('\n'));
    const bool tabs = first.find('\t') != std::string::npos;
    const bool json = first.rfind("{", 0) == 0;
    const data::TableLayout& layout = classifier_.parts().layout;
    const bool header = layout.header && !layout.column_names.empty() && first.find(layout.column_names.front()) == 0;
    if (header) {
      throw UserError(ExitCode::kBadData,
                      path + ": is a table like the one the model was trained on, and predict reads one text a line",
                      "Read it by its columns with --format " + std::string(data::format_name(layout.format)) + ".");
    }
    if (tabs || json) {
      log::warn(
          path +
          " looks like a table with labels; predict reads one text a line (for columns: --format, --text-column)");
    }
  }

  // A file made for training may be asked about as it is, as in fastText.
  void look_for_labels(std::string_view first, const std::string& path) {
    const std::string& prefix = classifier_.parts().layout.label_prefix;
    labelled_ = data::without_labels(first, prefix).size() != first.size();
    if (labelled_) log::info(path + ": lines begin with " + prefix + ": their labels are not read");
  }

  void answer(std::vector<std::string> texts) {
    if (texts.empty()) return;
    if (labelled_) {
      for (std::string& text : texts) {
        text = std::string(data::without_labels(text, classifier_.parts().layout.label_prefix));
      }
    }
    for (std::string& text : texts) {
      if (!data::is_utf8(text)) text = data::repair_utf8(text, &bad_bytes_);
    }
    std::string out;
    for (tasks::Answer& answer : classifier_.answer(texts)) {
      answer.abstained = answer.probability() < command_.abstain;
      if (command_.common.json) {
        out += to_line(report::answer_json(answer, labels_in_json(answer, command_.common, command_.top)));
      } else if (command_.fasttext) {
        out += fasttext_line(answer, command_, classifier_.parts().layout.label_prefix);
      } else if (command_.explain) {
        out += report::explained_line(answer, style_);
      } else {
        out += ranking_text(answer, command_);
      }
      out += "\n";
    }
    print(out);
    flush_output();
  }

  const PredictCommand& command_;
  report::Style style_;
  tasks::TextClassifier classifier_;
  int64_t bad_bytes_ = 0;
  bool labelled_ = false;  // lines begin with labels, which are left out
};

}  // namespace

ExitCode run_predict(const PredictCommand& command) {
  const report::Style style = begin(command.common);
  const InputKind kind = input_kind(command.input);
  if (kind == InputKind::kText) refuse_table_options(command.common, "this is one text, not a table");
  Predictor predictor(command, style);
  if (table_options_given(command.common)) {
    predictor.table();
  } else if (kind == InputKind::kText) {
    predictor.text(command.input);
  } else if (kind == InputKind::kFile) {
    predictor.file(command.input);
  } else {
    if (::isatty(STDIN_FILENO) == 1) log::info("reading texts from the terminal, one a line; Ctrl-D ends");
    std::ios::sync_with_stdio(false);
    predictor.stream(std::cin);
  }
  predictor.finish();
  return ExitCode::kFine;
}

}  // namespace fovea::cli
