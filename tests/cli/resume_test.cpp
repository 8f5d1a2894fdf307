// A training that is stopped — politely, or by kill -9 at any moment, even while it saves — and goes on, gives the very
// model of one that was never stopped.
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include <sched.h>
#include <signal.h>

#include "base/cores.h"
#include "base/files.h"
#include "cli/checks.h"
#include "cli/tiny.h"
#include "support/process.h"

namespace fovea::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int kReviewsRead = 600, kEpochs = 3;

// What must not depend on the stops: the weights, and every line of metrics.jsonl but for its time.
struct Result {
  std::string weights;
  std::vector<std::string> metrics;
  bool operator==(const Result&) const = default;
};

Result result_of(const std::string& model) {
  Result result{sha256(read_file(model + "/weights.safetensors")), {}};
  for (const std::string& line : lines_of(read_file(model + "/metrics.jsonl"))) {
    Json evaluation = parsed(line);
    evaluation.erase("seconds");
    result.metrics.push_back(to_line(evaluation));
  }
  return result;
}

class Resume : public ::testing::Test {
 protected:
  // Small steps with a save every few of them: long enough to be stopped in the middle.
  static void SetUpTestSuite() { train_uninterrupted("8", 8); }
  static void TearDownTestSuite() { scratch_.reset(); }

  static void train_uninterrupted(const std::string& batch_size, size_t evaluations) {
    batch_size_ = batch_size;
    evaluations_ = evaluations;
    ::setenv("OMP_WAIT_POLICY", "passive", 0);
    scratch_ = std::make_unique<Scratch>();
    data_ = scratch_->write("reviews.txt", label_lines(tiny_reviews(kReviewsRead)));
    const std::string model = scratch_->file("uninterrupted");
    const Outcome outcome = run_fovea(begin(model));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    whole_ = result_of(model);
    ASSERT_EQ(whole_.metrics.size(), evaluations * kEpochs);
  }

  static std::vector<std::string> begin(const std::string& model) {
    return join({{"train", data_, "--out", model, "--max-epochs", std::to_string(kEpochs), "--batch-size", batch_size_,
                  "--evaluations-per-epoch", std::to_string(evaluations_), "--patience", "0", "--json"},
                 kTinySizes});
  }
  static std::vector<std::string> go_on(const std::string& model) {
    return {"train", "--resume", "--out", model, "--json"};
  }
  static std::vector<std::string> program(const std::vector<std::string>& arguments) {
    return join({{FOVEA_PROGRAM}, arguments});
  }

  static bool is_committed(const std::string& model) { return fs::exists(model + ".partial/state/CURRENT"); }
  static bool has_evaluated(const std::string& model, size_t times) {
    std::error_code ignored;
    const fs::path metrics = model + ".partial/metrics.jsonl";
    return fs::exists(metrics, ignored) && lines_of(read_file(metrics)).size() >= times;
  }

  static std::unique_ptr<Scratch> scratch_;
  static std::string data_, batch_size_;
  static size_t evaluations_;
  static Result whole_;
};
std::unique_ptr<Scratch> Resume::scratch_;
std::string Resume::data_, Resume::batch_size_;
size_t Resume::evaluations_;
Result Resume::whole_;

// This process and all that it starts on one core alone.
class OnOneCore {
 public:
  OnOneCore() {
    ::sched_getaffinity(0, sizeof all_, &all_);
    cpu_set_t one;
    CPU_ZERO(&one);
    int core = 0;
    while (!CPU_ISSET(core, &all_)) ++core;
    CPU_SET(core, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  ~OnOneCore() { ::sched_setaffinity(0, sizeof all_, &all_); }

 private:
  cpu_set_t all_;
};

TEST_F(Resume, ASignalKeepsTheBestModelAndTheRestGivesTheSameBits) {
  for (const int number : {SIGINT, SIGTERM}) {
    SCOPED_TRACE(number);
    const std::string model = scratch_->file("signal" + std::to_string(number));
    Process training(program(begin(model)));
    ASSERT_TRUE(training.wait_until([&] { return has_evaluated(model, 7); }));
    training.signal(number);
    const Outcome stopped = training.wait();
    ASSERT_EQ(stopped.exit_code, 130) << stopped.err;
    EXPECT_EQ(parsed(stopped.out).at("interrupted"), true);
    EXPECT_TRUE(is_committed(model));
    EXPECT_LT(result_of(model).metrics.size(), whole_.metrics.size()) << "it was finished before the signal came";
    EXPECT_EQ(run_fovea({"predict", model, "a lovely film"}).exit_code, 0);

    const bool fewer_cores = number == SIGTERM && usable_cores() > 1;
    std::optional<OnOneCore> one;
    if (fewer_cores) one.emplace();
    const Outcome resumed = run_fovea(go_on(model));
    one.reset();
    ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
    EXPECT_EQ(parsed(resumed.out).at("interrupted"), false);
    EXPECT_EQ(result_of(model), whole_);
    EXPECT_FALSE(fs::exists(model + ".partial"));
    if (fewer_cores) {
      EXPECT_THAT(resumed.err, HasSubstr("1 core may be used here"));
    }
  }
}

class ResumeSlow : public Resume {};

TEST_F(ResumeSlow, AnUnfinishedTrainingIsNeitherReplacedNorChanged) {
  const std::string model = scratch_->file("refused");
  Process training(program(begin(model)));
  ASSERT_TRUE(training.wait_until([&] { return has_evaluated(model, 3); }));
  training.signal(SIGKILL);
  EXPECT_EQ(training.wait().exit_code, 128 + SIGKILL);

  struct {
    std::vector<std::string> arguments;
    int exit_code;
    std::string told;
  } const mistakes[] = {
      {begin(model), 74, ".partial: holds an unfinished training of this model"},
      {join({go_on(model), {"--seed", "7"}}), 64, "--resume: --seed differs from the training that goes on"},
      {join({go_on(model), {"--hidden-size", "9"}}), 64, "--resume: --hidden-size differs"},
      {join({go_on(model), {scratch_->write("other.txt", "__label__a b\n")}}), 64, "--resume: DATA differs"},
      {{"predict", model, "a lovely film"}, 66, "holds its unfinished training"},
      {{"train", "nowhere.txt", "--out", model, "--force"}, 66, "nowhere.txt: no such file"},
  };
  for (const auto& mistake : mistakes) {
    const Outcome outcome = run_fovea(mistake.arguments);
    EXPECT_EQ(outcome.exit_code, mistake.exit_code) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, HasSubstr(mistake.told));
  }
  const Outcome resumed = run_fovea(join({go_on(model), {data_, "--seed", "1"}}));  // the same said again is no change
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(result_of(model), whole_);

  const Outcome again = run_fovea(go_on(model));
  EXPECT_EQ(again.exit_code, 66) << again.err;
  EXPECT_THAT(again.err, HasSubstr("--resume: there is no unfinished training"));
}

TEST_F(ResumeSlow, AlteredSettingsAreRefusedAndNewLimitsStay) {
  const std::string model = scratch_->file("altered");
  ASSERT_EQ(run_fovea(join({begin(model), {"--max-steps", "3"}})).exit_code, 0);
  Process training(program(join({begin(model), {"--force"}})));
  ASSERT_TRUE(training.wait_until([&] { return has_evaluated(model, 3); }));
  training.signal(SIGKILL);
  training.wait();
  const std::string place = model + ".partial/settings.json", whole = read_file(place);
  std::string altered = whole;
  altered.replace(altered.find("\"seed\": 1"), 9, "\"seed\": 2");
  write_file(place, altered);
  const Outcome refused = run_fovea(go_on(model));
  EXPECT_EQ(refused.exit_code, 65);
  EXPECT_THAT(refused.err, HasSubstr("settings.json: is damaged"));

  write_file(place, whole);
  std::filesystem::create_symlink(model, scratch_->file("link"));  // --out may be a link to the model
  Process limited(program(join({go_on(scratch_->file("link")), {"--max-steps", "123456"}})));
  ASSERT_TRUE(limited.wait_until([&] { return read_file(place) != whole; }));
  limited.signal(SIGKILL);
  limited.wait();
  EXPECT_THAT(read_file(place), HasSubstr("\"max_steps\": 123456"));
}

TEST_F(ResumeSlow, OtherDataIsRefused) {
  const std::string model = scratch_->file("changed");
  const std::string data = scratch_->write("changing.txt", label_lines(tiny_reviews(kReviewsRead)));
  std::vector<std::string> arguments = begin(model);
  arguments[1] = data;
  Process training(program(arguments));
  ASSERT_TRUE(training.wait_until([&] { return has_evaluated(model, 3); }));
  training.signal(SIGKILL);
  training.wait();
  scratch_->write("changing.txt", label_lines(tiny_reviews(kReviewsRead - 1)));
  const Outcome resumed = run_fovea(go_on(model));
  EXPECT_EQ(resumed.exit_code, 65);
  EXPECT_THAT(resumed.err, HasSubstr("--resume: the data is not what"));
}

TEST_F(Resume, OneTrainingAtATime) {
  const std::string model = scratch_->file("busy");
  Process training(program(begin(model)));
  ASSERT_TRUE(training.wait_until([&] { return has_evaluated(model, 1); }));
  training.signal(SIGSTOP);  // so that it is not finished before the others have asked
  for (const auto& arguments : {go_on(model), join({begin(model), {"--force"}})}) {
    const Outcome second = run_fovea(arguments);
    EXPECT_EQ(second.exit_code, 74) << second.err;
    EXPECT_THAT(second.err, HasSubstr("is training this model"));
  }
  training.signal(SIGCONT);
  const Outcome first = training.wait();
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(result_of(model), whole_);
}

TEST(Seeds, TheSameSeedGivesTheSameBitsAndForceReplaces) {
  const Scratch scratch;
  const std::string data = scratch.write("reviews.txt", label_lines(tiny_reviews(120)));
  const auto train = [&](const std::string& model, const std::vector<std::string>& more) {
    return run_fovea(join({{"train", data, "--out", scratch.file(model)}, kTiny, more}));
  };
  ASSERT_EQ(train("a", {"--seed", "5"}).exit_code, 0);
  ASSERT_EQ(train("b", {"--seed", "5"}).exit_code, 0);
  const Result a = result_of(scratch.file("a"));
  EXPECT_EQ(a, result_of(scratch.file("b")));

  EXPECT_EQ(train("a", {"--seed", "6"}).exit_code, 74);
  EXPECT_EQ(a, result_of(scratch.file("a"))) << "replaced without --force";
  EXPECT_EQ(train("a", {"--seed", "6", "--force"}).exit_code, 0);
  EXPECT_NE(a.weights, result_of(scratch.file("a")).weights);
  EXPECT_THAT(names_in(scratch.path()), ::testing::UnorderedElementsAre("a", "b", "reviews.txt"));
}

// Kills at moments of three kinds, drawn in turn: any time after the start, in the middle of a save, in the middle of
// the end, when MODEL is put in its place.
class KilledSlow : public Resume {
 protected:
  static void SetUpTestSuite() { train_uninterrupted("4", 30); }

  enum class Moment { kAnyTime, kInASave, kAtTheEnd };

  static bool any_name(const fs::path& folder, const std::string& part) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().filename().string().find(part) != std::string::npos) return true;
    }
    return false;
  }

  // Starts or continues the training and kills it; its exit code.
  int run_and_kill(const std::string& model, Moment moment) {
    Process training(program(is_committed(model) ? go_on(model) : begin(model)));
    std::error_code ignored;
    const fs::path partial = model + ".partial", state = partial / "state";
    if (moment == Moment::kAnyTime) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300 + random_() % 700));
    } else if (moment == Moment::kInASave) {
      const size_t saves = 1 + random_() % 5;
      for (size_t i = 0; i < saves; ++i) {
        training.wait_until([&] { return any_name(state, ".tmp"); }, true);
        if (i + 1 < saves) training.wait_until([&] { return !any_name(state, ".tmp"); }, true);
      }
    } else {
      training.wait_until([&] { return fs::exists(partial / "model.tmp") || fs::exists(model, ignored); }, true);
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 20000));
    }
    training.signal(SIGKILL);
    return training.wait().exit_code;
  }

  static bool finished(const std::string& model) {
    return fs::exists(model + "/manifest.json") && !is_committed(model);
  }

  std::mt19937 random_{20240917};
};

TEST_F(KilledSlow, TwentyTimesAtRandomMoments) {
  constexpr int kKills = 20;
  int kills = 0, in_saves = 0, ends = 0, models = 0;
  while (kills < kKills) {
    const std::string model = scratch_->file("killed" + std::to_string(models++));
    while (!finished(model)) {
      const int turn = kills % 4;
      const Moment moment = turn == 3 ? Moment::kAtTheEnd : turn % 2 ? Moment::kInASave : Moment::kAnyTime;
      const int code = run_and_kill(model, moment);
      ASSERT_TRUE(code == 0 || code == 128 + SIGKILL) << code;
      if (code == 0) break;
      ++kills;
      in_saves += moment == Moment::kInASave;
      ends += moment == Moment::kAtTheEnd;
    }
    EXPECT_EQ(result_of(model), whole_) << "after " << kills << " kills";
    EXPECT_EQ(run_fovea({"predict", model, "a lovely film"}).exit_code, 0);
  }
  EXPECT_GE(in_saves, 3);
  EXPECT_GE(ends, 2);
  RecordProperty("models", models);
}

}  // namespace
}  // namespace fovea::test
