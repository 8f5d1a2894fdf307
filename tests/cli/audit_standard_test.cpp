// `fovea audit --depth standard`: maps that are known to be true get the highest grade, maps that are known to lie do
// not.
#include <filesystem>

#include <gmock/gmock.h>

#include "base/files.h"
#include "base/random.h"
#include "cli/mistakes.h"
#include "cli/ruled_model.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class AuditStandard : public RuledModel {
 protected:
  static Outcome standard(const std::vector<std::string>& more, const std::string& model = "m") {
    return run(join({{"audit", model, "dev.txt", "--depth", "standard", "--json"}, more}));
  }
  static std::string grade(const Outcome& outcome) {
    return parsed(outcome.out).at("verdict").at("grade").get<std::string>();
  }

  // The model's own map, with the weights of each text changed by `change`.
  static std::string lying_map(const std::function<void(std::vector<Json>& texts)>& change) {
    std::vector<Json> texts;
    std::istringstream lines(own_map());
    for (std::string line; std::getline(lines, line);) texts.push_back(parsed(line));
    change(texts);
    std::string out;
    for (const Json& text : texts) out += to_line(text) + "\n";
    return out;
  }
};

TEST_F(AuditStandard, AnHonestModelIsFaithfulAndItsTwinsAreUsedAgain) {
  const Outcome first = standard({"--require", "informative"});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const Json json = parsed(first.out);
  expect_schema("audit", json);
  EXPECT_EQ(json.at("verdict").at("grade"), "faithful") << json.at("verdict");
  EXPECT_EQ(json.at("verdict").at("provisional"), false);
  EXPECT_EQ(json.at("trainings").at("trained"), 5);
  EXPECT_GE(json.at("planted").at("maps").at(0).at("precision"), 0.95);
  EXPECT_EQ(json.at("masked").at("accepted"), true);
  for (const Json& control : json.at("planted").at("lying_maps")) EXPECT_EQ(control.at("grade"), "decorative");

  const std::string twins = folder_->file("m.twins");
  std::map<std::string, fs::file_time_type> times;
  for (const auto& twin : fs::directory_iterator(twins)) times[twin.path().string()] = fs::last_write_time(twin.path());
  EXPECT_EQ(times.size(), 4U + 5 + 3);
  const Outcome again = standard({"--require", "faithful"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  for (const auto& [path, time] : times) EXPECT_EQ(fs::last_write_time(path), time) << path;
  Json other = parsed(again.out), same = json;
  EXPECT_EQ(same.at("trainings").at("twins_trained"), 12);
  EXPECT_EQ(other.at("trainings").at("twins_found"), 12);
  for (Json* one : {&other, &same}) {
    one->erase("cost");
    for (const char* count : {"twins_found", "twins_trained"}) (*one)["trainings"].erase(count);
  }
  EXPECT_EQ(other, same);

  write("own.jsonl", own_map());
  EXPECT_EQ(grade(standard({"--map", "own.jsonl"})), "faithful");
}

// Its bag of words can learn neither an order nor a word that counts only beside another.
TEST_F(AuditStandard, DepthDeepTrainsMoreAndItsGradeIsThatOfStandard) {
  const Outcome outcome = run({"audit", "m", "dev.txt", "--depth", "deep", "--seeds", "0", "--json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const Json json = parsed(outcome.out);
  expect_schema("audit", json);
  EXPECT_EQ(json.at("depth"), "deep");
  EXPECT_EQ(json.at("verdict").at("grade"), "faithful") << json.at("verdict");
  ASSERT_EQ(json.at("shortcuts").size(), 2U);
  EXPECT_EQ(json.at("shortcuts").at(1).at("taught"), false);
  for (const char* twin : {"planted-in-context", "planted-ordered-pair"}) {
    const Json config = parsed(read_file(folder_->file("m.twins/" + std::string(twin) + "/config.json")));
    EXPECT_EQ(config.at("options").at("model").at("word_dropout"), 0) << twin;
  }
  const Json& adversaries = json.at("trained_adversary").at("adversaries");
  ASSERT_EQ(adversaries.size(), 5U);
  EXPECT_GT(adversaries.at(4).at("jsd"), adversaries.at(0).at("jsd"));
  EXPECT_EQ(json.at("trained_adversary").at("seeds").size(), 4U);
  const Json& readers = json.at("transfer").at("models");
  ASSERT_EQ(readers.size(), 4U);
  EXPECT_GT(readers.at(2).at("accuracy"), 0.95) << "under the weights of a model that looks at the deciding words";
  EXPECT_GE(readers.at(2).at("accuracy"), readers.at(3).at("accuracy"));
  const Json again = parsed(run({"audit", "m", "dev.txt", "--depth", "deep", "--seeds", "0", "--json"}).out);
  EXPECT_EQ(again.at("trainings").at("twins_trained"), 0);
  EXPECT_EQ(again.at("trainings").at("twins_found"), 12 + 2 + 5 + 4);
  for (const char* part : {"shortcuts", "trained_adversary", "transfer"}) EXPECT_EQ(again.at(part), json.at(part));
}

TEST_F(AuditStandard, MapsThatLieAreDecorativeInFiveOfFiveSeeds) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    write("swapped.jsonl", lying_map([seed](std::vector<Json>& texts) {
            // The weights of another text, drawn at random, cut or filled.
            const std::vector<Json> others = texts;
            const uint64_t base = stream_base({seed, Purpose::kTest, 999});
            for (size_t i = 0; i < texts.size(); ++i) {
              const Json& from = others[uniform_below(base, i, others.size())].at("tokens");
              Json& tokens = texts[i]["tokens"];
              for (size_t t = 0; t < tokens.size(); ++t) {
                tokens[t]["weight"] = t < from.size() ? from[t].at("weight") : Json(0.0);
              }
            }
          }));
    write("permuted.jsonl", lying_map([seed](std::vector<Json>& texts) {
            for (size_t i = 0; i < texts.size(); ++i) {
              Json& tokens = texts[i]["tokens"];
              std::vector<double> weights;
              for (const Json& token : tokens) weights.push_back(token.at("weight").get<double>());
              shuffle(std::span<double>(weights), {seed, Purpose::kTest, i});
              for (size_t t = 0; t < tokens.size(); ++t) tokens[t]["weight"] = weights[t];
            }
          }));
    for (const char* map : {"swapped.jsonl", "permuted.jsonl"}) {
      const Outcome outcome = standard({"--map", map, "--require", "informative", "--seed", std::to_string(seed)});
      EXPECT_EQ(outcome.exit_code, 1) << map << seed << outcome.err;
      EXPECT_THAT(grade(outcome), ::testing::AnyOf("decorative", "not-auditable")) << map << seed;
    }
  }
}

TEST_F(AuditStandard, AnUntrainedModelIsAtMostDecorative) {
  // Labels that nothing tells: else the temperature would make much of the little that chance has put into it.
  std::vector<LabelledText> texts = ruled_texts(900);
  for (size_t i = 0; i < texts.size(); ++i) texts[i].label = mix64(i) % 2 ? "good" : mix64(i) % 3 ? "bad" : "plain";
  write("told.txt", label_lines(texts));
  const Outcome trained =
      run({"train", "told.txt", "--out", "raw", "--encoder", "average", "--embedding-size", "16", "--attention-size",
           "16", "--ngrams", "0", "--max-steps", "1", "--learning-rate", "0.000001", "--quiet", "--force"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Outcome outcome = standard({"--require", "informative"}, "raw");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_THAT(grade(outcome), ::testing::AnyOf("decorative", "not-auditable"));
}

// A twin whose weights are another's is not believed: its record says what was trained.
TEST_F(AuditStandard, ATwinThatIsNotWhatItsRecordSaysIsTrainedAnew) {
  const Outcome first = standard({});
  ASSERT_EQ(first.exit_code, 0) << first.err;
  const std::string planted = folder_->file("m.twins/planted"), seed = folder_->file("m.twins/seed-1");
  const std::string record = read_file(planted + "/twin.json");
  fs::remove_all(planted);
  fs::copy(seed, planted);
  write_file(planted + "/twin.json", record);  // the record of the true one beside the weights of another
  const Json again = parsed(standard({}).out);
  EXPECT_EQ(again.at("trainings").at("twins_trained"), 1);
  EXPECT_GE(again.at("planted").at("used"), 0.99);
}

// However the model's rows were cut, its twins know the words by the same numbers and learn from the same rows.
TEST_F(AuditStandard, TwinsKnowTheWordsOfTheirModel) {
  const Scratch scratch;
  const auto run_there = [&](const std::vector<std::string>& arguments) {
    return run_fovea(arguments, "", scratch.path());
  };
  scratch.write("one.txt", label_lines(ruled_texts(200)));
  scratch.write("two.txt", label_lines(ruled_texts(100, 3000)));
  scratch.write("dev.txt", label_lines(ruled_texts(60, 5000)));
  const std::vector<std::pair<std::string, std::vector<std::string>>> cuts = {
      {"tested", {"--test", "dev.txt"}}, {"refitted", {"--refit"}}, {"validated", {"--valid", "dev.txt"}}};
  for (const auto& [name, options] : cuts) {
    ASSERT_EQ(run_there(join({{"train", "one.txt", "two.txt", "--out", name, "--encoder", "average", "--embedding-size",
                               "8", "--attention-size", "8", "--max-epochs", "3", "--quiet"},
                              options}))
                  .exit_code,
              0);
    const Outcome audited = run_there({"audit", name, "dev.txt", "--depth", "standard", "--limit", "30", "--json"});
    ASSERT_EQ(audited.exit_code, 0) << name << audited.err;
    const auto words = [&](const std::string& model) { return read_file(scratch.file(model + "/vocab.txt")); };
    EXPECT_EQ(words(name), words(name + ".twins/seed-1")) << name;
    EXPECT_EQ(words(name), words(name + ".twins/masked")) << name;
    const Json twin = parsed(read_file(scratch.file(name + ".twins/seed-1/metrics.json"))).at("training");
    const Json model = parsed(read_file(scratch.file(name + "/metrics.json")));
    if (name == "refitted") {
      EXPECT_EQ(twin.at("steps"), model.at("refit").at("steps"));
    }
    EXPECT_LE(twin.at("epochs").get<double>(), 3) << "as long as the model, though there are few rows";
  }
  const Outcome half = run_there({"audit", "tested", "dev.txt", "--depth", "standard", "--train", "one.txt", "--json"});
  EXPECT_EQ(half.exit_code, 65);
  EXPECT_THAT(half.err, HasSubstr("was trained on 2 files, here are 1"));
}

TEST_F(AuditStandard, TrainingDataThatChangedIsRefusedAndWithoutItThereIsNoGrade) {
  const Scratch scratch;
  const auto run_there = [&](const std::vector<std::string>& more) {
    return run_fovea(join({{"audit", "m", "dev.txt", "--depth", "standard", "--json"}, more}), "", scratch.path());
  };
  scratch.write("train.txt", label_lines(ruled_texts(90)));
  scratch.write("dev.txt", label_lines(ruled_texts(60, 5000)));
  ASSERT_EQ(run_fovea({"train", "train.txt", "--out", "m", "--encoder", "average", "--embedding-size", "8",
                       "--attention-size", "8", "--ngrams", "0", "--max-epochs", "2", "--quiet"},
                      "", scratch.path())
                .exit_code,
            0);
  const std::string content = read_file(scratch.file("train.txt"));
  scratch.write("train.txt", content + "__label__good splendid tea\n");
  const Outcome changed = run_there({});
  EXPECT_EQ(changed.exit_code, 65);
  EXPECT_THAT(changed.err, HasSubstr("train.txt: is not what m was trained on"));
  fs::remove(scratch.file("train.txt"));
  const Outcome missing = run_there({});
  EXPECT_EQ(missing.exit_code, 0) << missing.err;
  EXPECT_EQ(grade(missing), "not-auditable");
  EXPECT_THAT(missing.err, HasSubstr("train.txt is not there"));
  EXPECT_FALSE(fs::exists(scratch.file("m.twins")));
  scratch.write("elsewhere.txt", content);
  const Outcome named = run_there({"--train", "elsewhere.txt"});
  EXPECT_EQ(named.exit_code, 0) << named.err;
  EXPECT_EQ(parsed(named.out).at("trainings").at("trained"), 5);
  EXPECT_EQ(run_there({"--train", "none.txt"}).exit_code, 66);
}

class AuditStandardWords : public Mistakes {};

TEST_F(AuditStandardWords, WhatOnlyTheStandardDepthCanDo) {
  expect_told({
      {{"audit", "model", "ok.txt", "--train", "ok.txt"}, 64, {"--train cannot apply: depth quick trains nothing"}},
      {{"audit", "model", "ok.txt", "--valid", "ok.txt"}, 64, {"--valid cannot apply"}},
      {{"audit", "model", "ok.txt", "--require", "faithful"}, 64, {"no higher grade than informative"}},
  });
}

}  // namespace
}  // namespace fovea::test
