#include "checkpoint/manifest.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"
#include "base/version.h"
#include "support/scratch.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const Files kFiles = {{"config.json", "{\"labels\":[\"gut\",\"schlecht\"]}"},
                      {"weights.safetensors", std::string("\0\x03w\xfe", 4) + std::string(300, 'q')},
                      {"empty.txt", ""}};

std::string refusal(const fs::path& folder) {
  try {
    read_folder(folder, Kind::kModel, "Train again.");
  } catch (const UserError& error) {
    EXPECT_EQ(error.code(), ExitCode::kBadData) << error.what();
    EXPECT_FALSE(error.remedy().empty()) << error.what();
    return error.what();
  }
  return "";
}

class ManifestTest : public testing::Test {
 protected:
  ManifestTest() { write_folder(folder(), Kind::kModel, kFiles); }
  fs::path folder() const { return scratch_.path() / "m"; }
  // Removed first: to cut a file short in place takes some disks a while.
  void change(const std::string& name, const std::string& content) {
    fs::remove(folder() / name);
    scratch_.write("m/" + name, content);
  }

  fovea::test::Scratch scratch_;
};

TEST_F(ManifestTest, HoldsFormatKindVersionAndHashes) {
  const Json manifest = Json::parse(read_file(folder() / "manifest.json"));
  const Json expected = {
      {"format", 1},
      {"kind", "model"},
      {"fovea", version()},
      {"files",
       {{"config.json", {{"bytes", 29}, {"sha256", sha256(kFiles.at("config.json"))}}},
        {"empty.txt", {{"bytes", 0}, {"sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}},
        {"weights.safetensors", {{"bytes", 304}, {"sha256", sha256(kFiles.at("weights.safetensors"))}}}}}};
  EXPECT_EQ(manifest, expected);
}

TEST_F(ManifestTest, ReadsWhatWasWritten) {
  EXPECT_EQ(read_folder(folder(), Kind::kModel, ""), kFiles);
}

TEST_F(ManifestTest, ExtraFilesAreHarmless) {
  change("notes.txt", "mine");
  change("sub/more.txt", "mine");
  EXPECT_EQ(read_folder(folder(), Kind::kModel, ""), kFiles);
}

TEST_F(ManifestTest, RefusesAFolderThatExists) {
  EXPECT_THROW(write_folder(folder(), Kind::kModel, kFiles), UserError);
  EXPECT_EQ(read_folder(folder(), Kind::kModel, ""), kFiles);
}

TEST_F(ManifestTest, EveryFileTruncated) {
  for (const auto& [name, content] : kFiles) {
    if (content.empty()) continue;
    for (const size_t size : {size_t{0}, content.size() / 2, content.size() - 1}) {
      change(name, content.substr(0, size));
      EXPECT_THAT(refusal(folder()), HasSubstr(name + ": is truncated: it has " + std::to_string(size) +
                                               " bytes, manifest.json says " + std::to_string(content.size())));
    }
    change(name, content);
  }
}

TEST_F(ManifestTest, EveryFileLonger) {
  for (const auto& [name, content] : kFiles) {
    change(name, content + "x");
    EXPECT_THAT(refusal(folder()), HasSubstr(name + ": is altered: it has"));
    change(name, content);
  }
}

TEST_F(ManifestTest, EveryBitOfEveryFile) {
  for (const auto& [name, content] : kFiles) {
    for (size_t bit = 0; bit < content.size() * 8; bit += 5) {
      std::string altered = content;
      altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
      change(name, altered);
      ASSERT_THAT(refusal(folder()), HasSubstr(name + ": is altered: its SHA-256")) << "bit " << bit;
    }
    change(name, content);
  }
}

TEST_F(ManifestTest, EveryFileMissingOrAFolder) {
  for (const auto& [name, content] : kFiles) {
    fs::remove(folder() / name);
    EXPECT_THAT(refusal(folder()), HasSubstr(name + ": is missing"));
    fs::create_directory(folder() / name);
    EXPECT_THAT(refusal(folder()), HasSubstr(name + ": is not a file"));
    fs::remove(folder() / name);
    change(name, content);
  }
}

// A bit of the manifest itself: refused, or (in the digits of the version, which nothing hangs on) read as written.
TEST_F(ManifestTest, EveryBitOfTheManifest) {
  const std::string manifest = read_file(folder() / "manifest.json");
  int read = 0;
  for (size_t bit = 0; bit < manifest.size() * 8; ++bit) {
    std::string altered = manifest;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    change("manifest.json", altered);
    try {
      EXPECT_EQ(read_folder(folder(), Kind::kModel, "Train again."), kFiles) << "bit " << bit;
      ++read;
    } catch (const UserError& error) {
      EXPECT_EQ(error.code(), ExitCode::kBadData);
    }
  }
  EXPECT_LE(read, 8 * static_cast<int>(std::string(version()).size()));
}

TEST_F(ManifestTest, EveryTruncationOfTheManifest) {
  const std::string manifest = read_file(folder() / "manifest.json");
  for (size_t size = 0; size + 1 < manifest.size(); ++size) {  // the last byte is a newline
    change("manifest.json", manifest.substr(0, size));
    EXPECT_THAT(refusal(folder()), HasSubstr("manifest.json: is damaged: is not JSON")) << size;
  }
}

TEST_F(ManifestTest, BrokenManifests) {
  const std::string hash(64, 'a');
  const auto with_files = [](const std::string& files) {
    return R"({"format":1,"kind":"model","fovea":"0.1.0","files":)" + files + "}";
  };
  const std::pair<std::string, std::string> cases[] = {
      {"[1]", "is not a JSON object"},
      {"{}", "no \"format\""},
      {R"({"format":"1"})", "\"format\" is \"1\", not a number from 1"},
      {R"({"format":0})", "\"format\" is 0"},
      {R"({"format":-1})", "\"format\" is -1"},
      {R"({"format":1.5})", "\"format\" is 1.5"},
      {R"({"format":2,"fovea":"3.1.4"})",
       "has format 2, written by Fovea 3.1.4; this is Fovea " + std::string(version())},
      {R"({"format":70})", "has format 70, written by a newer Fovea"},
      {R"({"format":1})", "no \"kind\""},
      {R"({"format":1,"kind":"state"})", "describes \"state\", not \"model\""},
      {R"({"format":1,"kind":7})", "describes 7, not \"model\""},
      {R"({"format":1,"kind":"model","fovea":1})", "\"fovea\" is not a version"},
      {R"({"format":1,"kind":"model","fovea":"0.1.0"})", "no \"files\""},
      {with_files("[]"), "\"files\" is not a JSON object"},
      {with_files("{\"a\":1}"), "entry of \"a\": \"bytes\" or \"sha256\" is missing"},
      {with_files("{\"a\":{\"bytes\":1}}"), "entry of \"a\": \"bytes\" or \"sha256\" is missing"},
      {with_files("{\"a\":{\"bytes\":-1,\"sha256\":\"" + hash + "\"}}"), "\"bytes\" is -1, not a size"},
      {with_files("{\"a\":{\"bytes\":1,\"sha256\":\"abc\"}}"), "\"sha256\" is not a hash"},
      {with_files("{\"a\":{\"bytes\":1,\"sha256\":7}}"), "\"sha256\" is not a hash"},
      {with_files("{\"../../etc/passwd\":{}}"), "names a file \"../../etc/passwd\", which is not a plain name"},
      {with_files("{\"/etc/passwd\":{}}"), "which is not a plain name"},
      {with_files("{\"..\":{}}"), "which is not a plain name"},
      {with_files("{\"\":{}}"), "which is not a plain name"},
      {with_files("{\"a\\u0000b\":{}}"), "which is not a plain name"},
      {with_files("{\"manifest.json\":{}}"), "which is not a plain name"},
      {with_files("{\"a\":{},\"a\":{}}"), "is damaged: names \"a\" twice"},
      {with_files("[[[[]]]]"), "is damaged: is nested too deeply"},
      {std::string(1 << 19, '['), "is damaged: is nested too deeply"},
      {std::string((1 << 20) + 1, ' '), "is damaged: over 1 MB"},
  };
  for (const auto& [text, message] : cases) {
    change("manifest.json", text);
    const std::string said = refusal(folder());
    EXPECT_THAT(said, testing::StartsWith((folder() / "manifest.json").string() + ": "));
    EXPECT_THAT(said, HasSubstr(message)) << text.substr(0, 200);
  }
}

TEST_F(ManifestTest, NamesOfAModel) {
  EXPECT_THAT(model_names(folder()),
              testing::ElementsAre("manifest.json", "config.json", "empty.txt", "weights.safetensors"));
  write_folder(scratch_.path() / "s", Kind::kState, kFiles);
  EXPECT_THROW(model_names(scratch_.path() / "s"), UserError);
}

TEST_F(ManifestTest, PathsAreNoNames) {
  EXPECT_THROW(write_folder(scratch_.path() / "p", Kind::kModel, {{"../up.txt", "x"}}), InternalError);
  EXPECT_FALSE(fs::exists(scratch_.path() / "up.txt"));
}

}  // namespace
}  // namespace fovea::checkpoint
