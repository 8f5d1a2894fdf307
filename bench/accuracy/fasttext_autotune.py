"""fastText with its own autotune: one search per set on a tenth of the training rows, then its settings on all rows.

The search depends on the machine's speed; its outcome is kept in the working folder and is the same for all seeds. It
and the trainings after it take one thread, so that a seed means something.
"""

import hashlib
import json
import os
import tempfile

import fasttext

from sets import tenth, tokens

SECONDS, SECONDS_OF_LARGE, LARGE = 90, 300, 10_000  # of the search; of sets with more rows than LARGE
CHOSEN = ("epoch", "lr", "dim", "minn", "maxn", "wordNgrams", "bucket", "minCount")


def _seconds(train):
    return SECONDS if len(train) < LARGE else SECONDS_OF_LARGE


def _line(row):
    return "__label__" + row[0].replace(" ", "_") + " " + " ".join(tokens(row[1])) + "\n"


def _write(folder, name, rows):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(_line(row) for row in rows)
    return path


def _search(train, folder, work):
    identity = hashlib.sha256(json.dumps([_seconds(train), train]).encode()).hexdigest()[:16]
    kept = os.path.join(work, "autotune-" + identity + ".json")
    if os.path.exists(kept):
        with open(kept, encoding="utf-8") as lines:
            return json.load(lines)
    model = fasttext.train_supervised(
        _write(folder, "fit.txt", [row for row in train if tenth(row[1]) != 0]),
        autotuneValidationFile=_write(folder, "valid.txt", [row for row in train if tenth(row[1]) == 0]),
        autotuneDuration=_seconds(train), thread=1, verbose=0)
    args = model.f.getArgs()
    chosen = {name: getattr(args, name) for name in CHOSEN} | {"loss": "softmax"}
    with open(kept, "w", encoding="utf-8") as out:
        json.dump(chosen, out)
    return chosen


def accuracy(train, test, seed, work="build/bench-accuracy"):
    with tempfile.TemporaryDirectory() as folder:
        chosen = _search(train, folder, work)
        model = fasttext.train_supervised(_write(folder, "train.txt", train), seed=seed, thread=1, verbose=0, **chosen)
    right = 0
    for row in test:
        found = model.f.predict(" ".join(tokens(row[1])) + "\n", 1, 0.0, "strict")
        right += bool(found) and found[0][1] == "__label__" + row[0].replace(" ", "_")
    return right / len(test)
