"""PyTorch in Python as a peer, eager: what a user writes with torch.nn, padded and packed, and torch.compile for the
composite attention, where it helps.
"""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from cases import serve

CELLS = {"lstm": nn.LSTM, "gru": nn.GRU, "elman": nn.RNN}


class Classifier(nn.Module):
    def __init__(self, case, packed):
        super().__init__()
        self.case, self.packed = case, packed
        width = case.hidden * case.directions
        self.embedding = nn.Embedding(case.vocabulary, case.embed)
        self.encoder = CELLS[case.cell](case.embed, case.hidden, case.layers, batch_first=True,
                                        bidirectional=case.directions == 2)
        self.projection = nn.Linear(width, case.hidden)
        self.score = nn.Linear(case.hidden, 1, bias=False)
        self.head = nn.Linear(width, 2)

    def encode(self, rows, lengths):
        if not self.packed:
            return self.encoder(rows)[0]
        states = self.encoder(pack_padded_sequence(rows, lengths, batch_first=True))[0]
        return pad_packed_sequence(states, batch_first=True, total_length=rows.shape[1])[0]

    def forward(self, ids, lengths, mask):
        states = self.encode(self.embedding(ids), lengths)
        if self.case.pooling == "last":
            return self.head(states[torch.arange(len(lengths)), lengths - 1])
        scores = self.score(torch.tanh(self.projection(states))).squeeze(-1).masked_fill(mask, -torch.inf)
        return self.head(torch.bmm(scores.softmax(1).unsqueeze(1), states).squeeze(1))


def classifier(case, packed):
    model = Classifier(case, packed)
    lengths = torch.tensor(case.lengths)
    ids = torch.randint(case.vocabulary, (case.batch, max(case.lengths)))
    mask = torch.arange(max(case.lengths))[None, :] >= lengths[:, None]
    labels = torch.randint(2, (case.batch,))
    if case.kind == "infer":
        model.eval()

        def infer():
            with torch.inference_mode():
                model(ids, lengths, mask)

        return infer
    if case.kind == "layers":
        rows = torch.randn(case.batch, max(case.lengths), case.embed, requires_grad=True)

        def layers():
            model.zero_grad()
            model.encode(rows, lengths).mean().backward()

        return layers
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, fused=True)

    def train():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(ids, lengths, mask), labels).backward()
        optimizer.step()

    return train


def additive(query, keys, memory, v):
    weights = (torch.tanh(keys.unsqueeze(1) + query.unsqueeze(2)) @ v).softmax(-1)
    return torch.bmm(weights, memory)


def attention(case, function):
    rows = case.lengths[0]
    query = torch.randn(case.batch, case.queries, case.width, requires_grad=True)
    keys, memory = (torch.randn(case.batch, rows, case.width, requires_grad=True) for _ in range(2))
    v = torch.randn(case.width, requires_grad=True)
    above = torch.randn(case.batch, case.queries, case.width)

    def step():
        for tensor in (query, keys, memory, v):
            tensor.grad = None
        function(query, keys, memory, v).backward(above)

    step()
    return step


def make(case):
    torch.set_num_threads(case.threads)
    torch.manual_seed(1)
    if case.kind == "attend":
        made = {"PyTorch eager": attention(case, additive)}
        try:
            made["PyTorch compiled"] = attention(case, torch.compile(additive))
        except Exception as error:  # there is no compiler here
            import sys
            print(f"torch.compile: {error}".splitlines()[0], file=sys.stderr)
        return made
    made = {"PyTorch padded": classifier(case, False)}
    if len(set(case.lengths)) > 1:
        made["PyTorch packed"] = classifier(case, True)
    return made


if __name__ == "__main__":
    serve(make)
