#include "study/run_store.h"

#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/files.h"
#include "study/made_runs.h"
#include "support/scratch.h"

namespace fovea::study {
namespace {

using test::Scratch;

TEST(RunStore, KeepsRunsAndForgetsThemAnew) {
  const Scratch scratch;
  RunStore(scratch.file("study"), false).keep("aa11", {{"seed", 1}}, made_run("101"));
  const RunStore again(scratch.file("study"), false);
  ASSERT_TRUE(again.find("aa11").has_value());
  EXPECT_EQ(again.find("aa11")->to_json(), made_run("101").to_json());
  EXPECT_FALSE(again.find("aa12").has_value());
  EXPECT_FALSE(RunStore(scratch.file("study"), true).find("aa11").has_value());
}

TEST(RunStore, WhatIsDamagedIsTrainedAgain) {
  const Scratch scratch;
  const RunStore store(scratch.file("study"), false);
  store.keep("aa11", {}, made_run("101"));
  const std::string whole = read_file(scratch.path() / "study/runs/aa11.json");
  for (const std::string& content : {whole.substr(0, whole.size() / 2), std::string(), std::string("[1]"),
                                     std::string("{\"key\":\"bb22\",\"run\":{}}"), std::string("{\"key\":\"aa11\"}")}) {
    write_file(scratch.path() / "study/runs/aa11.json", content);
    EXPECT_FALSE(store.find("aa11").has_value()) << content;
  }
}

// Of the form that runs had before scores were sums: right and loss of each text, macro F1 alone.
TEST(RunStore, RunsOfTheFormerFormAreTrainedAgain) {
  const Scratch scratch;
  const RunStore store(scratch.file("study"), false);
  write_file(
      scratch.path() / "study/runs/aa11.json",
      R"({"key":"aa11","settings":{},"run":{"model":"BiLSTM","validation":{"accuracy":0.5},"stopped":"max-epochs",)"
      R"("steps":1,"epochs":1,"seconds":1,"parameters":1,"bytes":1,"macro_f1":0.5,"right":"01","loss":[0.5,0.5],)"
      R"("lengths":[1,2]}})");
  EXPECT_FALSE(store.find("aa11").has_value());
}

TEST(RunStore, TouchesNothingThatNoStudyMade) {
  const Scratch scratch;
  scratch.write("letters.txt", "dear");
  EXPECT_THROW(RunStore(scratch.path(), true), UserError);
  EXPECT_THROW(RunStore(scratch.file("letters.txt"), true), UserError);
  EXPECT_EQ(read_file(scratch.path() / "letters.txt"), "dear");
}

}  // namespace
}  // namespace fovea::study
