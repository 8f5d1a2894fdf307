// Stops the process at every single call that changes the disk, in turn, and looks at what is there then: always the
// old or the new, never a mixture. The code under test knows nothing of it.
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/faults.h"
#include "checkpoint/folder.h"
#include "checkpoint/load.h"
#include "support/scratch.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;

const Files kFirst = {{"a.bin", "first"}, {"b.bin", "1"}};
const Files kSecond = {{"a.bin", "second"}, {"c.bin", ""}};
const Files kOldModel = {{"config.json", "old"}, {"only_old.txt", "x"}};
const Files kNewModel = {{"config.json", "new"}, {"only_new.txt", "yy"}};

// Runs `work` in a process of its own that is stopped at its call number `call`; true when it got to its end before.
bool run_until(int call, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    faults.active = true;
    faults.calls_left = call;
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "unexpected at call %d: %s\n", call, error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kStopped)) << "call " << call;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A scratch folder in memory where the system has one: thousands of renames over a file take minutes on a disk.
struct MemoryScratch {
  MemoryScratch() {
    const char* set = std::getenv("TMPDIR");
    const std::string before = set ? set : "";
    if (::access("/dev/shm", W_OK | X_OK) == 0) ::setenv("TMPDIR", "/dev/shm", 1);
    folder = std::make_unique<fovea::test::Scratch>();
    set ? ::setenv("TMPDIR", before.c_str(), 1) : ::unsetenv("TMPDIR");
  }
  std::unique_ptr<fovea::test::Scratch> folder;
};

class CrashTest : public testing::Test {
 protected:
  ~CrashTest() override { faults = Faults(); }

  fs::path model() const { return scratch_.folder->path() / "m"; }
  fs::path partial() const { return scratch_.folder->path() / "m.partial"; }
  std::set<std::string> names(const fs::path& folder) const {
    std::set<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
      found.insert(entry.path().filename().string());
    return found;
  }
  void start_over() {
    fs::remove_all(model());
    fs::remove_all(partial());
  }
  void make_old_model() {
    PartialFolder::create(model(), false).finish(kOldModel, false, false);
    scratch_.folder->write("m/notes.txt", "mine");
    fs::create_directory(model() / "sub");
    scratch_.folder->write("m/sub/more.txt", "mine too");
  }
  void expect_own_files(const std::string& where) const {
    EXPECT_EQ(read_file(model() / "notes.txt"), "mine") << where;
    EXPECT_EQ(read_file(model() / "sub/more.txt"), "mine too") << where;
  }
  std::string config() const { return load_model(model()).at("config.json"); }

  MemoryScratch scratch_;
};

TEST_F(CrashTest, CommitLeavesTheOldOrTheNewGeneration) {
  int old_seen = 0, new_seen = 0;
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    start_over();
    {
      PartialFolder training = PartialFolder::create(model(), false);
      training.append_metrics("a");
      training.commit(17, kFirst);
    }
    done = run_until(call, [&] {
      PartialFolder training = PartialFolder::resume(model());
      training.append_metrics("b");
      training.commit(230, kSecond);
    });
    PartialFolder training = PartialFolder::resume(model());
    const auto current = training.current();
    ASSERT_TRUE(current) << "call " << call;
    const bool is_new = current->step == 230;
    EXPECT_EQ(current->files, is_new ? kSecond : kFirst) << "call " << call;
    EXPECT_TRUE(is_new || (!done && new_seen == 0)) << "call " << call;
    ++(is_new ? new_seen : old_seen);
    training.cut_metrics(is_new ? 2 : 1);
    EXPECT_EQ(training.metrics(), is_new ? "a\nb\n" : "a\n") << "call " << call;
    EXPECT_EQ(names(partial() / "state"), (std::set<std::string>{"CURRENT", std::to_string(current->step)}))
        << "call " << call;
    EXPECT_EQ(names(partial()), (std::set<std::string>{"lock", "metrics.jsonl", "state"})) << "call " << call;
    training.commit(current->step + 1, kFirst);
    EXPECT_EQ(training.current()->files, kFirst) << "call " << call;
  }
  EXPECT_GT(old_seen, 10);  // every write, flush and rename of the new generation
  EXPECT_GT(new_seen, 3);   // every removal of the old one
}

TEST_F(CrashTest, FirstCommitIsThereOrNot) {
  int without = 0, with = 0;
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    start_over();
    done = run_until(call, [&] { PartialFolder::create(model(), false).commit(17, kFirst); });
    try {
      EXPECT_EQ(PartialFolder::resume(model()).current()->files, kFirst) << "call " << call;
      ++with;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kNoInput) << error.what();
      EXPECT_FALSE(done);
      ++without;
      PartialFolder again = PartialFolder::create(model(), false);
      EXPECT_EQ(names(partial()), (std::set<std::string>{"lock", "state"})) << "call " << call;
      EXPECT_TRUE(names(partial() / "state").empty()) << "call " << call;
    }
  }
  EXPECT_GT(without, 10);
  EXPECT_GT(with, 0);
}

// Create with force over a committed training: that training, or nothing; never a part of it.
TEST_F(CrashTest, StartingAnewForgetsWholeTrainings) {
  int kept = 0, gone = 0;
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    start_over();
    { PartialFolder::create(model(), false).commit(17, kFirst); }
    for (const char* name : {"17", "CURRENT"}) {  // moved, so that the order of the folder's entries is the unlucky one
      if (call % 2 == (name[0] == 'C')) continue;
      fs::rename(partial() / "state" / name, partial() / "moved");
      fs::rename(partial() / "moved", partial() / "state" / name);
    }
    done = run_until(call / 2, [&] { PartialFolder::create(model(), true); });
    try {
      EXPECT_EQ(PartialFolder::resume(model()).current()->files, kFirst) << "call " << call;
      ++kept;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kNoInput) << error.what();
      ++gone;
      EXPECT_NO_THROW(PartialFolder::create(model(), false));
    }
  }
  EXPECT_GT(kept, 0);
  EXPECT_GT(gone, 3);
}

TEST_F(CrashTest, FinishWithoutAnOldModel) {
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    start_over();
    { PartialFolder::create(model(), false).commit(17, kFirst); }
    done = run_until(call, [&] { PartialFolder::resume(model()).finish(kNewModel, false, false); });
    if (fs::exists(model())) {
      EXPECT_EQ(config(), "new") << "call " << call;
    } else {
      PartialFolder::resume(model()).finish(kNewModel, false, false);
      EXPECT_EQ(config(), "new") << "call " << call;
      EXPECT_FALSE(fs::exists(partial()));
    }
  }
}

class CrashReplaceTest : public CrashTest, public testing::WithParamInterface<bool> {
 protected:
  void set_up() {
    faults = Faults();
    start_over();
    make_old_model();
    PartialFolder::create(model(), true).commit(17, kFirst);
    faults.no_exchange = GetParam();
  }

  // Whatever was stopped before: the model is whole, what the user put beside it is there, and work goes on.
  void expect_recovery(const std::string& where) {
    if (fs::exists(model())) {
      const std::string found = config();
      EXPECT_TRUE(found == "old" || found == "new") << where << ": " << found;
    } else {
      EXPECT_TRUE(GetParam()) << where << ": only two renames may leave a gap";
      EXPECT_THROW(load_model(model()), UserError) << where;
    }
    { PartialFolder anew = PartialFolder::create(model(), true); }
    const std::string found = config();
    EXPECT_TRUE(found == "old" || found == "new") << where << ": " << found;
    expect_own_files(where);
    EXPECT_EQ(fs::exists(model() / "only_new.txt"), found == "new") << where;
    EXPECT_EQ(fs::exists(model() / "only_old.txt"), found == "old") << where;
    EXPECT_EQ(names(partial()), (std::set<std::string>{"lock", "state"})) << where;
  }
};
INSTANTIATE_TEST_SUITE_P(, CrashReplaceTest, testing::Bool(),
                         [](const auto& info) { return info.param ? "TwoRenames" : "Exchange"; });

TEST_P(CrashReplaceTest, FinishOverAnOldModel) {
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    set_up();
    done = run_until(call, [&] { PartialFolder::resume(model()).finish(kNewModel, true, false); });
    EXPECT_TRUE(!done || config() == "new");
    expect_recovery("call " + std::to_string(call));
  }
}

TEST_P(CrashReplaceTest, StoppedAgainDuringRecovery) {
  bool done = false;
  for (int call = 0; !done; call += 3) {
    ASSERT_LT(call, 500);
    bool recovered = false;
    for (int second = 0; !recovered; second += 5) {
      ASSERT_LT(second, 500);
      set_up();
      done = run_until(call, [&] { PartialFolder::resume(model()).finish(kNewModel, true, false); });
      recovered = run_until(second, [&] { PartialFolder::create(model(), true).finish(kNewModel, true, false); });
      expect_recovery("calls " + std::to_string(call) + ", " + std::to_string(second));
    }
  }
}

TEST_P(CrashReplaceTest, ResumeFinishesWhatWasStopped) {
  bool done = false;
  for (int call = 0; !done; ++call) {
    ASSERT_LT(call, 500);
    set_up();
    done = run_until(call, [&] { PartialFolder::resume(model()).finish(kNewModel, true, false); });
    if (fs::exists(partial() / "state" / "CURRENT")) PartialFolder::resume(model()).finish(kNewModel, true, false);
    EXPECT_EQ(config(), "new") << "call " << call;
  }
}

// A call that fails (a full disk) instead of a process that ends: an error in words, and the training goes on.
TEST_F(CrashTest, CommitThatFailsLosesNothing) {
  int thrown = 0;
  for (int call = 0;; ++call) {
    ASSERT_LT(call, 500);
    start_over();
    PartialFolder training = PartialFolder::create(model(), false);
    training.append_metrics("a");
    training.commit(17, kFirst);
    faults = Faults();
    faults.active = faults.fail_only = true;
    faults.calls_left = call;
    bool threw = false;
    try {
      training.append_metrics("b");
      training.commit(230, kSecond);
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kCannotWrite) << error.what();
      threw = true;
      ++thrown;
    }
    const bool over = faults.hits == 0;
    faults = Faults();
    const auto current = training.current();
    EXPECT_EQ(current->files, current->step == 17 ? kFirst : kSecond) << "call " << call;
    EXPECT_TRUE(threw || current->step == 230) << "call " << call;
    training.append_metrics("c");
    EXPECT_TRUE(training.metrics() == "a\nc\n" || training.metrics() == "a\nb\nc\n") << training.metrics();
    training.commit(230, kNewModel);
    EXPECT_EQ(training.current()->files, kNewModel) << "call " << call;
    if (over) break;
  }
  EXPECT_GT(thrown, 10);
}

TEST_P(CrashReplaceTest, FinishThatFailsLosesNothing) {
  int thrown = 0;
  for (int call = 0;; ++call) {
    ASSERT_LT(call, 500);
    set_up();
    PartialFolder training = PartialFolder::resume(model());
    faults.active = faults.fail_only = true;
    faults.calls_left = call;
    bool threw = false;
    try {
      training.finish(kNewModel, true, true);
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kCannotWrite) << error.what();
      threw = true;
      ++thrown;
    }
    const bool over = faults.hits == 0;
    faults.active = false;
    const std::string found = config();
    EXPECT_TRUE(threw ? found == "old" || found == "new" : found == "new") << "call " << call << ": " << found;
    expect_own_files("failed at call " + std::to_string(call));
    EXPECT_EQ(training.current()->files, kFirst) << "call " << call;
    training.finish(kNewModel, true, true);
    EXPECT_EQ(config(), "new") << "call " << call;
    expect_own_files("finished after call " + std::to_string(call));
    if (over) break;
  }
  EXPECT_GT(thrown, 8);
}

// Against a power failure only the order helps: when the rename that counts is made, all that it leads to is on the
// disk.
TEST_F(CrashTest, EverythingIsFlushedBeforeTheRenameThatCounts) {
  int renames = 0;
  faults.active = true;
  faults.before_rename_to = [&](const std::string& to) {
    const bool is_commit = to.ends_with("/CURRENT"), is_finish = to == model().string();
    if (!is_commit && !is_finish) return;
    ++renames;
    for (const std::string& entry : faults.unsafe) {
      EXPECT_TRUE(is_commit && entry.find("CURRENT.tmp") != std::string::npos && entry.ends_with(" in folder"))
          << entry << " is not on the disk before the rename to " << to;
    }
  };
  PartialFolder training = PartialFolder::create(scratch_.folder->path() / "m", false);
  training.append_metrics("a");
  training.commit(17, kFirst);
  EXPECT_TRUE(faults.unsafe.empty()) << *faults.unsafe.begin();
  training.append_metrics("b");
  training.commit(230, kSecond);
  EXPECT_TRUE(faults.unsafe.empty()) << *faults.unsafe.begin();
  training.finish(kNewModel, false, false);
  EXPECT_EQ(renames, 3);
}

// By the rename alone a power failure could bring back the old file.
TEST_F(CrashTest, AFileThatWasWrittenIsOnTheDiskWithItsName) {
  const std::string path = scratch_.folder->write("run.json", "old");
  faults.active = true;
  write_file(path, "new");
  EXPECT_TRUE(faults.unsafe.empty()) << *faults.unsafe.begin();
}

TEST_F(CrashTest, AnInterruptedWriteIsDoneAgain) {
  PartialFolder training = PartialFolder::create(model(), false);
  faults.interrupts_left = 2;
  training.append_metrics("a");
  EXPECT_EQ(faults.interrupts_left, 0);
  EXPECT_EQ(training.metrics(), "a\n");
}

}  // namespace
}  // namespace fovea::checkpoint
