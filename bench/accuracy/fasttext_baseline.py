"""fastText with bigrams on text TAB label rows: fasttext_baseline.py TRAIN.tsv TEST.tsv SEED...

The settings are those of the supervised tutorial (25 epochs, rate 0.5, wordNgrams 2). fastText takes no validation part:
it trains on all rows. One thread, so that a seed means something.
"""

import os
import sys
import tempfile

import fasttext

from summary import line


def labelled(path):
    with open(path, encoding="utf-8") as rows:
        return [tuple(reversed(row.rstrip("\n").rsplit("\t", 1))) for row in rows]


def accuracy(train_path, test_rows, seed):
    model = fasttext.train_supervised(train_path, epoch=25, lr=0.5, wordNgrams=2, dim=100, seed=seed, thread=1, verbose=0)
    right = sum(model.f.predict(text + "\n", 1, 0.0, "strict")[0][1] == "__label__" + label for label, text in test_rows)
    return right / len(test_rows)


def main():
    train, test = labelled(sys.argv[1]), labelled(sys.argv[2])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "train.txt")
        with open(path, "w", encoding="utf-8") as out:
            out.writelines(f"__label__{label} {text}\n" for label, text in train)
        print(line(os.path.basename(os.path.dirname(sys.argv[1])), "fastText, bigrams",
                   [accuracy(path, test, int(seed)) for seed in sys.argv[3:]]))


if __name__ == "__main__":
    main()
