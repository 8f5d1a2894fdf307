#include "flows/rationales.h"

#include <algorithm>
#include <unordered_map>

#include "base/errors.h"
#include "base/text.h"
#include "data/readers/rationales.h"

namespace fovea::flows {
namespace {

using Bytes = std::pair<int64_t, int64_t>;  // [start, end)

class Finder {
 public:
  Finder(const data::Rationales& file, const std::vector<std::string>& data, const tasks::Model& model,
         const tasks::Inputs& inputs)
      : file_(file), data_(joined(data)), model_(model), inputs_(inputs), used_(file.rationales.size(), false) {
    if (file_.by_line && data.size() > 1) {
      throw UserError(ExitCode::kUsage,
                      "--rationales: " + file_.path + " names texts by their line, and there are " +
                          std::to_string(data.size()) + " files of data",
                      "Give one file of data, or rationales in ERASER's form.");
    }
    for (size_t i = 0; i < file_.rationales.size(); ++i) {
      const data::Rationale& one = file_.rationales[i];
      if (file_.by_line) {
        by_line_.emplace(one.row_line, i);
      } else {
        by_document_.emplace(one.document, i);
      }
    }
    if (file_.by_line) require_lines();
  }

  FoundRationales find(std::span<const int64_t> chosen) {
    for (const int64_t input : chosen) out_.marked.push_back(marked_in(input));
    for (const bool used : used_) out_.not_audited += !used;
    out_.misquoted = file_.misquoted;
    const bool any = std::any_of(out_.marked.begin(), out_.marked.end(),
                                 [](const audit::Marked& marked) { return marked.words > 0; });
    if (!any) {
      throw UserError(
          ExitCode::kBadData,
          file_.path + model_.kind().nouns().in(": marks nothing in the {inputs} of ") + data_ + " that are audited",
          file_.by_line
              ? "Audit more of them: --limit 0."
              : "The documents must have the words of the data's texts, whatever the white space between them.");
    }
    return std::move(out_);
  }

 private:
  // Every line that the file names must begin a text of the data.
  void require_lines() const {
    std::unordered_map<int64_t, bool> begins;
    for (int64_t input = 0; input < inputs_.size(); ++input) begins[inputs_.line(input)] = true;
    for (const data::Rationale& one : file_.rationales) {
      if (begins.contains(one.row_line)) continue;
      refuse(one.spans.front(), "no text of " + data_ + " begins on line " + std::to_string(one.row_line),
             "Lines are counted from 1, a header included; of a text of several lines the first counts.");
    }
  }

  [[noreturn]] void refuse(const data::RationaleSpan& span, const std::string& reason,
                           const std::string& remedy) const {
    throw UserError(ExitCode::kBadData, file_.path + ":" + std::to_string(span.line) + ": " + reason, remedy);
  }

  audit::Marked marked_in(int64_t input) {
    if (file_.by_line) {
      const auto found = by_line_.find(inputs_.line(input));
      return found == by_line_.end() ? audit::Marked{}
                                     : marked_of(input, model_.spelled(inputs_, input), found->second);
    }
    const tasks::Spelled spelled = model_.spelled(inputs_, input);
    const auto found = by_document_.find(data::with_single_spaces(spelled.text));
    return found == by_document_.end() ? audit::Marked{} : marked_of(input, spelled, found->second);
  }

  audit::Marked marked_of(int64_t input, const tasks::Spelled& spelled, size_t number) {
    used_[number] = true;
    const std::vector<Bytes> words = data::whitespace_words(spelled.text);
    std::vector<Bytes> spans;
    for (const data::RationaleSpan& span : file_.rationales[number].spans) {
      if (span.end > std::ssize(words)) {
        refuse(
            span,
            "the span " + std::to_string(span.start) + " to " + std::to_string(span.end) + " ends behind the text on " +
                data_ + ":" + std::to_string(inputs_.line(input)) + ", which has " +
                counted(std::ssize(words), "word", "words"),
            "Words are what white space divides, counted from 0; the end is the first word that is not in the span.");
      }
      spans.emplace_back(words[static_cast<size_t>(span.start)].first, words[static_cast<size_t>(span.end - 1)].second);
    }
    spans = without_overlaps(std::move(spans));
    audit::Marked out;
    const int64_t end_of_window = spelled.parts.empty() ? 0 : spelled.parts.back().second;
    auto span = spans.begin();
    for (const Bytes& word : words) {
      while (span != spans.end() && span->second <= word.first) ++span;
      if (span == spans.end() || word.second <= span->first) continue;
      ++out.words;
      out.read += word.first < end_of_window;
    }
    for (const Bytes& one : spans) add_parts(out.spans, one, spelled.parts);
    return out;
  }

  std::vector<Bytes> without_overlaps(std::vector<Bytes> spans) {
    std::sort(spans.begin(), spans.end());
    std::vector<Bytes> apart;
    for (const Bytes& span : spans) {
      if (apart.empty() || span.first >= apart.back().second) {
        apart.push_back(span);
        continue;
      }
      apart.back().second = std::max(apart.back().second, span.second);
      ++out_.joined;
    }
    return apart;
  }

  // The parts that share a byte with the span, joined with the span before where a part is in both.
  static void add_parts(std::vector<metrics::WordSpan>& spans, const Bytes& bytes, const std::vector<Bytes>& parts) {
    const auto begin =
        std::partition_point(parts.begin(), parts.end(), [&](const Bytes& part) { return part.second <= bytes.first; });
    const auto end =
        std::partition_point(begin, parts.end(), [&](const Bytes& part) { return part.first < bytes.second; });
    if (begin == end) return;
    const metrics::WordSpan span{static_cast<size_t>(begin - parts.begin()), static_cast<size_t>(end - parts.begin())};
    if (!spans.empty() && span.begin < spans.back().end) {
      spans.back().end = std::max(spans.back().end, span.end);
    } else {
      spans.push_back(span);
    }
  }

  const data::Rationales& file_;
  const std::string data_;
  const tasks::Model& model_;
  const tasks::Inputs& inputs_;
  std::vector<bool> used_;
  std::unordered_map<int64_t, size_t> by_line_;
  std::unordered_map<std::string, size_t> by_document_;
  FoundRationales out_;
};

}  // namespace

FoundRationales find_rationales(const std::string& path, const std::vector<std::string>& data,
                                const tasks::Model& model, const tasks::Inputs& inputs,
                                std::span<const int64_t> chosen) {
  const data::Rationales file = data::read_rationales(path);
  if (!chosen.empty() && model.spelled(inputs, chosen.front()).parts.empty()) {
    const attribution::Nouns nouns = model.kind().nouns();
    throw UserError(ExitCode::kUsage, nouns.in("--rationales cannot apply: {inputs} of this model have no words"),
                    "Leave --rationales out.");
  }
  return Finder(file, data, model, inputs).find(chosen);
}

void note_rationales(audit::Plausibility& plausibility, const std::string& path, const FoundRationales& found) {
  plausibility.file = path;
  plausibility.not_audited = found.not_audited;
  plausibility.joined = found.joined;
  plausibility.misquoted = found.misquoted;
}

}  // namespace fovea::flows
