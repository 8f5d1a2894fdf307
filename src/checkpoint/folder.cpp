// MODEL.partial/ while it is trained:
//   lock            who trains it
//   metrics.jsonl   one line per evaluation
//   state/CURRENT   the name of the committed generation; replacing it is the commit
//   state/<step>/   a generation with its manifest; state/<step>.tmp while it is written
//   model/          the finished model before its rename (model.tmp while written), then the model it replaced
//   replaced/       the replaced model, where the file system cannot swap two folders
#include "checkpoint/folder.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "checkpoint/lock.h"
#include "checkpoint/manifest.h"
#include "checkpoint/names.h"
#include "checkpoint/place.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;

constexpr char kMetricsName[] = "metrics.jsonl";
constexpr char kAgain[] = ".again";  // ends the name of a generation that follows one of the same step

UserError cannot(const fs::path& path, const std::string& what, const std::string& reason) {
  return UserError(ExitCode::kCannotWrite, path.string() + ": cannot be " + what + ": " + reason,
                   "Check that you may write there and that the disk has room.");
}

// Makes `path` and what is missing above it, on the disk too: a commit inside is worth nothing while its folder may
// vanish.
void make_folder(const fs::path& path) {
  if (is_found(path)) return;
  const fs::path parent = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (parent != path) make_folder(parent);
  std::error_code error;
  fs::create_directory(path, error);
  if (error) throw cannot(path, "made", error.message());
  flush_folder(parent);
}

void remove_tree(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) throw cannot(path, "removed", error.message());
}

void move_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) throw cannot(to, "made", error.message());
}

// What only costs room is told and no more: the training goes on.
void remove_or_warn(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) log::warn(path.string() + ": cannot be removed: " + error.message());
}

std::vector<fs::path> entries(const fs::path& folder) {
  try {
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) paths.push_back(entry.path());
    return paths;
  } catch (const fs::filesystem_error& error) {
    throw cannot(folder, "listed", error.code().message());
  }
}

std::string restart_remedy(const fs::path& partial) {
  return "Copy " + partial.string() + " back from where it was whole, or train anew with --force.";
}

// The step that the name of a generation begins with; throws UserError where it is no such name.
int64_t step_of(const std::string& name, const fs::path& partial) {
  const size_t digits = name.find_first_not_of("0123456789");
  const std::string number = name.substr(0, digits);
  if (number.empty() || number.size() > 18 || (digits != std::string::npos && name.substr(digits) != kAgain)) {
    throw UserError(ExitCode::kBadData, current_of(partial).string() + ": is damaged: it does not name a step",
                    restart_remedy(partial));
  }
  return std::stoll(number);
}

// The name in state/CURRENT; "" where nothing is committed.
std::string committed_name(const fs::path& partial) {
  const fs::path current = current_of(partial);
  if (!is_found(current)) return "";
  std::string name = read_file(current);
  if (name.empty() || name.back() != '\n') name = "?";  // written whole with its newline, so this is damage
  name.pop_back();
  step_of(name, partial);
  return name;
}

// Whether a folder of that name is a training of ours, or may become one.
void require_ours(const fs::path& partial) {
  std::error_code error;
  if (!is_found(partial)) return;
  const bool ours = fs::is_directory(partial, error) && (is_found(partial / "lock") || fs::is_empty(partial, error));
  if (ours && !error) return;
  throw UserError(ExitCode::kCannotWrite,
                  partial.string() + ": is not a training of Fovea's, but stands where one would",
                  "Give another --out, or move it away yourself.");
}

}  // namespace

struct PartialFolder::Impl {
  fs::path model, partial;
  bool force = false;
  bool finished = false;
  std::string generation;  // name of the committed one, "" before the first commit
  std::unique_ptr<Lock> lock;

  std::optional<std::string> memory;  // the metrics, where there is no folder

  fs::path state() const { return partial / "state"; }
  fs::path metrics() const { return partial / kMetricsName; }
  fs::path staging() const { return partial / "model"; }
  fs::path aside() const { return partial / "replaced"; }

  // Ends what an earlier process was stopped at, MODEL itself included.
  void settle_model() const {
    for (const fs::path& path : entries(partial)) {
      const std::string name = path.filename().string();
      if (name == "model.tmp" || name.starts_with(std::string(kMetricsName) + ".tmp")) remove_tree(path);
    }
    settle(staging(), model, aside());
  }

  // Removes what a commit that was cut short, or one cut short after its rename, left in state/.
  void clean_state() const {
    if (!is_found(state())) return;
    for (const fs::path& path : entries(state())) {
      const std::string name = path.filename().string();
      if (name != "CURRENT" && name != generation) remove_tree(path);
    }
  }

  // Forgets the training; first the mark that makes it count, so that no half of it is ever taken for a whole.
  void forget_training() {
    remove_tree(current_of(partial));
    if (is_found(state())) flush_folder(state());
    remove_tree(state());
    remove_tree(metrics());
    generation.clear();
  }

  // Afterwards the model stands, so a failure is told and no more. The lock goes last: it marks the folder as ours.
  void remove_partial() {
    try {
      forget_training();
      if (is_found(aside()) || is_found(staging())) return;  // holds what could not be moved to the model
      for (const fs::path& path : entries(partial)) {
        if (path.filename() != "lock") remove_tree(path);
      }
      remove_tree(partial);
    } catch (const UserError& error) {
      log::warn(error.what());
    }
  }
};

PartialFolder::PartialFolder(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PartialFolder::~PartialFolder() = default;
PartialFolder::PartialFolder(PartialFolder&&) noexcept = default;
PartialFolder& PartialFolder::operator=(PartialFolder&&) noexcept = default;

void PartialFolder::require_possible(const fs::path& given, bool force) {
  const fs::path model = plain_path(given), partial = partial_of(model);
  require_free(model, force);
  require_ours(partial);
  if (force || !is_found(current_of(partial))) return;
  throw UserError(ExitCode::kCannotWrite, partial.string() + ": holds an unfinished training of this model",
                  "Continue it with --resume, or begin anew with --force.");
}

PartialFolder PartialFolder::create(const fs::path& model, bool force) {
  require_possible(model, force);
  auto impl = std::make_unique<Impl>();
  impl->model = plain_path(model);
  impl->partial = partial_of(impl->model);
  impl->force = force;
  make_folder(impl->partial);
  require_same_disk(impl->partial);
  impl->lock = std::make_unique<Lock>(impl->partial / "lock", impl->partial);
  impl->settle_model();
  require_possible(model, force);
  impl->forget_training();
  make_folder(impl->state());
  return PartialFolder(std::move(impl));
}

PartialFolder PartialFolder::resume(const fs::path& model) {
  auto impl = std::make_unique<Impl>();
  impl->model = plain_path(model);
  impl->partial = partial_of(impl->model);
  const auto require_committed = [&] {
    if (is_found(current_of(impl->partial))) return;
    const bool finished = is_found(impl->model / kManifestName);
    throw UserError(ExitCode::kNoInput,
                    impl->model.string() + ": nothing to resume: " +
                        (finished ? "its training is finished" : impl->partial.string() + " holds no saved state"),
                    "Leave out --resume to train anew.");
  };
  require_committed();
  impl->lock = std::make_unique<Lock>(impl->partial / "lock", impl->partial);
  require_committed();
  impl->generation = committed_name(impl->partial);
  impl->settle_model();
  impl->clean_state();
  return PartialFolder(std::move(impl));
}

PartialFolder PartialFolder::in_memory() {
  auto impl = std::make_unique<Impl>();
  impl->memory.emplace();
  return PartialFolder(std::move(impl));
}

bool PartialFolder::keeps_states() const {
  return !impl_->memory;
}

void PartialFolder::commit(int64_t step, const WrittenFiles& files) {
  FOVEA_CHECK(!impl_->finished && !impl_->memory && step >= 0, step);
  const std::string previous = impl_->generation;
  std::string name = std::to_string(step);
  if (name == previous) name += kAgain;
  const fs::path target = impl_->state() / name, temporary = target.string() + ".tmp";
  try {
    remove_tree(temporary);
    write_folder(temporary, Kind::kState, files);
    remove_tree(target);
    move_folder(temporary, target);
    flush_folder(impl_->state());
    write_file(current_of(impl_->partial), name + "\n");
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
    fs::remove_all(target, ignored);
    throw;
  }
  impl_->generation = name;
  flush_folder(impl_->state());
  if (!previous.empty()) remove_or_warn(impl_->state() / previous);
}

std::optional<PartialFolder::Generation> PartialFolder::current() const {
  if (impl_->memory) return std::nullopt;
  const std::string name = committed_name(impl_->partial);
  if (name.empty()) return std::nullopt;
  Generation generation;
  generation.step = step_of(name, impl_->partial);
  generation.files = read_folder(impl_->state() / name, Kind::kState, restart_remedy(impl_->partial));
  return generation;
}

void PartialFolder::append_metrics(const std::string& line) {
  FOVEA_CHECK(!impl_->finished && line.find('\n') == std::string::npos, line);
  if (impl_->memory) {
    *impl_->memory += line + "\n";
    return;
  }
  const fs::path path = impl_->metrics();
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) throw cannot(path, "written", std::strerror(errno));
  const std::string text = line + "\n";
  const off_t before = ::lseek(file, 0, SEEK_END);
  ssize_t wrote = -1;
  do {
    wrote = ::write(file, text.data(), text.size());
  } while (wrote < 0 && errno == EINTR);
  const bool whole = wrote == static_cast<ssize_t>(text.size());
  const bool done = whole && (::fsync(file) == 0 || errno == EINVAL);
  const std::string reason = wrote >= 0 && !whole ? "the disk is full" : std::strerror(errno);
  const bool undone = done || ::ftruncate(file, before) == 0;  // half a line would spoil the next one
  ::close(file);
  if (done && before == 0) flush_folder(impl_->partial);  // the name is new
  if (!done) throw cannot(path, "written", reason + (undone ? "" : "; its last line is torn"));
}

void PartialFolder::cut_metrics(int64_t lines) {
  const std::string text = metrics();
  size_t end = 0;
  for (int64_t line = 0; line < lines; ++line) {
    const size_t newline = text.find('\n', end);
    if (newline == std::string::npos) {
      throw UserError(ExitCode::kBadData,
                      impl_->metrics().string() + ": is truncated: it has " + std::to_string(line) +
                          " lines, the saved state says " + std::to_string(lines),
                      restart_remedy(impl_->partial));
    }
    end = newline + 1;
  }
  if (end == text.size()) return;
  if (impl_->memory) {
    *impl_->memory = text.substr(0, end);
  } else {
    write_file(impl_->metrics(), std::string_view(text).substr(0, end));
  }
}

std::string PartialFolder::metrics() const {
  if (impl_->memory) return *impl_->memory;
  return is_found(impl_->metrics()) ? read_file(impl_->metrics()) : "";
}

void PartialFolder::finish(const Files& files, bool replace, bool keep_partial) {
  FOVEA_CHECK(!impl_->finished && !impl_->memory && !files.contains(kMetricsName));
  require_free(impl_->model, replace || impl_->force);
  Files all = files;
  all[kMetricsName] = metrics();
  const fs::path temporary = impl_->partial / "model.tmp";
  try {
    impl_->settle_model();
    write_folder(temporary, Kind::kModel, all);
    move_folder(temporary, impl_->staging());
    flush_folder(impl_->partial);
    put_in_place(impl_->staging(), impl_->model, impl_->aside());
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(temporary, ignored);
    throw;
  }
  if (keep_partial) return;
  impl_->finished = true;
  impl_->remove_partial();
}

const fs::path& PartialFolder::path() const {
  return impl_->partial;
}

}  // namespace fovea::checkpoint
