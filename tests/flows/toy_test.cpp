// A kind of task that is no text goes through every flow, by the flows alone: what a new kind gets when it implements
// what tasks/kind.h and tasks/model.h say.
#include <filesystem>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/files.h"
#include "flows/auditing.h"
#include "flows/compare.h"
#include "flows/explaining.h"
#include "flows/settings.h"
#include "flows/training.h"
#include "flows/tune.h"
#include "flows/using.h"
#include "support/scratch.h"
#include "support/toy_kind.h"
#include "tasks/kinds.h"

namespace fovea::flows {
namespace {

namespace fs = std::filesystem;
using test::Scratch;
using test::toy_kind;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kRows = 600, kEpochs = 30;

// Files of rows and a model trained on them, for all tests that only use one.
class Toy : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    toy_kind();
    scratch_ = std::make_unique<Scratch>();
    test::write_toy_rows(rows(), kRows, 1);
    test::write_toy_rows(others(), 200, 2);
    whole_ = std::make_unique<TrainOutcome>(train(plan("whole"), {}));
  }
  static void TearDownTestSuite() {
    whole_.reset();
    scratch_.reset();
  }

  static std::string file(const std::string& name) { return scratch_->file(name); }
  static std::string rows() { return file("rows.tsv"); }
  static std::string others() { return file("others.tsv"); }
  static OpenModel model() { return open_model(file("whole")); }

  static TrainPlan plan(const std::string& out) {
    TrainPlan plan(toy_kind());
    plan.settings->files().paths = {rows()};
    plan.out = file(out);
    plan.train.learning_rate = 0.05;
    plan.train.max_epochs = kEpochs;
    plan.train.patience = 0;
    plan.train.batches.max_examples = 32;
    settle(plan, Place::kFolder);
    return plan;
  }
  static std::string write(const std::string& name, const std::string& content) {
    return scratch_->write(name, content);
  }

  // What is given for the trainings of a study.
  static Variants variants(const std::vector<options::Written>& more = {}) {
    std::vector<options::Written> given = {
        {"", {rows()}}, {"learning-rate", {"0.05"}}, {"max-epochs", {"4"}}, {"batch-size", {"32"}}};
    given.insert(given.end(), more.begin(), more.end());
    return Variants(toy_kind(), given);
  }

  static std::unique_ptr<Scratch> scratch_;
  static std::unique_ptr<TrainOutcome> whole_;
};
std::unique_ptr<Scratch> Toy::scratch_;
std::unique_ptr<TrainOutcome> Toy::whole_;

// The message of the UserError that `action` throws, with its remedy.
template <typename Action>
std::string refusal(const Action& action) {
  try {
    action();
  } catch (const UserError& error) {
    return std::string(error.what()) + " " + error.remedy();
  }
  return "nothing is refused";
}

double sum(const Json& numbers) {
  double sum = 0;
  for (const Json& number : numbers) sum += number.get<double>();
  return sum;
}

TEST_F(Toy, Learns) {
  EXPECT_FALSE(whole_->interrupted);
  ASSERT_NE(whole_->test, nullptr);
  EXPECT_GT(whole_->test->score("accuracy").value(), .9);
  EXPECT_EQ(whole_->json.at("architecture"), "toy of width 8");
  EXPECT_EQ(whole_->json.at("data").at("train").get<int64_t>() + whole_->json.at("data").at("valid").get<int64_t>() +
                whole_->json.at("data").at("test").get<int64_t>(),
            kRows);
}

TEST_F(Toy, IsFoundByItsModel) {
  const OpenModel open = model();
  EXPECT_EQ(&open.model->kind(), &toy_kind());
  EXPECT_EQ(open.model->facts().parameters, whole_->parameters);
  EXPECT_EQ(&tasks::kind_named("toy"), &toy_kind());
}

TEST_F(Toy, IsTestedOnAFile) {
  tasks::InputSource source;
  source.paths = {others()};
  const auto result = test(model(), source, {});
  EXPECT_GT(result->score("accuracy").value(), .9);
  const Json json = result->json();
  EXPECT_EQ(json.at("n"), 200);
  EXPECT_EQ(json.at("data"), others());
  EXPECT_LE(json.at("accuracy_ci").at(0).get<double>(), json.at("accuracy").get<double>());
  EXPECT_THAT(refusal([&] { test(model(), source, {.abstain = .7}); }), HasSubstr("--abstain"));
}

TEST_F(Toy, RowsOfNoKnownLabelAreNotCounted) {
  tasks::InputSource source;
  source.paths = {write("mixed.tsv", "plus\t8.5 -0.5\nzero\t0.0 1.0\nminus\t1.0 -9.0\nzero\t2.0 1.0\n")};
  const auto result = test(model(), source, {});
  EXPECT_EQ(result->json().at("n"), 2);
  EXPECT_EQ(result->json().at("unknown_labels"), 2);
  EXPECT_EQ(result->score("accuracy"), 1);
  EXPECT_THAT(result->report({}), HasSubstr("on 2 rows; 2 more have no label that the model knows"));
  source.paths = {write("strange.tsv", "zero\t8.5 -0.5\none\t0.0 1.0\n")};
  EXPECT_THAT(refusal([&] { test(model(), source, {}); }), HasSubstr("of 2 rows none has a label"));
}

TEST_F(Toy, FieldsThatWereSetAreGiven) {
  TrainPlan set(toy_kind());
  set.settings->files().paths = {rows()};
  set.preset = "best";
  set.train.learning_rate = 0.03;
  set.train.metric = "loss";
  set.train.max_epochs = 7;
  settle(set, Place::kMemory);
  EXPECT_EQ(set.train.learning_rate, 0.03);
  EXPECT_EQ(set.train.metric, "loss");
  EXPECT_EQ(set.given, (options::Given{"preset", "learning-rate", "metric", "max-epochs"}));
  EXPECT_FALSE(set.refit) << "what the preset has set is not given, and a training in memory has no second one";
  set.out = file("set");
  set.train.patience = 2;
  settle(set, Place::kFolder);
  EXPECT_TRUE(is_given(set, &set.train.patience));
  EXPECT_FALSE(is_given(set, &set.refit));
  EXPECT_TRUE(set.refit);
  settle(set, Place::kFolder);
  EXPECT_FALSE(is_given(set, &set.refit));
}

TEST_F(Toy, InMemoryThereIsNeitherAStartNorASecondTraining) {
  TrainPlan plan = Toy::plan("memory");
  const auto data = toy_kind().load(*plan.settings, nullptr);
  plan.train.max_epochs = 1;
  plan.profile = true;
  const TrainOutcome outcome = train_in_memory(plan, *data, {}, {});
  EXPECT_FALSE(outcome.training.profile.empty());
  plan.refit = true;
  EXPECT_THAT(refusal([&] { train_in_memory(plan, *data, {}, {}); }), HasSubstr("--refit cannot apply"));
  plan.refit = false;
  plan.init = file("whole");
  EXPECT_THAT(refusal([&] { train_in_memory(plan, *data, {}, {}); }), HasSubstr("--init cannot apply"));
}

TEST_F(Toy, StoppedItGoesOnAsIfItHadNotBeen) {
  TrainEvents events;
  int64_t asked = 0;
  events.should_stop = [&] { return ++asked > 100; };
  const TrainOutcome first = train(plan("parts"), events);
  ASSERT_TRUE(first.interrupted);
  EXPECT_EQ(first.test, nullptr);
  EXPECT_NE(read_file(file("parts/weights.safetensors")), read_file(file("whole/weights.safetensors")));

  TrainPlan again(toy_kind());
  again.out = file("parts");
  again.resume = true;
  settle(again, Place::kFolder);
  const TrainOutcome second = train(resumed_plan(again), {});
  EXPECT_FALSE(second.interrupted);
  EXPECT_EQ(read_file(file("parts/weights.safetensors")), read_file(file("whole/weights.safetensors")));
  EXPECT_FALSE(fs::exists(file("parts.partial")));
}

TEST_F(Toy, ItsTrainingGoesOnAsThatTaskAlone) {
  TrainEvents events;
  events.should_stop = [] { return true; };
  train(plan("unfinished"), events);
  TrainPlan text;
  text.out = file("unfinished");
  text.resume = true;
  settle(text, Place::kFolder);
  EXPECT_THAT(refusal([&] { resumed_plan(text); }), HasSubstr("fovea train toy --resume"));
}

TEST_F(Toy, LearnsAnewFromAllRows) {
  TrainPlan all = plan("refitted");
  all.refit = true;
  const TrainOutcome outcome = train(all, {});
  EXPECT_EQ(outcome.json.at("refit").at("rows"),
            outcome.json.at("data").at("train").get<int64_t>() + outcome.json.at("data").at("valid").get<int64_t>());
  EXPECT_GT(outcome.test->score("accuracy").value(), .9);
}

TEST_F(Toy, TakesValidationAndTestFiles) {
  TrainPlan plan = Toy::plan("files");
  plan.settings->files().valid_paths = {others()};
  plan.settings->files().test_paths = {others()};
  plan.train.max_epochs = 1;
  const TrainOutcome outcome = train(plan, {});
  EXPECT_EQ(outcome.json.at("data").at("train"), kRows);
  EXPECT_EQ(outcome.json.at("data").at("valid"), 200);
  EXPECT_EQ(outcome.json.at("data").at("test"), 200);
  EXPECT_THAT(outcome.json.at("data").at("files").get<std::vector<std::string>>(), Contains("valid: " + others()));
}

TEST_F(Toy, IsWarnedOfFilesThatDiffer) {
  TrainPlan plan = Toy::plan("differ");
  plan.settings->files().valid_paths = {write("valid.csv", "label,text\nplus,8.5 -0.5\nminus,1.0 -9.0\n")};
  plan.train.max_epochs = 1;
  std::vector<std::string> warned, told;
  TrainEvents events;
  events.warned = [&](const std::string& what) { warned.push_back(what); };
  events.begins = [&](const BeforeTraining& known) {
    for (const tasks::Told& one : known.data.told("80/10/10", 1)) told.push_back(one.text);
  };
  train(plan, events);
  EXPECT_THAT(warned, testing::ElementsAre(HasSubstr("valid.csv: ")));
  EXPECT_THAT(told, testing::Each(Not(HasSubstr("split"))));
}

TEST_F(Toy, Predicts) {
  std::vector<Json> answers;
  PredictEvents events;
  events.answered = [&](std::span<const std::unique_ptr<tasks::Answer>> some) {
    for (const auto& answer : some) answers.push_back(answer->json({}));
  };
  const std::vector<std::string> inputs = {"1.0 -9.0 2.0", "8.5 -0.5"};
  predict(*model().model, inputs, {}, events);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].at("label"), "minus");
  EXPECT_EQ(answers[0].at("weights").size(), 3u);
  EXPECT_EQ(answers[1].at("label"), "plus");
  for (const Json& answer : answers) EXPECT_NEAR(sum(answer.at("weights")), 1, 1e-5);

  std::istringstream stream("1.0 -9.0 2.0\n8.5 -0.5\n");
  predict_stream(*model().model, stream, {}, events);
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[2], answers[0]);
  EXPECT_EQ(answers[3], answers[1]);
}

TEST_F(Toy, AnswersInEveryForm) {
  const std::vector<std::string> inputs = {"1.0 -9.0 2.0"};
  const auto read = model().model->take(inputs);
  const auto sure = model().model->answer(*read, 0, 1, {});
  const draw::Style plain;
  EXPECT_THAT(sure[0]->line(tasks::Form::kPlain, {}, plain), testing::StartsWith("minus\t"));
  EXPECT_THAT(sure[0]->line(tasks::Form::kFasttext, {.top = 2}, plain), HasSubstr(" __label__plus 0."));
  EXPECT_THAT(sure[0]->line(tasks::Form::kExplained, {}, plain), HasSubstr("-9.0"));
  EXPECT_EQ(sure[0]->json({.top = 2}).at("probabilities").size(), 2u);
  const auto unsure = model().model->answer(*read, 0, 1, {.abstain = 1.01});
  EXPECT_TRUE(unsure[0]->json({}).at("label").is_null());
  EXPECT_EQ(unsure[0]->line(tasks::Form::kFasttext, {}, plain), "");
  EXPECT_THAT(unsure[0]->line(tasks::Form::kExplained, {}, plain), HasSubstr("-9.0"));
}

TEST_F(Toy, SaysTheTruthWhereItIsAskedFor) {
  const OpenModel open = model();
  const auto read = open.model->read({.paths = {others()}, .table = {}});
  const Json told = open.model->answer(*read, 3, 1, {.truths = true})[0]->json({});
  EXPECT_EQ(told.at("line"), 4);
  EXPECT_TRUE(told.contains("truth"));
  const Json silent = open.model->answer(*read, 3, 1, {})[0]->json({});
  EXPECT_FALSE(silent.contains("truth") || silent.contains("line"));
}

TEST_F(Toy, IsExplained) {
  const OpenModel open = model();
  const std::vector<std::string> lines = {"1.5 -9.1 2.5", "8.3 -0.5"};
  const auto inputs = open.model->take(lines);
  const Explained explained = explain(*open.model, *inputs, 10, {"attention", "loo"});
  ASSERT_EQ(explained.answers.size(), 2u);
  EXPECT_EQ(explained.attributed.nouns.parts, "numbers");
  const Json json = explained_json(explained, 0, {}).at("methods");
  ASSERT_EQ(json.size(), 2u);
  EXPECT_EQ(json.at(0).at("method"), "attention");
  EXPECT_NEAR(sum(json.at(0).at("scores")), 1, 1e-5);
  const Json losses = json.at(1).at("scores");  // without the number that decides the answer is another
  EXPECT_GT(losses.at(1).get<double>(), losses.at(0).get<double>());
  EXPECT_GT(losses.at(1).get<double>(), losses.at(2).get<double>());
  const std::string page = explained_page(open, *inputs, explained, "two rows");
  for (const char* number : {"-9.1", "8.3"}) EXPECT_THAT(page, HasSubstr(number));
  EXPECT_THAT(refusal([&] { explain(*open.model, *inputs, 1, {"ig"}); }), HasSubstr("there is no method 'ig'"));
}

TEST_F(Toy, IsAudited) {
  AuditPlan plan;
  plan.source.paths = {others()};
  plan.limit = 60;
  const audit::Result result = audit(model(), plan, {});
  EXPECT_EQ(result.inputs, 60);
  EXPECT_GE(result.verdict.grade, audit::Grade::kInformative) << testing::PrintToString(result.verdict.reasons);
  EXPECT_EQ(result.nouns.inputs, "rows");
  EXPECT_THAT(result.left_out, Contains("ig"));
  EXPECT_THAT(result.left_out, Not(Contains("loo")));
}

TEST_F(Toy, AnAuditSaysWhichRowsAreLeftOut) {
  AuditPlan plan;
  plan.source.paths = {write("torn.tsv", read_file(others()) + "no columns at all\n")};
  plan.source.table.on_bad_row = data::BadRows::kSkip;
  plan.limit = 30;
  std::vector<std::string> warned;
  AuditEvents events;
  events.warned = [&](const std::string& what) { warned.push_back(what); };
  audit(model(), plan, events);
  EXPECT_THAT(warned, testing::ElementsAre(HasSubstr("torn.tsv:201: ")));
}

// It plants nothing and masks nothing.
TEST_F(Toy, IsAuditedWithTheTwinsThatItCanHave) {
  AuditPlan plan;
  plan.source.paths = {others()};
  plan.depth = audit::Depth::kStandard;
  plan.limit = 60;
  TrainPlan small = Toy::plan("audited");
  small.train.max_epochs = 3;
  train(small, {});
  const audit::Result result = audit(open_model(file("audited/")), plan, {});
  EXPECT_TRUE(result.seeds.has_value());
  EXPECT_FALSE(result.planted.has_value());
  EXPECT_FALSE(result.mask_twin.has_value());
  EXPECT_LT(result.verdict.grade, audit::Grade::kFaithful);
  EXPECT_TRUE(fs::exists(file("audited.twins/seed-1")));
  EXPECT_FALSE(fs::exists(file("audited/.twins")));
}

TEST_F(Toy, WithEvenWeightsItHasNothingToAudit) {
  TrainPlan even = plan("even");
  even.settings->make_even();
  even.train.max_epochs = 1;
  train(even, {});
  AuditPlan plan;
  plan.source.paths = {others()};
  EXPECT_THAT(refusal([&] { audit(open_model(file("even")), plan, {}); }), HasSubstr("every number weighs the same"));
}

TEST_F(Toy, IsCompared) {
  ComparePlan plan;
  plan.vary = {"width=4,16"};
  plan.seeds = 2;
  plan.out = file("compared");
  const study::Comparison result = compare(variants(), plan, {});
  EXPECT_FALSE(result.interrupted);
  EXPECT_EQ(result.nouns.several, "rows");
  EXPECT_STREQ(result.measure().name, "accuracy");
  ASSERT_EQ(result.variants.size(), 2u);
  for (const study::VariantResult& variant : result.variants) {
    EXPECT_TRUE(variant.failures.empty());
    EXPECT_EQ(variant.points.size(), 2u);
  }
  EXPECT_EQ(result.variants[0].model, "toy of width 4");
  EXPECT_EQ(result.variants[1].model, "toy of width 16");
  EXPECT_GT(result.variants[1].parameters, result.variants[0].parameters);
  EXPECT_TRUE(result.variants[1].difference.has_value());
}

TEST_F(Toy, IsTuned) {
  TunePlan plan;
  plan.budget = 5;
  plan.out = file("tuned");
  const TuneOutcome outcome = tune(variants(), plan, {});
  ASSERT_TRUE(outcome.result.best.has_value());
  EXPECT_THAT(read_file(outcome.settings_file), HasSubstr("max-epochs = 4"));
  EXPECT_EQ(fs::path(outcome.settings_file).filename(), "best.toml");
  EXPECT_EQ(&open_model(outcome.model).model->kind(), &toy_kind());
  ASSERT_NE(outcome.test, nullptr);
  EXPECT_GT(outcome.test->score("accuracy").value(), .5);
}

TEST_F(Toy, SettingsGoToJsonAndBack) {
  TrainPlan plan = Toy::plan("saved");
  plan.settings->make_even();
  const Json json = settings_json(plan);
  EXPECT_EQ(json.at("task"), "toy");
  EXPECT_EQ(json.at("model").at("width"), 0);
  EXPECT_FALSE(json.contains("text"));
  EXPECT_EQ(settings_json(plan_of(toy_kind(), json, "here")), json);
  Json wrong = json;
  wrong["model"]["width"] = 65;
  EXPECT_THAT(refusal([&] { plan_of(toy_kind(), wrong, "here"); }), HasSubstr("width"));
}

TEST_F(Toy, WrongOptionsAreRefusedByName) {
  EXPECT_THAT(refusal([] { variants().with({{"widt", "4"}}); }), HasSubstr("Did you mean 'width'?"));
  EXPECT_THAT(refusal([] { variants().with({{"width", "65"}}); }), HasSubstr("--width: '65' is not a whole number"));
  EXPECT_THAT(refusal([] { variants().with({{"encoder", "gru"}}); }), HasSubstr("no option 'encoder'"));
  TrainPlan small = Toy::plan("small");
  small.quantize = true;
  mark_given(small, &small.quantize);
  EXPECT_THAT(refusal([&] { settle(small, Place::kFolder); }), HasSubstr("--quantize"));
  TrainPlan started = Toy::plan("started");
  started.init = file("whole");
  EXPECT_THAT(refusal([&] { train(started, {}); }), HasSubstr("--init"));
}

TEST_F(Toy, ADamagedModelIsRefusedByName) {
  checkpoint::Files files = model().files;
  files.erase("weights.safetensors");
  EXPECT_THAT(refusal([&] { toy_kind().open(files, "m"); }), HasSubstr("m: weights.safetensors is missing"));
  files = model().files;
  files["config.json"] = R"({"task": "toy", "options": {}})";
  EXPECT_THAT(refusal([&] { toy_kind().open(files, "m"); }), testing::StartsWith("m/config.json"));
}

TEST_F(Toy, ModelsOfTextsAreStillThoseOfTheFirstKind) {
  std::string reviews;
  for (int i = 0; i < 60; ++i) {
    const std::string number = std::to_string(i);
    reviews += i % 2 ? "good\ta clever film, number " + number + "\n" : "bad\ta dull film, number " + number + "\n";
  }
  TrainPlan plan;
  plan.settings->files().paths = {scratch_->write("reviews.tsv", reviews)};
  plan.out = file("text");
  plan.train.max_epochs = 1;
  settle(plan, Place::kFolder);
  EXPECT_EQ(train(plan, {}).training.epochs, 1);
  const OpenModel open = open_model(plan.out);
  EXPECT_EQ(&open.model->kind(), tasks::kinds().front());
  EXPECT_EQ(open.model->kind().name(), "text");
  EXPECT_FALSE(settings_json(plan).contains("task"));
  EXPECT_EQ(json_object(open.files.at("config.json"), "config.json").at("task"), "text");
}

}  // namespace
}  // namespace fovea::flows
