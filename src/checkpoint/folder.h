// A model is a folder; this is how one is written and committed (design: docs/formats.md). Knows names, hashes
// and renames; nothing of any model. `manifest.json` lists every file with its size and SHA-256.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "checkpoint/files.h"

namespace fovea::checkpoint {

// The training of MODEL, in MODEL.partial/. One process holds it at a time (a lock on MODEL.partial/lock; held by
// another live process: UserError, kCannotWrite). The destructor releases the lock and leaves the folder.
class PartialFolder {
 public:
  // Whether create would go ahead: throws what it throws, but for the lock, and touches nothing. To be asked before
  // long work.
  static void require_possible(const std::filesystem::path& model, bool force);
  // Fresh training: refuses (UserError, kCannotWrite) an existing `model` or an existing partial with committed state
  // unless `force`, naming --force and --resume; creates parents; removes what an earlier, uncommitted try left.
  static PartialFolder create(const std::filesystem::path& model, bool force);
  // Continues: UserError (kNoInput) when there is no partial with a committed state.
  static PartialFolder resume(const std::filesystem::path& model);
  // A training of which nothing shall remain: metrics are kept in memory, path() is empty. States are whoever's trains:
  // commit() and finish() may not be called, and current() has none.
  static PartialFolder in_memory();
  bool keeps_states() const;  // false in memory
  ~PartialFolder();
  PartialFolder(PartialFolder&&) noexcept;
  PartialFolder& operator=(PartialFolder&&) noexcept;

  // Commits one generation: state/<step>/ is written (files, then manifest.json with their SHA-256), files and folders
  // are flushed, then state/CURRENT is replaced by one rename. Only then is the previous generation removed.
  void commit(int64_t step, const WrittenFiles& files);
  void commit(int64_t step, const Files& files) { commit(step, written(files)); }

  // The committed generation, its hashes checked; nullopt before the first commit. UserError (kBadData) when damaged.
  struct Generation {
    int64_t step = 0;
    Files files;
  };
  std::optional<Generation> current() const;

  // Appends one line to metrics.jsonl and flushes it; cut_metrics keeps the first `lines` lines (on resume).
  void append_metrics(const std::string& line);
  void cut_metrics(int64_t lines);
  std::string metrics() const;  // whole content of metrics.jsonl

  // Makes MODEL: writes `files` (plus metrics.jsonl as it stands and manifest.json) into a folder beside it, flushes,
  // then renames it to MODEL. An existing MODEL (allowed by force at create, or `replace`) is swapped by
  // renameat2(EXCHANGE), or by two renames where the old one is kept until the second succeeds. `keep_partial` leaves
  // MODEL.partial for --resume.
  void finish(const Files& files, bool replace, bool keep_partial);

  const std::filesystem::path& path() const;

 private:
  struct Impl;
  explicit PartialFolder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace fovea::checkpoint
