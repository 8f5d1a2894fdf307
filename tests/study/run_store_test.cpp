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
  EXPECT_EQ(again.find("aa11")->right, made_run("101").right);
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

TEST(RunStore, TouchesNothingThatNoStudyMade) {
  const Scratch scratch;
  scratch.write("letters.txt", "dear");
  EXPECT_THROW(RunStore(scratch.path(), true), UserError);
  EXPECT_THROW(RunStore(scratch.file("letters.txt"), true), UserError);
  EXPECT_EQ(read_file(scratch.path() / "letters.txt"), "dear");
}

}  // namespace
}  // namespace fovea::study
