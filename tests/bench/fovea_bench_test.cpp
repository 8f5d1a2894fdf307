// The timing program from outside: what it prints, not how fast it is. Built where FOVEA_BENCH is on.
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/json.h"
#include "support/program.h"
#include "support/scratch.h"

namespace fovea {
namespace {

const std::string kCases = std::string(FOVEA_SOURCE_DIR) + "/bench/cases/";

test::Outcome run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), FOVEA_BENCH_PROGRAM);
  return test::run_program(arguments);
}

std::vector<Json> rows(const std::string& text) {
  std::vector<Json> parsed;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) parsed.push_back(Json::parse(line));
  return parsed;
}

TEST(FoveaBench, PrintsARowForEachPeerOfEachCase) {
  const test::Outcome result = run({"--json", "--quick", "--cases", kCases + "tiny.txt"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::multiset<std::string> seen;
  for (const Json& row : rows(result.out)) {
    const std::string name = row.at("case");
    seen.insert(name + ", " + row.at("peer_name").get<std::string>());
    const double ours = row.at("ours"), peer = row.at("peer"), ratio = row.at("ratio");
    EXPECT_GT(ours, 0);
    EXPECT_GT(peer, 0);
    // Four digits of each are printed.
    EXPECT_NEAR(ratio, row.at("unit") == "ms" ? peer / ours : ours / peer, 0.003 * ratio) << row.dump();
    const bool counted = name != "tiny-attend";
    for (const char* share : {"share_of_fma_peak", "share_of_gemm_peak"}) {
      EXPECT_EQ(row.at(share).is_number(), counted) << row.dump();
      if (counted) {
        EXPECT_LT(row.at(share).get<double>(), 1.1);
      }
    }
    EXPECT_LE(row.at("spread")[0].get<double>(), ours);
    EXPECT_GE(row.at("spread")[1].get<double>(), ours);
    EXPECT_GT(row.at("bytes_per_token").get<double>(), 0);
  }
  const std::multiset<std::string> wanted = {
      "tiny-train, libtorch padded",    "tiny-train, libtorch packed",    "tiny-gru, libtorch padded",
      "tiny-gru, libtorch packed",      "tiny-gru, fovea tiny-train",     "tiny-last, libtorch padded",
      "tiny-last, libtorch packed",     "tiny-layers, libtorch padded",   "tiny-layers, libtorch packed",
      "tiny-sentence, libtorch packed", "tiny-sentence, libtorch padded", "tiny-attend, libtorch composite"};
  EXPECT_EQ(seen, wanted);
}

TEST(FoveaBench, ComparesItselfWithAnotherBuildOfItself) {
  const test::Outcome result = run({"--json", "--quick", "--alone", "--case", "tiny-last", "--cases",
                                    kCases + "tiny.txt", "--against", std::string("before=") + FOVEA_BENCH_PROGRAM});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<Json> parsed = rows(result.out);
  ASSERT_EQ(parsed.size(), 1u);
  EXPECT_EQ(parsed[0].at("peer_name"), "fovea before");
  EXPECT_GT(parsed[0].at("ratio").get<double>(), 0);
}

TEST(FoveaBench, SaysWhichLineOfACaseItDoesNotUnderstand) {
  const test::Scratch scratch;
  const std::string path = scratch.write("cases.txt", "[one]\nlengths = 3\nwdith = 4\n");
  const test::Outcome result = run({"--cases", path});
  EXPECT_EQ(result.exit_code, 65);
  EXPECT_NE(result.err.find(path + ":3: not understood: wdith = 4"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace fovea
