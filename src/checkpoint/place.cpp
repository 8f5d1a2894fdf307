// Every step here may be the last one before the power fails; the order of the renames and removals is the design.
#include "checkpoint/place.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/errors.h"
#include "base/files.h"
#include "base/log.h"
#include "checkpoint/manifest.h"

namespace fovea::checkpoint {
namespace {

namespace fs = std::filesystem;

UserError never_replaced(const fs::path& model, const std::string& why) {
  return UserError(ExitCode::kCannotWrite, model.string() + ": " + why + "; it is never replaced, not even by force",
                   "Give another --out, or move it away yourself.");
}

fs::path parent_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

void rename_or_throw(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return;
  const std::string reason = std::strerror(errno);
  throw UserError(ExitCode::kCannotWrite, to.string() + ": cannot be put in place: " + reason,
                  "Check that you may write there; the finished training is kept, --resume tries again.");
}

struct Move {
  fs::path from, to;
};

// Moves what the folder `from` of a model holds beside the model to the folder `to` of another, and notes each move. A
// name that is taken there gets the ending ".kept".
void move_foreign_files(const fs::path& from, const fs::path& to, std::vector<Move>* moves) {
  const std::vector<std::string> names = model_names(from);
  std::vector<fs::path> foreign;
  for (const fs::directory_entry& entry : fs::directory_iterator(from)) {
    if (std::find(names.begin(), names.end(), entry.path().filename().string()) == names.end()) {
      foreign.push_back(entry.path());
    }
  }
  for (const fs::path& path : foreign) {
    fs::path target = to / path.filename();
    while (is_there(target)) target += ".kept";
    fs::rename(path, target);
    moves->push_back({path, target});
  }
}

// The user's files go into the new model before it takes the old one's place, so that an error leaves them where they
// are: in the old model.
class ForeignFiles {
 public:
  ForeignFiles(const fs::path& model, const fs::path& staging) {
    try {
      move_foreign_files(model, staging, &moves_);
      if (moves_.empty()) return;
      flush_folder(staging);
      flush_folder(model);
    } catch (const fs::filesystem_error& error) {
      put_back();
      throw UserError(ExitCode::kCannotWrite,
                      model.string() + ": cannot be replaced: a file in it that is not the model's cannot be moved: " +
                          error.code().message(),
                      "Move your own files away; the finished training is kept, --resume tries again.");
    } catch (...) {
      put_back();
      throw;
    }
  }
  // What cannot be put back stays beside the new model; settle() tries again.
  void put_back() {
    for (auto move = moves_.rbegin(); move != moves_.rend(); ++move) ::rename(move->to.c_str(), move->from.c_str());
    moves_.clear();
  }

 private:
  std::vector<Move> moves_;
};

// Removes a model's folder, its manifest last: while there is a manifest, what else is in the folder is known. A
// failure loses nothing, so it is told and no more.
void discard(const fs::path& replaced, const fs::path& model) {
  if (!is_there(replaced)) return;
  try {
    if (is_there(replaced / kManifestName)) {
      std::vector<Move> moves;
      move_foreign_files(replaced, model, &moves);
      const std::vector<std::string> names = model_names(replaced);
      for (auto name = names.rbegin(); name != names.rend(); ++name) fs::remove(replaced / *name);
    }
    fs::remove_all(replaced);
  } catch (const std::exception& error) {
    log::warn(replaced.string() + ": the replaced model cannot be removed: " + error.what());
  }
}

// False where the file system cannot swap.
bool exchange(const fs::path& staging, const fs::path& model) {
  if (::renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, model.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (errno == ENOSYS || errno == EINVAL || errno == ENOTSUP) return false;
  const std::string reason = std::strerror(errno);
  throw UserError(ExitCode::kCannotWrite, model.string() + ": cannot be replaced: " + reason,
                  "Check that you may write there; the finished training is kept, --resume tries again.");
}

// By one step or, where the file system cannot, by two, of which the first is undone should the second fail.
void replace(const fs::path& staging, const fs::path& model, const fs::path& aside) {
  if (exchange(staging, model)) return;
  rename_or_throw(model, aside);
  try {
    flush_folder(parent_of(aside));
    rename_or_throw(staging, model);
  } catch (...) {
    ::rename(aside.c_str(), model.c_str());
    throw;
  }
}

}  // namespace

fs::path plain_path(const fs::path& model) {
  fs::path path = model;
  while (path.filename().empty() && path.has_relative_path()) path = path.parent_path();
  std::error_code error;
  const bool named = !path.filename().empty() && path.filename() != "." && path.filename() != "..";
  if (named && !fs::is_symlink(path, error)) return path;
  fs::path resolved = fs::canonical(path, error);
  if (!error) return resolved;
  throw UserError(ExitCode::kNoInput,
                  (path.empty() ? "the name of the model" : path.string()) + ": leads nowhere: " + error.message(),
                  "Give the name of a folder.");
}

Occupant occupant(const fs::path& model) {
  std::error_code error;
  const fs::file_status status = fs::status(model, error);
  if (status.type() == fs::file_type::not_found) return Occupant::kNothing;
  if (!fs::is_directory(status)) throw never_replaced(model, "exists and is not a folder");
  require_same_disk(model);
  const bool empty = fs::is_empty(model, error);
  if (error) throw never_replaced(model, "cannot be looked into: " + error.message());
  if (empty) return Occupant::kEmptyFolder;
  if (!is_there(model / kManifestName)) throw never_replaced(model, "is a folder that is not a Fovea model");
  try {
    model_names(model);
  } catch (const UserError& damaged) {
    throw never_replaced(model, std::string("is a folder that is not a Fovea model: ") + damaged.what());
  }
  return Occupant::kModel;
}

void require_free(const fs::path& model, bool replace) {
  if (occupant(model) != Occupant::kModel || replace) return;
  throw UserError(ExitCode::kCannotWrite, model.string() + ": exists already",
                  "Give --force to replace it, or another --out.");
}

void require_same_disk(const fs::path& path) {
  struct stat own {
  }, parent{};
  if (::stat(path.c_str(), &own) != 0 || ::stat(parent_of(path).c_str(), &parent) != 0) return;
  if (own.st_dev == parent.st_dev) return;
  throw UserError(ExitCode::kCannotWrite,
                  path.string() + ": is a disk of its own (a mount point) and cannot be renamed",
                  "Give a folder inside it.");
}

void put_in_place(const fs::path& staging, const fs::path& model, const fs::path& aside) {
  if (occupant(model) == Occupant::kModel) {
    ForeignFiles foreign(model, staging);
    try {
      replace(staging, model, aside);
    } catch (...) {
      foreign.put_back();
      throw;
    }
  } else {
    rename_or_throw(staging, model);
  }
  flush_folder(parent_of(model));
  flush_folder(parent_of(staging));
  discard(staging, model);
  discard(aside, model);
}

void settle(const fs::path& staging, const fs::path& model, const fs::path& aside) {
  if (is_there(aside) && !is_there(model)) {
    rename_or_throw(aside, model);
    flush_folder(parent_of(model));
  }
  discard(aside, model);
  discard(staging, model);
}

}  // namespace fovea::checkpoint
