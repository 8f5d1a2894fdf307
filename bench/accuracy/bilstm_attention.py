"""A plain PyTorch BiLSTM with additive attention: bilstm_attention.py TRAIN.tsv TEST.tsv SEED...

What a tutorial would write: 128-d embeddings, BiLSTM 128+128, additive attention, dropout 0.5, Adam 1e-3, batches of 64
padded sentences, white-space words seen twice, a tenth of the rows for validation, best epoch of 12 kept. Prints the mean
over the seeds and the seconds a run took.
"""

import os
import random
import sys
import time
from collections import Counter

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from summary import line

EPOCHS, BATCH, PATIENCE = 12, 64, 3


def rows(path):
    with open(path, encoding="utf-8") as lines:
        pairs = [row.rstrip("\n").rsplit("\t", 1) for row in lines]
    return [(text.split(), int(label)) for text, label in pairs]


class Model(nn.Module):
    def __init__(self, words):
        super().__init__()
        self.embedding = nn.Embedding(words, 128, padding_idx=0)
        self.encoder = nn.LSTM(128, 128, bidirectional=True, batch_first=True)
        self.projection = nn.Linear(256, 128)
        self.score = nn.Linear(128, 1, bias=False)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(256, 2)

    def forward(self, ids):
        states, _ = self.encoder(self.dropout(self.embedding(ids)))
        scores = self.score(torch.tanh(self.projection(states))).squeeze(-1).masked_fill(ids == 0, -torch.inf)
        context = torch.bmm(scores.softmax(1).unsqueeze(1), states).squeeze(1)
        return self.head(self.dropout(context))


def batches(examples, order):
    for begin in range(0, len(order), BATCH):
        chosen = [examples[i] for i in order[begin : begin + BATCH]]
        yield pad_sequence([ids for ids, _ in chosen], batch_first=True), torch.tensor([label for _, label in chosen])


@torch.no_grad()
def accuracy(model, examples):
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i][0]))
    right = sum((model(ids).argmax(1) == labels).sum().item() for ids, labels in batches(examples, order))
    return right / len(examples)


def run(train, test, seed):
    torch.manual_seed(seed)
    generator = random.Random(seed)
    shuffled = train[:]
    generator.shuffle(shuffled)
    cut = len(shuffled) // 10
    counts = Counter(word for text, _ in shuffled[cut:] for word in text)
    vocabulary = {word: i + 2 for i, (word, n) in enumerate(counts.most_common()) if n > 1}
    encode = lambda pairs: [(torch.tensor([vocabulary.get(word, 1) for word in text]), label) for text, label in pairs]
    valid, fit, held_out = encode(shuffled[:cut]), encode(shuffled[cut:]), encode(test)
    model = Model(len(vocabulary) + 2)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    best, best_state, waited = 0.0, None, 0
    for _ in range(EPOCHS):
        model.train()
        order = list(range(len(fit)))
        generator.shuffle(order)
        for ids, labels in batches(fit, order):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(ids), labels).backward()
            optimizer.step()
        score = accuracy(model, valid)
        if score > best:
            best, waited, best_state = score, 0, {name: value.clone() for name, value in model.state_dict().items()}
        else:
            waited += 1
        if waited == PATIENCE:
            break
    model.load_state_dict(best_state)
    return accuracy(model, held_out)


def main():
    train, test = rows(sys.argv[1]), rows(sys.argv[2])
    start = time.time()
    seeds = [int(seed) for seed in sys.argv[3:]]
    result = [run(train, test, seed) for seed in seeds]
    print(line(os.path.basename(os.path.dirname(sys.argv[1])), "PyTorch BiLSTM + attention", result),
          f"{(time.time() - start) / len(seeds):.0f} s a run", sep="\t")


if __name__ == "__main__":
    main()
