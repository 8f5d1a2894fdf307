#include "kernels/dispatch.h"

#include <algorithm>
#include <cctype>

#include <gtest/gtest.h>

#include "base/errors.h"

namespace fovea::kernels {
namespace {

TEST(Dispatch, TakesTheBestUnlessForced) {
  const auto all = available_instruction_sets();
  ASSERT_FALSE(all.empty());
  internal::force_instruction_set("");
  EXPECT_EQ(instruction_set(), all.front());
  EXPECT_EQ(all.back(), "scalar");
}

TEST(Dispatch, EveryAvailableSetCanBeForcedInAnyCase) {
  for (std::string name : available_instruction_sets()) {
    internal::force_instruction_set(name);
    EXPECT_EQ(instruction_set(), name);
    internal::force_instruction_set("");
    std::string loud = name;
    std::transform(loud.begin(), loud.end(), loud.begin(), [](unsigned char c) { return std::toupper(c); });
    internal::force_instruction_set(loud);
    EXPECT_EQ(instruction_set(), name);
  }
  internal::force_instruction_set("");
}

TEST(Dispatch, Avx512IsAvx3) {
  const auto all = available_instruction_sets();
  if (std::find(all.begin(), all.end(), "avx3") == all.end()) {
    EXPECT_THROW(internal::force_instruction_set("avx512"), UserError);
  } else {
    internal::force_instruction_set("avx512");
    EXPECT_STREQ(instruction_set(), "avx3");
  }
  internal::force_instruction_set("");
}

TEST(Dispatch, WhatCannotBeHadIsRefusedWithTheList) {
  try {
    internal::force_instruction_set("avx7");
    FAIL() << "not refused";
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kUsage);
    EXPECT_NE(std::string(error.what()).find("FOVEA_ISA"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("avx7"), std::string::npos);
    EXPECT_NE(error.remedy().find("scalar"), std::string::npos) << error.remedy();
  }
  EXPECT_EQ(instruction_set(), available_instruction_sets().front());
}

// The CPU may have it, but nothing is compiled for it (CMakeLists.txt).
TEST(Dispatch, Ssse3IsLeftOut) {
  const auto all = available_instruction_sets();
  EXPECT_EQ(std::count(all.begin(), all.end(), "ssse3"), 0);
  EXPECT_THROW(internal::force_instruction_set("ssse3"), UserError);
  EXPECT_EQ(instruction_set(), all.front());
}

TEST(Dispatch, WalksEverySetAndReturnsToTheChoice) {
  internal::force_instruction_set("scalar");
  std::vector<std::string> seen;
  for_each_instruction_set([&](const std::string& name) {
    seen.push_back(name);
    EXPECT_EQ(instruction_set(), name);
  });
  EXPECT_EQ(seen, available_instruction_sets());
  EXPECT_STREQ(instruction_set(), "scalar");
  EXPECT_THROW(for_each_instruction_set([](const std::string&) { throw UserError(ExitCode::kUsage, "stop"); }),
               UserError);
  EXPECT_STREQ(instruction_set(), "scalar");
  internal::force_instruction_set("");
}

}  // namespace
}  // namespace fovea::kernels
