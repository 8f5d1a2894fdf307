#include "checkpoint/folder.h"

#include <functional>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/files.h"
#include "checkpoint/load.h"
#include "support/scratch.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Files kOlder = {{"weights.safetensors", std::string("\0\x01\xff first", 9)}, {"state.json", "{\"step\":17}"}};
const Files kNewer = {{"weights.safetensors", "second, and longer"}, {"more.bin", ""}};
const Files kModel = {{"config.json", "{\"encoder\":\"gru\"}"}, {"weights.safetensors", std::string(3001, 'w')}};

void expect_error(const std::function<void()>& call, ExitCode code, const std::string& what,
                  const std::string& remedy) {
  try {
    call();
    FAIL() << "no error; expected: " << what;
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(what));
    EXPECT_THAT(error.remedy(), HasSubstr(remedy));
  }
}

class FolderTest : public testing::Test {
 protected:
  fs::path model() const { return scratch_.path() / "m"; }
  fs::path partial() const { return scratch_.path() / "m.partial"; }
  std::string in(const std::string& name) const { return (scratch_.path() / name).string(); }

  // A finished model at model(), nothing else.
  void make_model(const Files& files = kModel) {
    PartialFolder training = PartialFolder::create(model(), false);
    training.append_metrics("{\"epoch\":1}");
    training.finish(files, false, false);
  }

  fovea::test::Scratch scratch_;
};

TEST_F(FolderTest, TrainingFromFirstCommitToModel) {
  PartialFolder training = PartialFolder::create(scratch_.path() / "new" / "deep" / "m", false);
  EXPECT_EQ(training.path(), scratch_.path() / "new" / "deep" / "m.partial");
  EXPECT_FALSE(training.current());
  EXPECT_EQ(training.metrics(), "");
  training.append_metrics("{\"epoch\":1}");
  training.commit(17, kOlder);
  training.append_metrics("{\"epoch\":2}");
  training.commit(230, kNewer);
  ASSERT_TRUE(training.current());
  EXPECT_EQ(training.current()->step, 230);
  EXPECT_EQ(training.current()->files, kNewer);
  EXPECT_FALSE(fs::exists(training.path() / "state" / "17"));
  training.finish(kModel, false, false);
  Files expected = kModel;
  expected["metrics.jsonl"] = "{\"epoch\":1}\n{\"epoch\":2}\n";
  EXPECT_EQ(load_model(scratch_.path() / "new" / "deep" / "m"), expected);
  EXPECT_FALSE(fs::exists(training.path()));
}

TEST_F(FolderTest, ResumeGivesTheCommittedGeneration) {
  { PartialFolder::create(model(), false).commit(17, kOlder); }
  PartialFolder training = PartialFolder::resume(model());
  ASSERT_TRUE(training.current());
  EXPECT_EQ(training.current()->step, 17);
  EXPECT_EQ(training.current()->files, kOlder);
}

TEST_F(FolderTest, SameStepCommittedAgain) {
  PartialFolder training = PartialFolder::create(model(), false);
  for (const Files& files : {kOlder, kNewer, kOlder, kModel}) {
    training.commit(17, files);
    EXPECT_EQ(training.current()->step, 17);
    EXPECT_EQ(training.current()->files, files);
    EXPECT_EQ(std::distance(fs::directory_iterator(partial() / "state"), {}), 2);  // CURRENT and one generation
  }
}

TEST_F(FolderTest, MetricsAreAppendedAndCut) {
  {
    PartialFolder training = PartialFolder::create(model(), false);
    for (const char* line : {"a", "bb", "ccc"}) training.append_metrics(line);
    training.commit(5, kOlder);
  }
  const std::string path = (partial() / "metrics.jsonl").string();
  write_file(path, read_file(path) + "{\"torn");
  PartialFolder training = PartialFolder::resume(model());
  training.cut_metrics(3);
  EXPECT_EQ(training.metrics(), "a\nbb\nccc\n");
  training.cut_metrics(1);
  training.append_metrics("d");
  EXPECT_EQ(training.metrics(), "a\nd\n");
  expect_error([&] { training.cut_metrics(3); }, ExitCode::kBadData,
               "is truncated: it has 2 lines, the saved state says 3", "anew");
  training.cut_metrics(0);
  EXPECT_EQ(training.metrics(), "");
}

TEST_F(FolderTest, KeptPartialCanBeResumedAndFinishedAgain) {
  {
    PartialFolder training = PartialFolder::create(model(), false);
    training.commit(17, kOlder);
    training.finish(kModel, false, true);
  }
  EXPECT_EQ(load_model(model()).at("config.json"), kModel.at("config.json"));
  PartialFolder training = PartialFolder::resume(model());
  EXPECT_EQ(training.current()->files, kOlder);
  expect_error([&] { training.finish(kNewer, false, false); }, ExitCode::kCannotWrite, "m: exists already", "--force");
  EXPECT_EQ(load_model(model()).at("config.json"), kModel.at("config.json"));
  training.finish(kNewer, true, false);
  EXPECT_EQ(load_model(model()).at("more.bin"), "");
  EXPECT_FALSE(fs::exists(model() / "config.json"));
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(FolderTest, TrailingSlashesAndDots) {
  for (const char* ending : {"/", "///", "/."}) {
    const fs::path given = model().string() + ending;
    PartialFolder training = PartialFolder::create(given, true);
    EXPECT_EQ(training.path(), partial()) << ending;
    training.commit(1, kOlder);
    training.finish(kModel, false, true);
    EXPECT_EQ(load_model(given).at("config.json"), kModel.at("config.json"));
  }
  const fs::path before = fs::current_path();
  fs::current_path(model());
  EXPECT_EQ(load_model(".").size(), 3u);
  EXPECT_EQ(PartialFolder::resume("../m").path().filename(), "m.partial");
  fs::current_path(before);
}

TEST_F(FolderTest, LinkToAModelIsFollowed) {
  fs::create_directories(scratch_.path() / "disk");
  fs::create_directory_symlink(scratch_.path() / "disk", model());
  make_model();
  EXPECT_TRUE(fs::is_symlink(model()));
  EXPECT_TRUE(fs::exists(scratch_.path() / "disk" / "manifest.json"));
  EXPECT_EQ(load_model(model()).size(), 3u);
  fs::remove_all(scratch_.path() / "disk");
  expect_error([&] { PartialFolder::create(model(), true); }, ExitCode::kNoInput, "m: leads nowhere", "folder");
}

TEST_F(FolderTest, ExistingModelNeedsForce) {
  make_model();
  expect_error([&] { PartialFolder::create(model(), false); }, ExitCode::kCannotWrite, "m: exists already", "--force");
  EXPECT_FALSE(fs::exists(partial()));
  PartialFolder training = PartialFolder::create(model(), true);
  EXPECT_EQ(load_model(model()).size(), 3u);  // the old one serves while the new one is trained
  training.finish(kNewer, false, false);
  EXPECT_EQ(load_model(model()).at("weights.safetensors"), "second, and longer");
}

TEST_F(FolderTest, UnfinishedTrainingNeedsForceOrResume) {
  { PartialFolder::create(model(), false).commit(17, kOlder); }
  expect_error([&] { PartialFolder::create(model(), false); }, ExitCode::kCannotWrite,
               "m.partial: holds an unfinished training", "--resume, or begin anew with --force");
  EXPECT_EQ(PartialFolder::resume(model()).current()->step, 17);
  PartialFolder training = PartialFolder::create(model(), true);
  EXPECT_FALSE(training.current());
}

TEST_F(FolderTest, UncommittedTryIsReplacedWithoutForce) {
  { PartialFolder::create(model(), false).append_metrics("old"); }
  EXPECT_EQ(PartialFolder::create(model(), false).metrics(), "");
}

TEST_F(FolderTest, EmptyFolderIsTaken) {
  fs::create_directory(model());
  make_model();
  EXPECT_EQ(load_model(model()).size(), 3u);
}

// What stands at MODEL and is not a model stays as it is, with force and without.
TEST_F(FolderTest, WhatIsNotAModelIsNeverReplaced) {
  struct Stranger {
    std::string file, content, message;
  };
  const Stranger strangers[] = {
      {"file", "", "exists and is not a folder"},
      {"photos/cat.png", "x", "is a folder that is not a Fovea model"},
      {"web/manifest.json", "{\"name\":\"app\"}", "is damaged: no \"format\""},
      {"torn/manifest.json", "{\"format\": 1, \"ki", "is damaged: is not JSON"},
      {"state/manifest.json", R"({"format":1,"kind":"state","fovea":"0.1.0","files":{}})",
       "describes \"state\", not \"model\""},
      {"newer/manifest.json", R"({"format":2,"kind":"model","fovea":"9.8.7","files":{}})",
       "has format 2, written by Fovea 9.8.7"},
  };
  for (const Stranger& stranger : strangers) {
    scratch_.write(stranger.file, stranger.content);
    const fs::path where = scratch_.path() / *fs::path(stranger.file).begin();
    for (const bool force : {false, true}) {
      expect_error([&] { PartialFolder::create(where, force); }, ExitCode::kCannotWrite, stranger.message,
                   "another --out");
    }
    EXPECT_EQ(read_file(scratch_.path() / stranger.file), stranger.content);
    EXPECT_FALSE(fs::exists(where.string() + ".partial"));
  }
}

TEST_F(FolderTest, StrangerThatCameDuringTrainingIsNotReplaced) {
  PartialFolder training = PartialFolder::create(model(), true);
  training.commit(17, kOlder);
  scratch_.write("m/thesis.txt", "years of work");
  expect_error([&] { training.finish(kModel, true, false); }, ExitCode::kCannotWrite, "is not a Fovea model",
               "another --out");
  EXPECT_EQ(read_file(model() / "thesis.txt"), "years of work");
  EXPECT_EQ(training.current()->files, kOlder);  // nothing of the training is lost
  fs::remove_all(model());
  training.finish(kModel, false, false);
  EXPECT_EQ(load_model(model()).size(), 3u);
}

TEST_F(FolderTest, FilesBesideTheOldModelAreKept) {
  make_model();
  scratch_.write("m/notes.txt", "mine");
  scratch_.write("m/pages/a.html", "mine too");
  scratch_.write("m/more.bin", "mine, but the new model has that name");
  PartialFolder::create(model(), true).finish(kNewer, false, false);
  EXPECT_EQ(load_model(model()).at("more.bin"), "");
  EXPECT_EQ(read_file(model() / "notes.txt"), "mine");
  EXPECT_EQ(read_file(model() / "pages" / "a.html"), "mine too");
  EXPECT_EQ(read_file(model() / "more.bin.kept"), "mine, but the new model has that name");
  EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(FolderTest, ForeignPartialIsNotTouched) {
  scratch_.write("m.partial/notes.txt", "mine");
  for (const bool force : {false, true}) {
    expect_error([&] { PartialFolder::create(model(), force); }, ExitCode::kCannotWrite,
                 "m.partial: is not a training of Fovea's", "another --out");
  }
  EXPECT_EQ(read_file(partial() / "notes.txt"), "mine");
}

TEST_F(FolderTest, ParentThatIsAFile) {
  scratch_.write("file", "x");
  expect_error([&] { PartialFolder::create(scratch_.path() / "file" / "m", false); }, ExitCode::kCannotWrite,
               "cannot be made: Not a directory", "Check that you may write there");
}

TEST_F(FolderTest, ResumeWithNothingToResume) {
  expect_error([&] { PartialFolder::resume(model()); }, ExitCode::kNoInput, "nothing to resume", "Leave out --resume");
  EXPECT_FALSE(fs::exists(partial()));
  { PartialFolder::create(model(), false).append_metrics("x"); }
  expect_error([&] { PartialFolder::resume(model()); }, ExitCode::kNoInput, "holds no saved state",
               "Leave out --resume");
  make_model();
  expect_error([&] { PartialFolder::resume(model()); }, ExitCode::kNoInput, "its training is finished",
               "Leave out --resume");
}

TEST_F(FolderTest, LoadOfWhatIsNoModel) {
  expect_error([&] { load_model(model()); }, ExitCode::kNoInput, "m: no such model", "");
  scratch_.write("file", "x");
  expect_error([&] { load_model(in("file")); }, ExitCode::kNoInput, "is a file, not the folder of a model", "");
  scratch_.write("photos/cat.png", "x");
  expect_error([&] { load_model(in("photos")); }, ExitCode::kNoInput, "is not a Fovea model: manifest.json is missing",
               "");
  expect_error([&] { load_model(""); }, ExitCode::kNoInput, "the name of the model: leads nowhere", "folder");
}

TEST_F(FolderTest, LoadOfAnUnfinishedTrainingSaysHowToFinishIt) {
  { PartialFolder::create(model(), false).commit(17, kOlder); }
  for (const fs::path& given : {model(), partial(), fs::path(partial().string() + "/")}) {
    expect_error([&] { load_model(given); }, ExitCode::kNoInput, "m.partial holds its unfinished training",
                 "--out " + model().string() + " --resume");
  }
}

TEST_F(FolderTest, OneTrainingAtATime) {
  PartialFolder holder = PartialFolder::create(model(), false);
  holder.commit(17, kOlder);
  const std::string who = "process " + std::to_string(::getpid()) + " is training this model";
  expect_error([&] { PartialFolder::create(model(), true); }, ExitCode::kCannotWrite, who, "Wait until it ends");
  expect_error([&] { PartialFolder::resume(model()); }, ExitCode::kCannotWrite, who, "Wait until it ends");
  EXPECT_EQ(holder.current()->files, kOlder);
  { const PartialFolder moved = std::move(holder); }
  EXPECT_EQ(PartialFolder::resume(model()).current()->step, 17);
}

// The lock must not live on in programs that the training process starts.
TEST_F(FolderTest, LockIsNotInherited) {
  pid_t child = 0;
  {
    PartialFolder holder = PartialFolder::create(model(), false);
    holder.commit(17, kOlder);
    child = ::fork();
    if (child == 0) {
      ::execlp("sleep", "sleep", "60", nullptr);
      ::_exit(127);
    }
    ::usleep(200'000);  // until it has become the other program
  }
  EXPECT_NO_THROW(PartialFolder::resume(model()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

// What is written in pieces, and hashed on the way, is what is read; the largest piece is all that it needs in memory.
TEST_F(FolderTest, FilesMayBeWrittenInPieces) {
  PartialFolder training = PartialFolder::create(model(), false);
  int64_t calls = 0;
  const auto numbers = [&calls](const Sink& sink) {
    ++calls;
    for (int64_t i = 0; i < 1000; ++i) sink(std::to_string(i) + ",");
    sink("");
  };
  training.commit(3, WrittenFiles{{"numbers", numbers}, {"nothing", [](const Sink&) {}}});
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(training.keeps_states());
  std::string expected;
  for (int64_t i = 0; i < 1000; ++i) expected += std::to_string(i) + ",";
  EXPECT_EQ(training.current()->files, (Files{{"numbers", expected}, {"nothing", ""}}));
}

// The state of before stands, and nothing of the new one.
TEST_F(FolderTest, AFileThatCannotBeMadeLeavesTheStateOfBefore) {
  PartialFolder training = PartialFolder::create(model(), false);
  training.commit(17, kOlder);
  const auto broken = [](const Sink& sink) {
    sink("half");
    throw std::runtime_error("out of memory");
  };
  EXPECT_THROW(training.commit(230, WrittenFiles{{"a", broken}}), std::runtime_error);
  EXPECT_EQ(training.current()->step, 17);
  EXPECT_EQ(training.current()->files, kOlder);
}

TEST(PartialFolderInMemory, KeepsTheMetricsAndNoState) {
  PartialFolder folder = PartialFolder::in_memory();
  EXPECT_FALSE(folder.keeps_states());
  EXPECT_FALSE(folder.current().has_value());
  EXPECT_THROW(folder.commit(3, kOlder), InternalError);
  folder.append_metrics("one");
  folder.append_metrics("two");
  folder.cut_metrics(1);
  EXPECT_EQ(folder.metrics(), "one\n");
  EXPECT_THROW(folder.cut_metrics(2), UserError);
  EXPECT_EQ(folder.path(), "");
}

}  // namespace
}  // namespace fovea::checkpoint
