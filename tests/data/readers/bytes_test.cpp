#include "data/readers/bytes.h"

#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "base/files.h"
#include "data/readers/reading.h"

namespace fovea::data {
namespace {

using ::testing::HasSubstr;

// Puts `descriptor` in the place of standard input for its lifetime.
class StandardInput {
 public:
  explicit StandardInput(int descriptor) : kept_(::dup(STDIN_FILENO)) { ::dup2(descriptor, STDIN_FILENO); }
  ~StandardInput() {
    ::dup2(kept_, STDIN_FILENO);
    ::close(kept_);
  }

 private:
  int kept_;
};

std::string awkward_text() {
  std::string text;
  for (int64_t i = 0; i < 300007; ++i) text += static_cast<char>('a' + (i * i + i / 7) % 23);
  return text;
}

TEST(ReadBytes, GivesPlainBytesAndTheirHash) {
  const test::Scratch scratch;
  const FileBytes file = read_bytes(scratch.write("a.txt", "one\r\ntwo"));
  EXPECT_EQ(file.bytes, "one\r\ntwo");
  EXPECT_EQ(file.sha256, sha256("one\r\ntwo"));
}

TEST(ReadBytes, GivesOneByteAndNone) {
  const test::Scratch scratch;
  EXPECT_EQ(read_bytes(scratch.write("one", "\x1f")).bytes, "\x1f");
  EXPECT_EQ(read_bytes(scratch.write("none", "")).bytes, "");
}

TEST(ReadBytes, KnowsGzipByItsContentNotItsName) {
  const test::Scratch scratch;
  const std::string plain = awkward_text(), packed = gzip(plain);
  const FileBytes file = read_bytes(scratch.write("reviews.tsv", packed));
  EXPECT_EQ(file.bytes, plain);
  EXPECT_EQ(file.sha256, sha256(packed)) << "the hash is that of the bytes as stored";
  EXPECT_EQ(read_bytes(scratch.write("plain.gz", "not packed")).bytes, "not packed");
}

TEST(ReadBytes, ReadsSeveralMembersAndZeroPadding) {
  const test::Scratch scratch;
  const std::string packed = gzip("first\n") + gzip("") + gzip("third") + std::string(512, '\0');
  EXPECT_EQ(read_bytes(scratch.write("a.gz", packed)).bytes, "first\nthird");
}

TEST(ReadBytes, ReadsGzipLargerThanItsWindows) {
  const test::Scratch scratch;
  std::string plain;
  for (int i = 0; i < 11; ++i) plain += awkward_text() + std::to_string(i * 7919);
  EXPECT_EQ(read_bytes(scratch.write("a.gz", gzip(plain) + gzip("tail"))).bytes, plain + "tail");
}

TEST(ReadBytes, RefusesEveryTruncationOfGzip) {
  const test::Scratch scratch;
  const std::string packed = gzip("a text that is cut off somewhere");
  for (size_t size = 2; size < packed.size(); ++size) {
    const auto error = error_of([&] { read_bytes(scratch.write("cut.gz", packed.substr(0, size))); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), ExitCode::kBadData) << size;
    EXPECT_THAT(error->what(), HasSubstr("ends too early")) << size;
  }
}

TEST(ReadBytes, RefusesGzipWithAnAlteredCheckSum) {
  const test::Scratch scratch;
  std::string packed = gzip("a text whose check sum is altered");
  packed[packed.size() - 6] ^= 0x40;
  const auto error = error_of([&] { read_bytes(scratch.write("bad.gz", packed)); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("bad.gz: the gzip data is damaged (incorrect data check)"));
  EXPECT_THAT(error->remedy(), HasSubstr("gzip -t"));
}

TEST(ReadBytes, RefusesWhatFollowsGzip) {
  const test::Scratch scratch;
  const auto error = error_of([&] { read_bytes(scratch.write("a.gz", gzip("text") + "and more")); });
  ASSERT_TRUE(error);
  EXPECT_THAT(error->what(), HasSubstr("bytes that are not gzip follow"));
}

TEST(ReadBytes, TakesGzipFromStandardInputByteByByte) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const std::string packed = gzip("from a pipe\n");
  std::thread writer([&] {
    for (const char byte : packed) {
      EXPECT_EQ(::write(ends[1], &byte, 1), 1);
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    ::close(ends[1]);
  });
  const StandardInput input(ends[0]);
  EXPECT_EQ(read_bytes("-").bytes, "from a pipe\n");
  writer.join();
  ::close(ends[0]);
}

TEST(ReadBytes, NamesAMissingFileAndAFolder) {
  const test::Scratch scratch;
  const auto missing = error_of([&] { read_bytes(scratch.file("none.tsv")); });
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->code(), ExitCode::kNoInput);
  EXPECT_THAT(missing->what(), HasSubstr("none.tsv: no such file"));
  const auto folder = error_of([&] { read_bytes(scratch.path().string()); });
  ASSERT_TRUE(folder);
  EXPECT_EQ(folder->code(), ExitCode::kNoInput);
  EXPECT_THAT(folder->what(), HasSubstr("is a folder"));
}

}  // namespace
}  // namespace fovea::data
