// The outputs of 16 systems of WMT17, English to German, with the scores that sacreBLEU gives them.
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "metrics/sequence/bleu.h"
#include "metrics/sequence/scores.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea::metrics {
namespace {

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> fields_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> fields;
  for (std::string field; std::getline(in, field, '\t');) fields.push_back(field);
  return fields;
}

std::string as_printed(double score) {
  std::ostringstream out;
  out.precision(6);
  out << std::fixed << 100 * score;
  return out.str();
}

// TER of sacreBLEU 2.4.3, which the file does not have.
const std::map<std::string, std::string> kPublishedTer = {
    {"newstest2017.uedin-nmt.4722.en-de", "61.198493"},
    {"newstest2017.online-A.0.en-de", "68.968258"},
    {"newstest2017.PROMT-Rule-based.4735.en-de", "75.163250"},
    {"newstest2017.C-3MA.4959.en-de", "66.882441"},
};

TEST(PublishedScoresSlow, SixteenSystemsToTheLastDigit) {
  const auto archive = test::real_data("peer_fixtures/sacrebleu_wmt17_en_de.tar.gz");
  const auto scores = test::real_data("peer_fixtures/sacrebleu_wmt17_en_de_scores.tsv");
  if (!archive || !scores) GTEST_SKIP() << "needs peer_fixtures/sacrebleu_wmt17_en_de.tar.gz under FOVEA_DATA";
  const test::Scratch scratch;
  const test::Outcome unpacked = test::run_program({"tar", "-xzf", *archive, "-C", scratch.path().string()});
  ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
  const std::vector<std::string> reference = lines_of(scratch.file("wmt17_en_de/reference0.de"));
  ASSERT_EQ(reference.size(), 3004U);
  int systems = 0, rates = 0;
  for (const std::string& line : lines_of(*scores)) {
    const std::vector<std::string> fields = fields_of(line);
    if (line.starts_with("#") || fields.at(0) == "system") continue;
    SCOPED_TRACE(fields.at(0));
    ++systems;
    const std::vector<std::string> translations = lines_of(scratch.file("wmt17_en_de/" + fields[0]));
    const TranslationMetrics metrics = score_translations(translations, std::span<const std::string>(reference));
    EXPECT_EQ(as_printed(metrics.bleu.score()), fields.at(1));
    EXPECT_EQ(as_printed(metrics.chrf.score()), fields.at(7));
    const auto rate = kPublishedTer.find(fields[0]);
    if (rate != kPublishedTer.end()) {
      ++rates;
      EXPECT_EQ(as_printed(metrics.ter.score()), rate->second);
    }
    const BleuCounts counts = BleuCounts::from_sums(metrics.bleu.sums.totals());
    EXPECT_EQ(std::to_string(counts.length), fields.at(4));
    EXPECT_EQ(std::to_string(counts.reference_length), fields.at(5));
    BleuCounts lower;
    for (size_t row = 0; row < translations.size(); ++row) {
      lower += bleu_counts(words_of(lower_case(translations[row]), Tokenizer::k13a),
                           words_of(lower_case(reference[row]), Tokenizer::k13a));
    }
    EXPECT_EQ(as_printed(bleu(lower)), fields.at(6));
  }
  EXPECT_EQ(systems, 16);
  EXPECT_EQ(rates, 4);
}

}  // namespace
}  // namespace fovea::metrics
