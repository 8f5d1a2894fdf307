// Reading trusts nothing: a manifest may be damaged or made to hurt, and names in it never leave its folder.
#include "checkpoint/manifest.h"

#include "base/errors.h"
#include "base/files.h"
#include "base/json.h"
#include "base/version.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxManifest = 1 << 20;  // a manifest lists a handful of files; more is not ours
constexpr JsonLimits kManifestLimits = {.most_bytes = kMaxManifest, .most_levels = 3};  // manifest → files → entry

struct Entry {
  std::string name;
  uint64_t bytes = 0;
  std::string sha256;
};

const char* kind_name(Kind kind) {
  return kind == Kind::kModel ? "model" : "state";
}

bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name != kManifestName &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

// Reads the text of one manifest; every fault is a UserError that begins with its path.
class Manifest {
 public:
  Manifest(const fs::path& path, std::string remedy) : path_(path), remedy_(std::move(remedy)) {}

  std::vector<Entry> read(Kind kind) const {
    const Json manifest = parse();
    require_format(manifest);
    const Json found = member(manifest, "kind");
    if (found != kind_name(kind)) {
      refuse("describes " + shown(found) + ", not \"" + kind_name(kind) + "\"");
    }
    if (!member(manifest, "fovea").is_string()) refuse("\"fovea\" is not a version");
    const Json& files = member(manifest, "files");
    if (!files.is_object()) refuse("\"files\" is not a JSON object");
    std::vector<Entry> entries;
    for (const auto& [name, entry] : files.items()) entries.push_back(read_entry(name, entry));
    return entries;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw UserError(ExitCode::kBadData, path_.string() + ": " + what, remedy_);
  }

  Json parse() const {
    std::error_code error;
    if (!fs::is_regular_file(path_, error)) refuse(fs::exists(path_, error) ? "is not a file" : "is missing");
    if (fs::file_size(path_, error) > kMaxManifest) refuse("is damaged: over 1 MB");
    return json_object(read_file(path_), path_.string(), remedy_, kManifestLimits);
  }

  const Json& member(const Json& manifest, const char* key) const {
    const auto found = manifest.find(key);
    if (found == manifest.end()) refuse(std::string("is damaged: no \"") + key + "\"");
    return *found;
  }

  void require_format(const Json& manifest) const {
    const Json& format = member(manifest, "format");
    if (!format.is_number_unsigned() || format == 0) refuse("\"format\" is " + shown(format) + ", not a number from 1");
    if (format > kManifestFormat) {
      const auto maker = manifest.find("fovea");
      const bool named = maker != manifest.end() && maker->is_string();
      const std::string by = named ? "Fovea " + maker->get<std::string>() : "a newer Fovea";
      throw UserError(ExitCode::kBadData,
                      path_.string() + ": has format " + shown(format) + ", written by " + by + "; this is Fovea " +
                          version() + ", which reads format " + std::to_string(kManifestFormat),
                      "Use a newer Fovea.");
    }
  }

  Entry read_entry(const std::string& name, const Json& value) const {
    if (!is_plain_name(name)) refuse("names a file " + shown(name) + ", which is not a plain name");
    const std::string place = "entry of " + shown(name) + ": ";
    if (!value.is_object() || !value.contains("bytes") || !value.contains("sha256")) {
      refuse(place + "\"bytes\" or \"sha256\" is missing");
    }
    const Json &bytes = value["bytes"], &sum = value["sha256"];
    if (!bytes.is_number_unsigned()) refuse(place + "\"bytes\" is " + shown(bytes) + ", not a size");
    if (!sum.is_string() || sum.get<std::string>().size() != 64) refuse(place + "\"sha256\" is not a hash");
    return {name, bytes.get<uint64_t>(), sum.get<std::string>()};
  }

  fs::path path_;
  std::string remedy_;
};

std::string read_checked(const fs::path& path, const Entry& entry, const std::string& remedy) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) throw UserError(ExitCode::kBadData, path.string() + ": is missing", remedy);
  if (!fs::is_regular_file(status)) throw UserError(ExitCode::kBadData, path.string() + ": is not a file", remedy);
  const auto compare_size = [&](uint64_t size) {
    if (size == entry.bytes) return;
    throw UserError(ExitCode::kBadData,
                    path.string() + ": is " + (size < entry.bytes ? "truncated" : "altered") + ": it has " +
                        std::to_string(size) + " bytes, " + kManifestName + " says " + std::to_string(entry.bytes),
                    remedy);
  };
  const uint64_t size = fs::file_size(path, error);
  if (!error) compare_size(size);  // before the content is read into memory
  std::string content = read_file(path);
  compare_size(content.size());
  if (sha256(content) != entry.sha256) {
    throw UserError(ExitCode::kBadData,
                    path.string() + ": is altered: its SHA-256 is not the one that " + kManifestName + " says", remedy);
  }
  return content;
}

}  // namespace

void write_folder(const fs::path& folder, Kind kind, const Files& files) {
  write_folder(folder, kind, written(files));
}

void write_folder(const fs::path& folder, Kind kind, const WrittenFiles& files) {
  std::error_code error;
  if (!fs::create_directory(folder, error)) {
    throw UserError(ExitCode::kCannotWrite,
                    folder.string() + ": cannot be made: " + (error ? error.message() : "it exists already"),
                    "Check that you may write there and that the disk has room.");
  }
  Json listed = Json::object();
  for (const auto& [name, write] : files) {
    FOVEA_CHECK(is_plain_name(name), "file name", name);
    NewFile file(folder / name);
    Sha256 sum;
    uint64_t size = 0;
    write([&](std::string_view bytes) {
      file.add(bytes);
      sum.add(bytes);
      size += bytes.size();
    });
    file.flush();
    listed[name] = {{"bytes", size}, {"sha256", sum.hex()}};
  }
  const Json manifest = {
      {"format", kManifestFormat}, {"kind", kind_name(kind)}, {"fovea", version()}, {"files", listed}};
  write_new_file(folder / kManifestName, to_pretty(manifest));
  flush_folder(folder);
}

Files read_folder(const fs::path& folder, Kind kind, const std::string& remedy) {
  Files files;
  for (const Entry& entry : Manifest(folder / kManifestName, remedy).read(kind)) {
    files[entry.name] = read_checked(folder / entry.name, entry, remedy);
  }
  return files;
}

std::vector<std::string> model_names(const fs::path& folder) {
  std::vector<std::string> names = {kManifestName};
  for (const Entry& entry : Manifest(folder / kManifestName, "").read(Kind::kModel)) names.push_back(entry.name);
  return names;
}

}  // namespace fovea::checkpoint
