"""A plain PyTorch BiLSTM with additive attention, what a tutorial would write.

128-d embeddings, BiLSTM 128+128, additive attention, dropout 0.5, Adam 1e-3, batches of 64 padded texts, words seen twice,
the first 400 tokens, a tenth of the rows for validation, best epoch of 12 kept, patience 3.
"""

import random
from collections import Counter

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence

from sets import tenth, tokens

EPOCHS, BATCH, PATIENCE, LONGEST = 12, 64, 3, 400
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Model(nn.Module):
    def __init__(self, words, classes):
        super().__init__()
        self.embedding = nn.Embedding(words, 128, padding_idx=0)
        self.encoder = nn.LSTM(128, 128, bidirectional=True, batch_first=True)
        self.projection = nn.Linear(256, 128)
        self.score = nn.Linear(128, 1, bias=False)
        self.dropout = nn.Dropout(0.5)
        self.head = nn.Linear(256, classes)

    def forward(self, ids):
        states, _ = self.encoder(self.dropout(self.embedding(ids)))
        scores = self.score(torch.tanh(self.projection(states))).squeeze(-1).masked_fill(ids == 0, -torch.inf)
        context = torch.bmm(scores.softmax(1).unsqueeze(1), states).squeeze(1)
        return self.head(self.dropout(context))


def _batches(examples, order):
    for begin in range(0, len(order), BATCH):
        chosen = [examples[i] for i in order[begin : begin + BATCH]]
        ids = pad_sequence([ids for ids, _ in chosen], batch_first=True)
        yield ids.to(DEVICE), torch.tensor([label for _, label in chosen], device=DEVICE)


@torch.no_grad()
def _score(model, examples):
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i][0]))
    right = sum((model(ids).argmax(1) == labels).sum().item() for ids, labels in _batches(examples, order))
    return right / len(examples)


def accuracy(train, test, seed):
    torch.manual_seed(seed)
    generator = random.Random(seed)
    words = {text: tokens(text)[:LONGEST] for _, text in train + test}
    fit_rows = [row for row in train if tenth(row[1]) != 0]
    counts = Counter(word for _, text in fit_rows for word in words[text])
    vocabulary = {word: i + 2 for i, (word, n) in enumerate(counts.most_common()) if n > 1}
    classes = {label: i for i, label in enumerate(sorted({label for label, _ in train}))}

    def encode(rows):
        ids = lambda text: [vocabulary.get(word, 1) for word in words[text]] or [1]
        return [(torch.tensor(ids(text)), classes[label]) for label, text in rows]

    fit, valid, held_out = encode(fit_rows), encode([row for row in train if tenth(row[1]) == 0]), encode(test)
    model = Model(len(vocabulary) + 2, len(classes)).to(DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    best, best_state, waited = -1.0, None, 0
    for _ in range(EPOCHS):
        model.train()
        order = list(range(len(fit)))
        generator.shuffle(order)
        for ids, labels in _batches(fit, order):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(ids), labels).backward()
            optimizer.step()
        score = _score(model, valid)
        if score > best:
            best, waited, best_state = score, 0, {name: value.clone() for name, value in model.state_dict().items()}
        else:
            waited += 1
        if waited == PATIENCE:
            break
    model.load_state_dict(best_state)
    return _score(model, held_out)
