"""A whole training in PyTorch as a tutorial would write it: pytorch_run.py CASES NAME MODE DATA THREADS.

MODE: padded (to the longest text of a batch, texts in random order), grouped (padded, but texts of like length together,
as Fovea's batches are), packed (random order, pack_padded_sequence). A tenth of the rows is validation, looked at after
every epoch; the best epoch is tested. Prints one JSON object: seconds, as `timed` of the case asks, and accuracy.
Loading PyTorch itself is not in the seconds.
"""

import csv
import gzip
import json
import os
import random
import sys
import time
from collections import Counter

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from settings import read_runs

POOL = 40  # batches that are sorted by length together, as in src/data/batches/plan.cpp


def rows(path, run):
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as lines:
        table = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))[1 if run.header else 0:]
    words = lambda text: text.replace("<br />", " ").lower().split()[:run.max_tokens]
    return [(words(row[run.text_column - 1]), row[run.label_column - 1]) for row in table]


class Model(nn.Module):
    def __init__(self, words, classes, run, packed):
        super().__init__()
        self.packed = packed
        self.embedding = nn.Embedding(words, run.embed, padding_idx=0)
        self.encoder = nn.LSTM(run.embed, run.hidden, bidirectional=True, batch_first=True)
        self.projection = nn.Linear(2 * run.hidden, run.hidden)
        self.score = nn.Linear(run.hidden, 1, bias=False)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(2 * run.hidden, classes)

    def encode(self, vectors, lengths):
        if not self.packed:
            return self.encoder(vectors)[0]
        states = self.encoder(pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False))[0]
        return pad_packed_sequence(states, batch_first=True, total_length=vectors.shape[1])[0]

    def forward(self, ids, lengths):
        states = self.encode(self.dropout(self.embedding(ids)), lengths)
        scores = self.score(torch.tanh(self.projection(states))).squeeze(-1).masked_fill(ids == 0, -torch.inf)
        context = torch.bmm(scores.softmax(1).unsqueeze(1), states).squeeze(1)
        return self.head(self.dropout(context))


class Training:
    def __init__(self, run, mode, train):
        self.run, self.grouped, self.generator = run, mode == "grouped", random.Random(1)
        self.generator.shuffle(train)
        cut = len(train) // 10 if run.timed == "run" else 0
        counts = Counter(word for words, _ in train[cut:] for word in words)
        known = [word for word, n in counts.most_common(run.vocabulary) if n >= run.min_count]
        self.vocabulary = {word: i + 2 for i, word in enumerate(known)}  # 0 pads, 1 is the unknown word
        self.classes = {label: i for i, label in enumerate(sorted({label for _, label in train}))}
        self.valid, self.fit = self.encode(train[:cut]), self.encode(train[cut:])
        self.model = Model(len(known) + 2, len(self.classes), run, mode == "packed")
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)

    def encode(self, pairs):
        return [(torch.tensor([self.vocabulary.get(word, 1) for word in words] or [1]), self.classes[label])
                for words, label in pairs]

    def batches(self, examples, grouped, shuffled=True):
        order = list(range(len(examples)))
        if shuffled:
            self.generator.shuffle(order)
        pool = POOL * self.run.batch if shuffled else len(order)
        if grouped:
            order = [i for begin in range(0, len(order), pool)
                     for i in sorted(order[begin:begin + pool], key=lambda i: len(examples[i][0]))]
        plan = [order[i:i + self.run.batch] for i in range(0, len(order), self.run.batch)]
        if shuffled:
            self.generator.shuffle(plan)
        return plan

    def tensors(self, examples, chosen):
        ids = [examples[i][0] for i in chosen]
        labels = torch.tensor([examples[i][1] for i in chosen])
        return pad_sequence(ids, batch_first=True), torch.tensor([len(one) for one in ids]), labels

    def step(self, chosen):
        ids, lengths, labels = self.tensors(self.fit, chosen)
        self.optimizer.zero_grad()
        nn.functional.cross_entropy(self.model(ids, lengths), labels).backward()
        self.optimizer.step()

    @torch.no_grad()
    def accuracy(self, examples):
        self.model.eval()
        right = 0
        for chosen in self.batches(examples, grouped=True, shuffled=False):
            ids, lengths, labels = self.tensors(examples, chosen)
            right += (self.model(ids, lengths).argmax(1) == labels).sum().item()
        self.model.train()
        return right / len(examples)


def whole_run(run, mode, train_path, test_path):
    start = time.perf_counter()
    training = Training(run, mode, rows(train_path, run))
    best, best_state = -1.0, None
    for _ in range(run.epochs):
        for chosen in training.batches(training.fit, training.grouped):
            training.step(chosen)
        score = training.accuracy(training.valid)
        if score > best:
            best, best_state = score, {name: value.clone() for name, value in training.model.state_dict().items()}
    seconds = time.perf_counter() - start
    training.model.load_state_dict(best_state)
    return {"seconds": seconds, "accuracy": training.accuracy(training.encode(rows(test_path, run)))}


def one_epoch(run, mode, train_path):
    training = Training(run, mode, rows(train_path, run))
    plan = training.batches(training.fit, training.grouped)
    words = lambda batches: sum(len(training.fit[i][0]) for chosen in batches for i in chosen)
    count = min(run.peer_batches or len(plan), len(plan))
    timed = [plan[i * len(plan) // count] for i in range(count)]
    for chosen in timed[:2]:
        training.step(chosen)
    start = time.perf_counter()
    for chosen in timed:
        training.step(chosen)
    seconds = (time.perf_counter() - start) * words(plan) / words(timed)
    return {"seconds": seconds, "accuracy": None}


def main():
    cases, name, mode, data, threads = sys.argv[1:]
    run = read_runs(cases)[name]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    train, test = (os.path.join(data, path) for path in (run.train, run.test))
    result = whole_run(run, mode, train, test) if run.timed == "run" else one_epoch(run, mode, train)
    print(json.dumps({"name": f"PyTorch {mode}", **result}))


if __name__ == "__main__":
    main()
