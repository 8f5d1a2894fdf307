"""Fovea's own runs, on the same rows: `fovea train --preset P`, with `--look plain` where the name says so, a tenth of
the training rows for validation, then `fovea test` once. The seconds are those of the whole `train` command.
"""

import json
import os
import subprocess
import tempfile
import time

PROGRAM = os.environ.get("FOVEA", "build/release/fovea")


def _write(path, rows):
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"label": label, "text": text}, ensure_ascii=False) + "\n" for label, text in rows)
    return path


def options_of(name):
    """fast, best, fast-plain, best-plain."""
    preset, _, look = name.partition("-")
    return ["--preset", preset] + (["--look", look] if look else [])


def accuracy(train, test, seed, name):
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model")
        train_path = _write(os.path.join(folder, "train.jsonl"), train)
        test_path = _write(os.path.join(folder, "test.jsonl"), test)
        start = time.time()
        subprocess.run([PROGRAM, "train", train_path, "--split", "90/10", "--seed", str(seed), *options_of(name),
                        "--out", model, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        seconds = time.time() - start
        result = json.loads(subprocess.run([PROGRAM, "test", model, test_path, "--json"], check=True,
                                           stdout=subprocess.PIPE).stdout)
    return result["accuracy"], seconds
