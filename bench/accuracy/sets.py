"""The public data sets as pairs of training and test rows, the same for every program.

A set gives one Split per seed: (training rows, test rows), a row being (label, text). Where the data has no test part of
its own, rows go by the hash of their text, so that equal texts fall on one side: a fifth is the test part, and with
"folds" seed k takes the k-th fifth.
"""

import csv
import gzip
import hashlib
import io
import os
import re

FOLDS = 5
# Letters, digits and apostrophes together, other signs one by one; every Chinese character is a token.
TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+(?:'\w+)?|[^\w\s]")


def tokens(text):
    """What the peers are given: lower-case words and signs, Chinese by character, without HTML tags."""
    return TOKEN.findall(re.sub(r"<[^>]+>", " ", text).lower())


def _part(text, purpose, parts):
    return int(hashlib.md5((purpose + text.strip().lower()).encode()).hexdigest(), 16) % parts


def fifth(text):
    return _part(text, "", FOLDS)


def tenth(text):
    """By which the peers that need a validation part take one out of their training rows."""
    return _part(text, "validation ", 10)


def _open(path):
    raw = gzip.open(path, "rb") if path.endswith(".gz") else open(path, "rb")
    return io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _csv(path, label, text, delimiter=",", header=True):
    """Rows of a table; `label` is a column, `text` a list of columns to join, by number."""
    with _open(path) as lines:
        quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
        rows = list(csv.reader(lines, delimiter=delimiter, quoting=quoting))[1 if header else 0 :]
    return [(row[label], " ".join(row[i] for i in text)) for row in rows if " ".join(row[i] for i in text).strip()]


class Set:
    def __init__(self, name, title, load, folds=False, seeds=(1, 2, 3, 4, 5)):
        self.name, self.title, self.load, self.folds, self.seeds = name, title, load, folds, seeds

    def split(self, data, seed, held_out=False):
        """(training rows, test rows). With held_out a fifth of the training rows takes the place of the test part: for
        decisions, which must not see it."""
        train, test = self._split(data, seed)
        if held_out:
            return ([row for row in train if _part(row[1], "held out ", FOLDS) != 0], [row for row in train if _part(row[1], "held out ", FOLDS) == 0])
        return train, test

    def _split(self, data, seed):
        train, test = self.load(data)
        if test is not None:
            return train, test
        wanted = (seed - 1) % FOLDS if self.folds else 0
        return ([row for row in train if fifth(row[1]) != wanted], [row for row in train if fifth(row[1]) == wanted])

    def same_rows(self):
        """Whether every seed has the same rows, so that a program without chance needs one run."""
        return not self.folds


def _sst2(data):
    part = lambda name: _csv(os.path.join(data, "sst2", name), 1, [0], "\t", header=False)
    return part("train.tsv"), part("dev.tsv")


def _mr(data):
    rows = []
    for label in ("neg", "pos"):
        with open(os.path.join(data, "mr", "rt-polarity." + label), encoding="utf-8", errors="replace") as lines:
            rows += [(label, line.strip()) for line in lines if line.strip()]
    return rows, None


def _imdb(data):
    part = lambda name: _csv(os.path.join(data, "imdb", name), 0, [3], "\t")
    return part("imdb_train_25000.tsv.gz"), part("imdb_test_12500.tsv.gz")


def _hotel(data):
    return _csv(os.path.join(data, "chnsenticorp_htl", "ChnSentiCorp_htl_all.csv.gz"), 0, [1]), None


def _shopping(label):
    path = ("online_shopping_10_cats", "online_shopping_10_cats.csv.gz")
    return lambda data: (_csv(os.path.join(data, *path), label, [2]), None)


def _trec(data):
    return _csv(os.path.join(data, "trec", "train_coarse.tsv"), 0, [1], "\t", header=False), None


def _ag_news(data):
    train = _csv(os.path.join(data, "ag_news", "train_sample.csv"), 0, [1], header=False)
    return train, _csv(os.path.join(data, "ag_news", "test_rows_6000.csv"), 0, [1, 2], header=False)


SETS = {
    s.name: s
    for s in (
        Set("sst2", "SST-2", _sst2),
        Set("mr", "MR, five folds", _mr, folds=True),
        Set("imdb", "IMDb", _imdb, seeds=(1, 2, 3)),
        Set("hotel", "ChnSentiCorp hotel", _hotel),
        Set("shopping-label", "Online shopping, sentiment", _shopping(1)),
        Set("shopping-cat", "Online shopping, category", _shopping(0)),
        Set("trec", "TREC coarse, five folds", _trec, folds=True),
        Set("agnews", "AG News, 5,000 rows", _ag_news),
    )
}
