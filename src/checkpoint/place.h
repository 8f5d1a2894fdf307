// Where a finished model goes and how it gets there: by one rename, so that MODEL is always the old model or the new
// one, and nothing that Fovea did not make is ever replaced.
#pragma once

#include <filesystem>

namespace fovea::checkpoint {

// `model` as it is worked with: without trailing slashes, links and "." resolved. Throws UserError (kNoInput) for a
// link that leads nowhere.
std::filesystem::path plain_path(const std::filesystem::path& model);

enum class Occupant { kNothing, kEmptyFolder, kModel };

// What stands at `model`. Throws UserError (kCannotWrite) for what must never be replaced: a file, a folder without a
// model's manifest, a mount point.
Occupant occupant(const std::filesystem::path& model);

// As occupant(), and refuses a model too unless `replace`.
void require_free(const std::filesystem::path& model, bool replace);

// Throws UserError (kCannotWrite) when `path`, which exists, is a disk of its own, which no rename could leave.
void require_same_disk(const std::filesystem::path& path);

// Renames the folder `staging` to `model`, which require_free() has let pass. A model that is there is swapped in one
// step (renameat2, RENAME_EXCHANGE); where the file system cannot, it goes to `aside` first and comes back should the
// second rename fail. What was replaced is removed; files in it that were not the model's are moved to the new folder
// before. Throws UserError (kCannotWrite); then `model` is what it was, with those files.
void put_in_place(const std::filesystem::path& staging, const std::filesystem::path& model,
                  const std::filesystem::path& aside);

// Ends a put_in_place() that was cut short: brings `aside` back where `model` is missing, else clears `aside` and
// `staging` away as put_in_place() would have.
void settle(const std::filesystem::path& staging, const std::filesystem::path& model,
            const std::filesystem::path& aside);

}  // namespace fovea::checkpoint
