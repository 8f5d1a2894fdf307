// `fovea audit` through the built program, on models small enough to be trained here.
#include <gmock/gmock.h>

#include "base/files.h"
#include "cli/mistakes.h"
#include "cli/ruled_model.h"

namespace fovea::test {
namespace {

using ::testing::HasSubstr;

class Audit : public RuledModel {};

TEST_F(Audit, AModelThatReadsTheRuleIsInformative) {
  const Json json = audited({"--require", "informative"});
  EXPECT_EQ(json.at("verdict").at("grade"), "informative") << json.at("verdict");
  EXPECT_EQ(json.at("verdict").at("provisional"), true);
  EXPECT_EQ(json.at("verdict").at("seen_data"), false);
  EXPECT_EQ(json.at("n"), 120);
  EXPECT_GT(json.at("accuracy"), 0.95);
  EXPECT_GT(json.at("erasure").at("words").at("beyond_random_ci")[0], 0);
  EXPECT_EQ(json.at("slices").size(), 4U + 1 + 3);  // all are right
}

TEST_F(Audit, TheSameSeedPrintsTheSame) {
  const auto numbers = [&](const char* seed) {
    Json json = audited({"--seed", seed, "--limit", "40"});
    json.erase("cost");
    return json;
  };
  EXPECT_EQ(numbers("3"), numbers("3"));
  EXPECT_NE(numbers("3").at("erasure"), numbers("4").at("erasure"));
}

TEST_F(Audit, TheTextBeginsWithTheVerdict) {
  const Outcome outcome = run({"audit", "m", "dev.txt"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(outcome.out.starts_with("verdict       informative, provisional (quick audit of the weights)\nexplain "))
      << outcome.out;
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Audit, ItsOwnMapGetsTheSameGradeAndLyingOnesAreCaught) {
  const std::string map = own_map();
  write("own.jsonl", map);
  const Json own = audited({}), fed = audited({"--map", "own.jsonl"});
  EXPECT_EQ(fed.at("verdict").at("grade"), own.at("verdict").at("grade"));
  EXPECT_NEAR(fed.at("erasure").at("words").at("maps")[0].at("comprehensiveness"),
              own.at("erasure").at("words").at("maps")[0].at("comprehensiveness"), 1e-6);
  EXPECT_NEAR(fed.at("agreement").at("map_distance"), 0, 1e-6);

  std::string turned;  // the least word becomes the top one
  for (const std::string& line : lines_of(map)) {
    Json one = parsed(line);
    for (Json& token : one["tokens"]) token["weight"] = -token["weight"].get<double>();
    turned += to_line(one) + "\n";
  }
  write("turned.jsonl", turned);
  const Outcome lying = run({"audit", "m", "dev.txt", "--map", "turned.jsonl", "--json", "--require", "informative"});
  EXPECT_EQ(lying.exit_code, 1) << lying.err;
  EXPECT_THAT(lying.err, HasSubstr("requirement not met: informative (it is decorative)"));
  EXPECT_EQ(parsed(lying.out).at("verdict").at("grade"), "decorative");
}

TEST_F(Audit, TextsSeenInTrainingAreCountedAndSaid) {
  const Outcome outcome = run({"audit", "m", "train.txt", "--limit", "60", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  EXPECT_EQ(json.at("n"), 60);
  EXPECT_EQ(json.at("texts_in_file"), 900);
  EXPECT_EQ(json.at("verdict").at("seen_data"), true);
  const int64_t seen = json.at("seen_in_training").get<int64_t>() + json.at("seen_in_validation").get<int64_t>();
  EXPECT_GT(seen, 40);
}

TEST_F(Audit, WithoutLabelsThereIsNoAccuracy) {
  const Outcome outcome = run({"audit", "m", "plain.txt", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  expect_schema("audit", json);
  EXPECT_EQ(json.at("accuracy"), nullptr);
  EXPECT_EQ(json.at("slices").size(), 4U);
}

TEST_F(Audit, MapsThatDoNotFitAreRefusedWithTheirLine) {
  const std::string map = own_map();
  const std::vector<std::string> lines = lines_of(map);
  const auto told = [&](const std::string& content, const std::string& words) {
    write("bad.jsonl", content);
    const Outcome outcome = run({"audit", "m", "dev.txt", "--map", "bad.jsonl"});
    EXPECT_EQ(outcome.exit_code, 65);
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(words));
  };
  told("", "dev.txt:1: bad.jsonl has no line for this text");
  told(lines[0] + "\nnot json\n", "bad.jsonl:2: is not JSON");
  told("\n{\"text\": \"a\"}\n", "bad.jsonl:2: lacks text or tokens");
  Json line = parsed(lines[0]);
  line["tokens"][1]["end"] = line["tokens"][1]["end"].get<int64_t>() + 1;
  told(to_line(line) + "\n" + map, "bad.jsonl:1: token 2 is the bytes ");
  line = parsed(lines[0]);
  line["tokens"].erase(0);
  told(to_line(line) + "\n" + map, "tokens, and the model reads ");
  line = parsed(lines[0]);
  line["tokens"][0].erase("weight");
  told(to_line(line) + "\n", "bad.jsonl:1: a token lacks start, end or weight");
  line["tokens"][0]["weight"] = "much";
  told(to_line(line) + "\n", "bad.jsonl:1: start, end or weight of a token is not a number");
}

TEST_F(Audit, ModelsWithoutWeightsOrWithSeveralLabelsAreRefused) {
  for (const std::string attention : {"mean", "max", "last"}) {
    ASSERT_EQ(run(join({{"train", "train.txt", "--out", attention, "--attention", attention, "--embedding-size", "8",
                         "--hidden-size", "8", "--max-epochs", "1", "--quiet"}}))
                  .exit_code,
              0);
    const Outcome outcome = run({"audit", attention, "dev.txt"});
    EXPECT_EQ(outcome.exit_code, 64);
    EXPECT_THAT(outcome.err,
                HasSubstr("no attention weights to audit, for the model was trained with --attention " + attention));
  }
  write("several.csv", "text,label\nred tea,a\nblue tea,\"a,b\"\nred sea,b\nblue sea,a\ngreen tea,b\nwhite sea,a\n");
  ASSERT_EQ(run({"train", "several.csv", "--multi-label", "--out", "several", "--embedding-size", "8", "--hidden-size",
                 "8", "--attention-size", "8", "--max-epochs", "1", "--split", "70/30", "--quiet"})
                .exit_code,
            0);
  const Outcome outcome = run({"audit", "several", "dev.txt"});
  EXPECT_EQ(outcome.exit_code, 64) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("several labels"));
}

TEST_F(Audit, TooFewTextsAreRefused) {
  write("short.txt", "__label__good splendid\n__label__bad horrid\n__label__bad a horrid tea\n");
  const Outcome outcome = run({"audit", "m", "short.txt"});
  EXPECT_EQ(outcome.exit_code, 65);
  EXPECT_THAT(outcome.err, HasSubstr("short.txt: fewer than two texts have two words or more"));
}

// Every structure, on the texts of tiny.h: Chinese and Arabic among them, each an audit from end to end.
TEST(AuditSlow, EveryStructureAndEncoder) {
  const Scratch scratch;
  scratch.write("reviews.txt", label_lines(tiny_reviews(160)));
  for (const std::vector<std::string>& settings :
       std::vector<std::vector<std::string>>{{"--structure", "rows", "--rows", "2"},
                                             {"--structure", "hierarchical"},
                                             {"--heads", "2"},
                                             {"--members", "2"},
                                             {"--encoder", "transformer", "--encoder-heads", "2"},
                                             {"--encoder", "cnn", "--attention", "scaled-dot"},
                                             {"--encoder", "gru", "--normalizer", "sparsemax"},
                                             {"--encoder", "average", "--attention", "dot"}}) {
    std::vector<std::string> sizes = {"--embedding-size", "8", "--max-epochs", "2", "--quiet"};
    if (settings[1] != "average") sizes = join({sizes, {"--hidden-size", "8"}});
    const Outcome trained =
        run_fovea(join({{"train", "reviews.txt", "--out", "m", "--force"}, settings, sizes}), "", scratch.path());
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
    const Outcome outcome = run_fovea({"audit", "m", "reviews.txt", "--limit", "30", "--json"}, "", scratch.path());
    ASSERT_EQ(outcome.exit_code, 0) << settings[1] << outcome.err;
    expect_schema("audit", parsed(outcome.out));
  }
}

class AuditWords : public Mistakes {};

TEST_F(AuditWords, WrongUsage) {
  expect_told({
      {{"audit"}, 64, {"MODEL is required"}},
      {{"audit", "model"}, 64, {"DATA is required"}},
      {{"audit", "none", "ok.txt"}, 66, {"none"}},
      {{"audit", "model", "none.txt"}, 66, {"none.txt: no such file"}},
      {{"audit", "model", "ok.txt", "--depth", "thorough"},
       64,
       {"--depth: there is no 'thorough', choose one of: quick, standard, deep"}},
      {{"audit", "model", "ok.txt", "--require", "good"},
       64,
       {"--require: there is no 'good', choose one of: decorative, informative, faithful"}},
      {{"audit", "model", "ok.txt", "--limit", "-1"}, 64, {"--limit: '-1' is not a whole number from 0"}},
      {{"audit", "model", "ok.txt", "--map", "none.jsonl"}, 66, {"none.jsonl"}},
      {{"audit", "model", "ok.txt", "--map", ""}, 64, {"--map: the name is empty"}},
  });
}

}  // namespace
}  // namespace fovea::test
