#include "data/vocab/split.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/random.h"

namespace fovea::data {
namespace {

using Counts = std::array<int64_t, 3>;

std::map<std::string, Counts> counts_of(const Split& split, const std::vector<std::string>& labels) {
  std::map<std::string, Counts> counts;
  for (size_t i = 0; i < labels.size(); ++i) ++counts[labels[i]][static_cast<size_t>(split.parts[i])];
  return counts;
}

// `sizes[c]` distinct texts of class "c0", "c1", …, mixed.
void make_rows(const std::vector<int64_t>& sizes, std::vector<uint64_t>* identities, std::vector<std::string>* labels) {
  std::vector<std::pair<uint64_t, std::string>> rows;
  for (size_t c = 0; c < sizes.size(); ++c) {
    for (int64_t i = 0; i < sizes[c]; ++i) rows.emplace_back(mix64(rows.size()), "c" + std::to_string(c));
  }
  shuffle(std::span(rows), {5, Purpose::kTest});
  for (const auto& [identity, label] : rows) {
    identities->push_back(identity);
    labels->push_back(label);
  }
}

TEST(TextIdentity, IgnoresCaseWidthAndWhiteSpace) {
  const uint64_t identity = text_identity("Crème brûlée, 2 x");
  for (const char* text :
       {" crème BRÛLÉE, 2 x", "Cre\u0300me\u00A0\n bru\u0302le\u0301e,\u3000２ x\t", "\uFEFFCrème brûlée, 2 X"}) {
    EXPECT_EQ(text_identity(text), identity) << text;
  }
  for (const char* text : {"Creme brulee, 2 x", "Crème brûlée,2 x", "Crème brûlée, 2 x.", ""}) {
    EXPECT_NE(text_identity(text), identity) << text;
  }
  EXPECT_EQ(text_identity(" \n"), text_identity(""));
}

// The first eight bytes of SHA-256("abc") and of SHA-256(""), from FIPS 180-4's examples.
TEST(TextIdentity, IsTheSameOnEveryMachine) {
  EXPECT_EQ(text_identity(" ABC "), 0xba7816bf8f01cfeaULL);
  EXPECT_EQ(text_identity(""), 0xe3b0c44298fc1c14ULL);
}

TEST(TextIdentity, IsQuick) {
  std::vector<std::string> texts;
  for (int i = 0; i < 60'000; ++i) {
    texts.push_back(std::to_string(i));
    while (texts.back().size() < 300) texts.back() += i % 2 ? " Some Words of a review," : " 很好吃，";
  }
  const auto start = std::chrono::steady_clock::now();
  std::set<uint64_t> distinct;
  for (const std::string& text : texts) distinct.insert(text_identity(text));
  EXPECT_LT(std::chrono::steady_clock::now() - start,
            std::chrono::seconds(5));  // below one second, with room for sanitizers
  EXPECT_EQ(distinct.size(), texts.size());
}

TEST(Split, EveryClassKeepsItsShares) {
  const std::vector<int64_t> sizes = {1000, 37, 5, 211, 10, 3, 4};
  std::vector<uint64_t> identities;
  std::vector<std::string> labels;
  make_rows(sizes, &identities, &labels);
  for (const auto& shares :
       {std::array{80.0, 10.0, 10.0}, {90.0, 10.0, 0.0}, {8.0, 1.0, 1.0}, {34.0, 33.0, 33.0}, {70.0, 0.0, 30.0}}) {
    const Split split = split_rows(identities, labels, {shares[0], shares[1], shares[2], 7});
    EXPECT_TRUE(split.small_classes.empty());
    const double sum = shares[0] + shares[1] + shares[2];
    for (const auto& [label, counts] : counts_of(split, labels)) {
      const int64_t size = sizes[static_cast<size_t>(label[1] - '0')];
      for (size_t part = 0; part < 3; ++part) {
        const double exact = static_cast<double>(size) * shares[part] / sum;
        // The least class of three takes a text from training for each part that would be empty.
        EXPECT_NEAR(static_cast<double>(counts[part]), exact, size < 5 ? 2 : 1) << label << " part " << part;
        EXPECT_EQ(counts[part] > 0, shares[part] > 0) << label << " part " << part;
      }
    }
  }
}

TEST(Split, SmallestClasses) {
  const SplitOptions tenths{80, 10, 10, 3};
  const auto counts = [](const std::vector<uint64_t>& identities, const SplitOptions& options) {
    const std::vector<std::string> labels(identities.size(), "x");
    return counts_of(split_rows(identities, labels, options), labels)["x"];
  };
  EXPECT_EQ(counts({11, 22, 33}, tenths), (Counts{1, 1, 1}));
  EXPECT_EQ(counts({11, 22, 33}, {90, 10, 0, 3}), (Counts{2, 1, 0}));
  EXPECT_EQ(counts({11, 22, 33}, {100, 0, 0, 3}), (Counts{3, 0, 0}));
  EXPECT_EQ(counts({11, 22}, tenths), (Counts{2, 0, 0}));
  EXPECT_EQ(counts({11, 22, 22, 22}, tenths), (Counts{4, 0, 0}));
  EXPECT_EQ(counts({}, tenths), (Counts{0, 0, 0}));
}

TEST(Split, SmallClassesTrainAndAreNamed) {
  std::vector<uint64_t> identities;
  std::vector<std::string> labels;
  for (uint64_t i = 0; i < 30; ++i) {
    identities.push_back(mix64(i));
    labels.push_back("large");
  }
  const std::vector<std::pair<uint64_t, const char*>> more = {
      {900, "zwei"}, {901, "eins"}, {902, "zwei"}, {903, "same"}, {903, "same"}, {903, "same"}, {903, "same"}};
  for (const auto& [identity, label] : more) {
    identities.push_back(identity);
    labels.emplace_back(label);
  }
  const Split split = split_rows(identities, labels, {34, 33, 33, 1});
  EXPECT_EQ(split.small_classes, (std::vector<std::string>{"eins", "zwei"}));
  EXPECT_EQ(split.repetitive_classes, (std::vector<std::string>{"same"}));
  const auto counts = counts_of(split, labels);
  EXPECT_EQ(counts.at("eins"), (Counts{1, 0, 0}));
  EXPECT_EQ(counts.at("zwei"), (Counts{2, 0, 0}));
  EXPECT_EQ(counts.at("same"), (Counts{4, 0, 0}));
  EXPECT_EQ(counts.at("large"), (Counts{10, 10, 10}));
}

TEST(Split, EqualTextsShareAPartWhateverTheirLabels) {
  std::vector<uint64_t> identities;
  std::vector<std::string> labels;
  const uint64_t base = stream_base({3, Purpose::kTest});
  for (uint64_t i = 0; i < 4000; ++i) {
    identities.push_back(mix64(uniform_below(base, 2 * i, 900)));
    labels.push_back(uniform_below(base, 2 * i + 1, 3) ? "yes" : "no");
  }
  const Split split = split_rows(identities, labels, {60, 20, 20, 8});
  std::map<uint64_t, std::set<Part>> parts;
  std::map<uint64_t, std::set<std::string>> labels_of;
  for (size_t i = 0; i < identities.size(); ++i) {
    parts[identities[i]].insert(split.parts[i]);
    labels_of[identities[i]].insert(labels[i]);
  }
  int64_t mixed = 0;
  for (const auto& [identity, of_text] : parts) {
    EXPECT_EQ(of_text.size(), 1U);
    mixed += labels_of[identity].size() == 2;
  }
  EXPECT_GT(mixed, 500);
}

TEST(Split, OrderOfRowsDoesNotMatterAndSeedsDo) {
  std::vector<uint64_t> identities;
  std::vector<std::string> labels;
  make_rows({500, 90}, &identities, &labels);
  const Split split = split_rows(identities, labels, {80, 10, 10, 1});
  const Split again =
      split_rows({identities.rbegin(), identities.rend()}, {labels.rbegin(), labels.rend()}, {8, 1, 1, 1});
  EXPECT_TRUE(std::equal(split.parts.begin(), split.parts.end(), again.parts.rbegin()));

  const Split other = split_rows(identities, labels, {80, 10, 10, 2});
  int64_t different = 0;
  for (size_t i = 0; i < split.parts.size(); ++i) different += split.parts[i] != other.parts[i];
  EXPECT_GT(different, 100);  // a share of 0.34 is expected to change
}

TEST(ParseSplit, SharesInPerCent) {
  const auto expect_shares = [](const char* text, double train, double valid, double test) {
    const SplitOptions options = parse_split(text, 77);
    EXPECT_NEAR(options.train, train, 1e-9) << text;
    EXPECT_NEAR(options.valid, valid, 1e-9) << text;
    EXPECT_NEAR(options.test, test, 1e-9) << text;
    EXPECT_EQ(options.seed, 77U);
  };
  expect_shares("80/10/10", 80, 10, 10);
  expect_shares("90/10", 90, 10, 0);
  expect_shares("97.5/2.5", 97.5, 2.5, 0);
  expect_shares("33.3/33.3/33.3", 100.0 / 3, 100.0 / 3, 100.0 / 3);
  expect_shares("70/0/30", 70, 0, 30);
  expect_shares("100/0/0", 100, 0, 0);
}

TEST(ParseSplit, MistakesAreNamed) {
  const struct {
    const char *text, *reason;
  } cases[] = {
      {"80/10", "the shares must sum to 100"},
      {"80/20/20", "the shares must sum to 100"},
      {"80/10/10/5", "4 shares, not two or three"},
      {"80", "1 share, not two or three"},
      {"", "\"\" is not a number from 0"},
      {"a/b", "\"a\" is not a number from 0"},
      {"80/10/", "\"\" is not a number from 0"},
      {"80//10", "\"\" is not a number from 0"},
      {"80/-10/30", "\"-10\" is not a number from 0"},
      {"80/10/10%", "\"10%\" is not a number from 0"},
      {"80/ 10/10", "\" 10\" is not a number from 0"},
      {"80/1.2.3/10", "\"1.2.3\" is not a number from 0"},
      {"inf/10/10", "\"inf\" is not a number from 0"},
      {"0/50/50", "the training share must be above 0"},
      {"0/0/0", "the training share must be above 0"},
  };
  for (const auto& c : cases) {
    try {
      parse_split(c.text, 1);
      ADD_FAILURE() << c.text;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      EXPECT_EQ(error.what(), "--split " + std::string(c.text) + ": " + c.reason);
      EXPECT_THAT(error.remedy(), testing::HasSubstr("80/10/10"));
    }
  }
}

}  // namespace
}  // namespace fovea::data
