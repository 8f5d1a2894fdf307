"""fastText with its own autotune: one search per set on a tenth of the training rows, then its settings on all rows.

The search depends on the machine's speed; its outcome is kept in the working folder and is the same for all seeds, of
sets in folds the one made for the first fold that was run. It and the trainings after it take one thread, so that a seed
means something. The search tries models of more than 20 GB where it can and dies where it cannot; it is given MEMORY, and
begins anew with another seed where that is not enough. (With a given number of buckets it dies too, by a division by 0.)
"""

import json
import os
import resource
import tempfile

import fasttext

from sets import tenth, tokens

SECONDS = 300  # of the search, which is fastText's own default
MEMORY = 12 << 30  # bytes
CHOSEN = ("epoch", "lr", "dim", "minn", "maxn", "wordNgrams", "bucket", "minCount")


def _line(row):
    return "__label__" + row[0].replace(" ", "_") + " " + " ".join(tokens(row[1])) + "\n"


def _write(folder, name, rows):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(_line(row) for row in rows)
    return path


def _search(name, train, folder, work):
    kept = os.path.join(work, "autotune-" + name + ".json")
    if os.path.exists(kept):
        with open(kept, encoding="utf-8") as lines:
            return json.load(lines)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    fit = _write(folder, "fit.txt", [row for row in train if tenth(row[1]) != 0])
    valid = _write(folder, "valid.txt", [row for row in train if tenth(row[1]) == 0])
    seed, model = 0, None
    while model is None:
        try:
            model = fasttext.train_supervised(fit, autotuneValidationFile=valid, autotuneDuration=SECONDS, seed=seed,
                                              thread=1, verbose=0)
        except MemoryError:
            seed += 1
    args = model.f.getArgs()
    chosen = {name: getattr(args, name) for name in CHOSEN} | {"loss": "softmax"}
    with open(kept, "w", encoding="utf-8") as out:
        json.dump(chosen, out)
    return chosen


def accuracy(train, test, seed, name, work="build/bench-accuracy"):
    with tempfile.TemporaryDirectory() as folder:
        chosen = _search(name, train, folder, work)
        model = fasttext.train_supervised(_write(folder, "train.txt", train), seed=seed, thread=1, verbose=0, **chosen)
    right = 0
    for row in test:
        found = model.f.predict(" ".join(tokens(row[1])) + "\n", 1, 0.0, "strict")
        right += bool(found) and found[0][1] == "__label__" + row[0].replace(" ", "_")
    return right / len(test)
