#include "base/files.h"

#include <algorithm>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/errors.h"
#include "support/scratch.h"

namespace fovea {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

class FilesTest : public testing::Test {
 protected:
  // Names in the scratch folder, in order.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(scratch_.path())) {
      found.push_back(entry.path().filename().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  void expect_error(const std::function<void()>& call, ExitCode code, const std::string& path,
                    const std::string& reason) {
    try {
      call();
      FAIL() << "no error for " << path;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_THAT(error.what(), StartsWith(path + ": "));
      EXPECT_THAT(error.what(), HasSubstr(reason));
    }
  }

  test::Scratch scratch_;
};

TEST_F(FilesTest, EveryByteComesBack) {
  std::string content;
  for (int i = 0; i < 70'003; ++i) content += static_cast<char>(i * 31);
  for (const std::string& text : {content, std::string(), std::string("\0\r\n\xff", 4)}) {
    write_file(scratch_.file("a"), text);
    EXPECT_EQ(read_file(scratch_.file("a")), text);
    write_new_file(scratch_.file("b"), text);
    EXPECT_EQ(read_file(scratch_.file("b")), text);
  }
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(FilesTest, ReadSaysWhyItCannot) {
  expect_error([&] { read_file(scratch_.file("none.tsv")); }, ExitCode::kNoInput, scratch_.file("none.tsv"),
               "no such file");
  expect_error([&] { read_file(scratch_.path()); }, ExitCode::kNoInput, scratch_.path().string(),
               "is a folder, not a file");
}

TEST_F(FilesTest, WriteIntoAMissingFolder) {
  const std::string path = scratch_.file("no/such/folder/x.json");
  expect_error([&] { write_file(path, "x"); }, ExitCode::kCannotWrite, path, "No such file or directory");
  expect_error([&] { require_place_for(path); }, ExitCode::kCannotWrite, path, "No such file or directory");
  expect_error([&] { write_new_file(path, "x"); }, ExitCode::kCannotWrite, path, "No such file or directory");
  EXPECT_TRUE(names().empty());
}

TEST_F(FilesTest, WriteThroughALink) {
  fs::create_directory(scratch_.path() / "far");
  scratch_.write("far/real", "old");
  fs::create_symlink("far/real", scratch_.path() / "link");
  fs::create_symlink("far/none", scratch_.path() / "dangling");
  write_file(scratch_.file("link"), "new");
  write_file(scratch_.file("dangling"), "made");
  EXPECT_TRUE(fs::is_symlink(scratch_.path() / "link"));
  EXPECT_EQ(read_file(scratch_.file("far/real")), "new");
  EXPECT_TRUE(fs::is_symlink(scratch_.path() / "dangling"));
  EXPECT_EQ(read_file(scratch_.file("far/none")), "made");
  EXPECT_EQ(names(), (std::vector<std::string>{"dangling", "far", "link"}));
  fs::create_symlink("round", scratch_.path() / "round");
  expect_error([&] { write_file(scratch_.file("round"), "x"); }, ExitCode::kCannotWrite, scratch_.file("round"),
               "cannot write");
}

TEST_F(FilesTest, WriteKeepsPermissions) {
  const std::string path = scratch_.write("secret", "old");
  for (const mode_t mode : {0600, 0755}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    write_file(path, "new");
    struct stat after {};
    ASSERT_EQ(::stat(path.c_str(), &after), 0);
    EXPECT_EQ(after.st_mode & 07777, mode);
  }
}

// The library's own question ends in an exception of its own there.
TEST_F(FilesTest, WhatCannotBeLookedAtIsTold) {
  EXPECT_FALSE(is_there(scratch_.path() / "none"));
  EXPECT_FALSE(is_there(fs::path(scratch_.write("file", "")) / "below"));
  EXPECT_TRUE(is_there(scratch_.path() / "file"));
  fs::create_symlink("round", scratch_.path() / "round");
  for (const std::string& name : {std::string("round"), std::string(300, 'n')}) {
    expect_error([&] { is_there(scratch_.path() / name); }, ExitCode::kCannotWrite, scratch_.file(name),
                 "cannot be looked at");
  }
}

TEST_F(FilesTest, WriteOverAFolder) {
  fs::create_directory(scratch_.path() / "folder");
  const std::string path = scratch_.file("folder");
  expect_error([&] { write_file(path, "x"); }, ExitCode::kCannotWrite, path, "it is a folder");
  expect_error([&] { require_place_for(path); }, ExitCode::kCannotWrite, path, "it is a folder");
  expect_error([&] { write_new_file(path, "x"); }, ExitCode::kCannotWrite, path, "Is a directory");
  EXPECT_EQ(names(), std::vector<std::string>{"folder"});
  EXPECT_TRUE(fs::is_empty(path));
}

TEST_F(FilesTest, WriteBelowAFile) {
  scratch_.write("file", "old");
  const std::string path = scratch_.file("file/x");
  expect_error([&] { write_file(path, "x"); }, ExitCode::kCannotWrite, path, "Not a directory");
  expect_error([&] { require_place_for(path); }, ExitCode::kCannotWrite, path, "Not a directory");
  EXPECT_EQ(read_file(scratch_.file("file")), "old");
}

TEST_F(FilesTest, WriteIntoAReadOnlyFolder) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may write everywhere";
  scratch_.write("folder/x", "old");
  fs::permissions(scratch_.path() / "folder", fs::perms::owner_read | fs::perms::owner_exec);
  const std::string path = scratch_.file("folder/x");
  expect_error([&] { write_file(path, "new"); }, ExitCode::kCannotWrite, path, "Permission denied");
  EXPECT_EQ(read_file(path), "old");
  fs::permissions(scratch_.path() / "folder", fs::perms::owner_all);
}

// A write that stops half way (here: the largest file size allowed is small) leaves the old file and nothing beside it.
TEST_F(FilesTest, WriteThatFailsHalfWayLeavesTheOldFile) {
  const std::string path = scratch_.write("x", "old");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &small);
  expect_error([&] { write_file(path, std::string(100'000, 'n')); }, ExitCode::kCannotWrite, path, "File too large");
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(names(), std::vector<std::string>{"x"});
}

TEST_F(FilesTest, WriteReplacesTheNameNotTheContent) {
  const std::string path = scratch_.write("x", "old");
  fs::create_hard_link(path, scratch_.file("y"));
  write_file(path, "new");
  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(read_file(scratch_.file("y")), "old");  // a reader that holds the old file keeps it whole
}

TEST_F(FilesTest, WriteToWhatIsNoRegularFile) {
  EXPECT_NO_THROW(write_file("/dev/null", "gone"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  expect_error([&] { write_file("/dev/full", "x"); }, ExitCode::kCannotWrite, "/dev/full", "No space left on device");
}

TEST_F(FilesTest, FlushFolder) {
  EXPECT_NO_THROW(flush_folder(scratch_.path()));
  const std::string missing = scratch_.file("none"), file = scratch_.write("file", "x");
  expect_error([&] { flush_folder(missing); }, ExitCode::kCannotWrite, missing, "No such file or directory");
  expect_error([&] { flush_folder(file); }, ExitCode::kCannotWrite, file, "Not a directory");
}

// The examples of FIPS 180-4.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameSum) {
  const std::string text(100'003, 'q');
  Sha256 sum;
  size_t done = 0;
  for (const size_t size : {size_t{0}, size_t{1}, size_t{63}, size_t{64}, size_t{65}, size_t{90'000}}) {
    sum.add(std::string_view(text).substr(done, size));
    done += size;
  }
  sum.add(std::string_view(text).substr(done));
  EXPECT_EQ(sum.hex(), sha256(text));
}

}  // namespace
}  // namespace fovea
