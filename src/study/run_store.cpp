#include "study/run_store.h"

#include "base/errors.h"
#include "base/files.h"

namespace fovea::study {
namespace {

namespace fs = std::filesystem;

// A run keeps a number or two for each text of the test part, of which there may be millions.
constexpr JsonLimits kLimits = {.most_bytes = size_t{1} << 30, .most_values = 50'000'000};

constexpr const char* kMarker = "made-by-fovea-study.txt";
constexpr const char* kMarkerText =
    "This folder was written by `fovea compare` or `fovea tune`. Each file in runs/ is one finished training, found\n"
    "again by a hash of its settings, its data and the program: the same command goes on where it was stopped.\n";

}  // namespace

RunStore::RunStore(const fs::path& folder, bool anew) : folder_(folder) {
  std::error_code error;
  const bool there = is_there(folder);
  if (there && (!fs::is_directory(folder, error) || (!fs::is_empty(folder, error) && !is_there(folder / kMarker)))) {
    throw UserError(ExitCode::kCannotWrite, folder.string() + ": is there already and was not made by a study",
                    "Choose another folder with --out.");
  }
  if (there && anew) fs::remove_all(folder / "runs", error);
  fs::create_directories(folder / "runs", error);
  if (error) throw UserError(ExitCode::kCannotWrite, folder.string() + ": cannot make the folder: " + error.message());
  write_file(folder / kMarker, kMarkerText);
}

fs::path RunStore::place(const std::string& key) const {
  return folder_ / "runs" / (key + ".json");
}

std::optional<Run> RunStore::find(const std::string& key) const {
  std::error_code error;
  if (!fs::exists(place(key), error)) return std::nullopt;
  try {
    const Json json = parse_json(read_file(place(key)), kLimits);
    if (json.at("key") != key) return std::nullopt;
    return Run::from_json(json.at("run"));
  } catch (const JsonFault&) {
    return std::nullopt;  // half a file of a full disk: it is trained again
  } catch (const Json::exception&) {
    return std::nullopt;  // edited
  }
}

void RunStore::keep(const std::string& key, const Json& settings, const Run& run) const {
  write_file(place(key), to_line({{"key", key}, {"settings", settings}, {"run", run.to_json()}}) + "\n");
}

}  // namespace fovea::study
