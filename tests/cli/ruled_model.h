// A model that has learned a rule of one word, and texts of the same kind, for tests of `fovea audit`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "cli/mistakes.h"

namespace fovea::test {

// Two of three labels have a word, which is in every one of their texts; the third is known by neither being there.
inline std::vector<LabelledText> ruled_texts(int count, int first = 0) {
  const std::vector<std::string> fillers = {"room",  "tea",   "street", "garden", "letter", "window", "train", "river",
                                            "paper", "bread", "stone",  "candle", "table",  "road",   "coat"};
  std::vector<LabelledText> texts;
  for (int i = first; i < first + count; ++i) {
    std::vector<std::string> words;
    const uint64_t base = stream_base({1, Purpose::kTest, static_cast<uint64_t>(i)});
    const uint64_t n = 6 + uniform_below(base, 0, 9);
    for (uint64_t word = 1; word <= n; ++word) words.push_back(fillers[uniform_below(base, word, fillers.size())]);
    const int kind = i % 3;
    if (kind < 2) words[uniform_below(base, 99, n)] = kind == 0 ? "splendid" : "horrid";
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    texts.push_back({kind == 0 ? "good" : kind == 1 ? "bad" : "plain", text + " " + std::to_string(i)});
  }
  return texts;
}

// A model that has learned the rule, and texts that it has not seen; trained once.
class RuledModel : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<Scratch>();
    folder_->write("train.txt", label_lines(ruled_texts(900)));
    folder_->write("dev.txt", label_lines(ruled_texts(120, 5000)));
    folder_->write("plain.txt", plain_lines(ruled_texts(120, 5000)));
    const Outcome trained =
        run({"train", "train.txt", "--out", "m", "--encoder", "average", "--embedding-size", "16", "--attention-size",
             "16", "--ngrams", "0", "--max-epochs", "12", "--learning-rate", "0.01", "--quiet"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static Outcome run(const std::vector<std::string>& arguments) { return run_fovea(arguments, "", folder_->path()); }
  static std::string write(const std::string& name, const std::string& content) {
    return folder_->write(name, content);
  }
  static Json audited(const std::vector<std::string>& more) {
    const Outcome outcome = run(join({{"audit", "m", "dev.txt", "--json"}, more}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    const Json json = parsed(outcome.out);
    expect_schema("audit", json);
    return json;
  }
  static std::string own_map() {
    const Outcome predicted = run({"predict", "m", "plain.txt", "--json"});
    EXPECT_EQ(predicted.exit_code, 0) << predicted.err;
    return predicted.out;
  }

  static inline std::unique_ptr<Scratch> folder_;
};

}  // namespace fovea::test
