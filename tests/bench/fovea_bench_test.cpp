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
    const bool counted = row.at("unit") != "ms" || name == "tiny-sentence" || name == "tiny-steps";
    for (const char* share : {"share_of_fma_peak", "share_of_gemm_peak"}) {
      EXPECT_EQ(row.at(share).is_number(), counted) << row.dump();
      if (counted) {
        EXPECT_LT(row.at(share).get<double>(), 1.1);
      }
    }
    EXPECT_LE(row.at("spread")[0].get<double>(), ours);
    EXPECT_GE(row.at("spread")[1].get<double>(), ours);
    if (name != "tiny-steps") {  // which asks for no memory
      EXPECT_GT(row.at("bytes_per_token").get<double>(), 0);
    }
  }
  const std::multiset<std::string> wanted = {
      "tiny-train, libtorch padded",     "tiny-train, libtorch packed",    "tiny-gru, libtorch padded",
      "tiny-gru, libtorch packed",       "tiny-gru, fovea tiny-train",     "tiny-last, libtorch padded",
      "tiny-last, libtorch packed",      "tiny-layers, libtorch padded",   "tiny-layers, libtorch packed",
      "tiny-sentence, libtorch packed",  "tiny-sentence, libtorch padded", "tiny-attend, libtorch composite",
      "tiny-causal, libtorch composite", "tiny-causal, libtorch fused",    "tiny-forward, libtorch composite",
      "tiny-steps, libtorch cells"};
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

// The whole trainings of bench/training/, without a peer: Python and the program are enough.
test::Outcome run_trainings(const std::string& cases, const std::string& data) {
  return test::run_program({"python3", std::string(FOVEA_SOURCE_DIR) + "/bench/training/runs.py", "--fovea",
                            FOVEA_PROGRAM, "--threads", "1", "--cases", cases, "--data", data});
}

TEST(WholeTrainings, ArePrintedAsRowsLikeThoseOfTheSteps) {
  const test::Scratch scratch;
  std::string text;
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    text += i % 2 == 0 ? "a lovely film " + number + "\tgood\n" : "a dull film " + number + "\tbad\n";
  }
  scratch.write("train.tsv", text);
  scratch.write("test.tsv", text);
  const std::string sizes = "epochs = 2\nbatch = 16\nembed = 8\nhidden = 8\n";
  const std::string files = "train = train.tsv\ntest = test.tsv\n";
  const std::string cases =
      scratch.write("runs.txt", "[whole]\ntimed = run\n" + files + sizes + "[steps]\ntimed = epoch\n" + files + sizes +
                                    "[gone]\ntrain = no.tsv\ntest = test.tsv\n");
  const test::Outcome result = run_trainings(cases, scratch.path().string());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const std::vector<Json> parsed = rows(result.out);
  ASSERT_EQ(parsed.size(), 2u);
  EXPECT_EQ(parsed[0].at("case"), "whole");
  EXPECT_GT(parsed[0].at("accuracy").get<double>(), 0.4);
  EXPECT_EQ(parsed[1].at("case"), "steps");
  EXPECT_TRUE(parsed[1].at("accuracy").is_null());
  EXPECT_LT(parsed[1].at("ours").get<double>(), parsed[0].at("ours").get<double>());
  for (const Json& row : parsed) {
    EXPECT_EQ(row.at("unit"), "s");
    EXPECT_GT(row.at("ours").get<double>(), 0);
    for (const char* key : {"peer", "peer_name", "ratio", "share_of_fma_peak", "share_of_gemm_peak"}) {
      EXPECT_TRUE(row.at(key).is_null()) << key;
    }
  }
  EXPECT_NE(result.err.find("gone: skipped, needs no.tsv under FOVEA_DATA"), std::string::npos) << result.err;
}

TEST(WholeTrainings, RefuseAKeyThatTheyDoNotKnow) {
  const test::Scratch scratch;
  const test::Outcome result = run_trainings(scratch.write("runs.txt", "[one]\nepoch = 3\n"), scratch.path().string());
  EXPECT_NE(result.exit_code, 0);
  EXPECT_NE(result.err.find("[one] has a key that is not known: epoch"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace fovea
