"""Translators in PyTorch as a user writes them with torch.nn: pytorch_peer.py NETWORK THREADS VOCABULARY SOURCE TARGET.

NETWORK: rnn-padded and rnn-packed are the network of `fovea train translation` (src/tasks/translation/network.h), whose
encoder runs over padded sentences or over packed ones; transformer is torch.nn's. VOCABULARY is a SentencePiece model,
SOURCE and TARGET are gzip files. For each number read from standard input so many training steps are made; a JSON object
tells their seconds, the processor time of all threads, and the target subwords with the ends of the sentences.
"""

import gzip
import json
import math
import random
import resource
import sys
import time

import sentencepiece
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

from networks import BATCH_SENTENCES, BATCH_TOKENS, DROPOUT, LABEL_SMOOTHING, RNN, TRANSFORMER

BEGIN, END, PADDING = 1, 2, -1  # as the subword models of Fovea have them; there is none for padding
POOL = 40  # batches that are sorted by length together, as in src/data/batches/plan.cpp
LONGEST = 256  # positions


class Recurrent(nn.Module):
    """BiLSTM, LSTM, additive attention that takes the vectors of the source's subwords, a readout tied to them."""

    def __init__(self, vocabulary, packed):
        super().__init__()
        self.packed = packed
        size, states = RNN["embedding"], 2 * RNN["hidden"]
        self.embedding = nn.Embedding(vocabulary, size)
        self.encoder = nn.LSTM(size, RNN["hidden"], bidirectional=True, batch_first=True)
        self.decoder = nn.LSTM(size, states, batch_first=True)
        self.key = nn.Linear(states, RNN["attention"])
        self.query = nn.Linear(states, RNN["attention"], bias=False)
        self.score = nn.Linear(RNN["attention"], 1, bias=False)
        self.readout = nn.Linear(states + size, size)
        self.output = nn.Linear(size, vocabulary)
        self.output.weight = self.embedding.weight
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.normal_(self.embedding.weight, std=size**-0.5)

    def encode(self, vectors, lengths):
        if not self.packed:
            return self.encoder(vectors)
        packed = pack_padded_sequence(vectors, lengths, batch_first=True, enforce_sorted=False)
        states, last = self.encoder(packed)
        return pad_packed_sequence(states, batch_first=True, total_length=vectors.shape[1])[0], last

    def forward(self, source, source_padding, read, read_padding):
        vectors = self.dropout(self.embedding(source))
        states, last = self.encode(vectors, (~source_padding).sum(1))
        begin = [torch.cat([both[0], both[1]], 1).unsqueeze(0) for both in last]
        keys = self.key(self.dropout(states))
        decoded = self.dropout(self.decoder(self.dropout(self.embedding(read)), begin)[0])
        scores = self.score(torch.tanh(keys.unsqueeze(1) + self.query(decoded).unsqueeze(2))).squeeze(3)
        weights = scores.masked_fill(source_padding.unsqueeze(1), -torch.inf).softmax(2)
        known = torch.cat([decoded, torch.bmm(weights, vectors)], 2)
        return self.output(self.dropout(torch.tanh(self.readout(known))))


class Transformer(nn.Module):
    """Pre-norm, sinusoidal positions, one matrix for both embeddings and the output."""

    def __init__(self, vocabulary):
        super().__init__()
        width, shape = TRANSFORMER["width"], {
            "d_model": TRANSFORMER["width"], "nhead": TRANSFORMER["heads"],
            "dim_feedforward": TRANSFORMER["feed_forward"], "dropout": DROPOUT, "batch_first": True, "norm_first": True}
        self.embedding = nn.Embedding(vocabulary, width)
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(**shape), TRANSFORMER["layers"],
                                             nn.LayerNorm(width), enable_nested_tensor=False)
        self.decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(**shape), TRANSFORMER["layers"],
                                             nn.LayerNorm(width))
        self.output = nn.Linear(width, vocabulary)
        self.output.weight = self.embedding.weight
        self.dropout = nn.Dropout(DROPOUT)
        nn.init.normal_(self.embedding.weight, std=width**-0.5)
        angles = torch.arange(LONGEST).unsqueeze(1) * torch.exp(torch.arange(0, width, 2) * (-math.log(1e4) / width))
        self.register_buffer("positions", torch.stack([angles.sin(), angles.cos()], 2).flatten(1))

    def embed(self, ids):
        return self.dropout(self.embedding(ids) * self.positions.shape[1]**0.5 + self.positions[:ids.shape[1]])

    def forward(self, source, source_padding, read, read_padding):
        memory = self.encoder(self.embed(source), src_key_padding_mask=source_padding)
        later = torch.ones(read.shape[1], read.shape[1], dtype=torch.bool).triu(1)
        return self.output(self.decoder(self.embed(read), memory, tgt_mask=later, tgt_is_causal=True,
                                        tgt_key_padding_mask=read_padding, memory_key_padding_mask=source_padding))


NETWORKS = {
    "rnn-padded": lambda vocabulary: Recurrent(vocabulary, packed=False),
    "rnn-packed": lambda vocabulary: Recurrent(vocabulary, packed=True),
    "transformer": Transformer,
}


class Training:
    def __init__(self, network, pieces, source, target):
        self.source, self.target = ([torch.tensor(ids + [END]) for ids in pieces.encode(lines_of(path))]
                                    for path in (source, target))
        self.generator = random.Random(1)
        self.model = NETWORKS[network](pieces.vocab_size())
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3)
        self.plan = []

    def length(self, pair):
        return len(self.source[pair]) + len(self.target[pair])

    def batches(self):
        """One epoch: pools of random pairs, sorted by length in a pool, batches in random order."""
        order = list(range(len(self.source)))
        self.generator.shuffle(order)
        pool, plan = POOL * BATCH_SENTENCES, []
        for begin in range(0, len(order), pool):
            batch, tokens = [], 0
            for pair in sorted(order[begin:begin + pool], key=self.length):
                if len(batch) == BATCH_SENTENCES or tokens + self.length(pair) > BATCH_TOKENS:
                    plan.append(batch)
                    batch, tokens = [], 0
                batch.append(pair)
                tokens += self.length(pair)
            plan.append(batch)
        self.generator.shuffle(plan)
        return plan

    def step(self):
        """Returns the subwords that were learnt to be written."""
        self.plan = self.plan or self.batches()
        batch = self.plan.pop()
        source = pad_sequence([self.source[pair] for pair in batch], batch_first=True, padding_value=PADDING)
        answer = pad_sequence([self.target[pair] for pair in batch], batch_first=True, padding_value=PADDING)
        read = torch.cat([torch.full((len(batch), 1), BEGIN), answer[:, :-1]], 1)
        self.optimizer.zero_grad()
        logits = self.model(source.clamp(min=0), source == PADDING, read.clamp(min=0), read == PADDING)
        nn.functional.cross_entropy(logits.flatten(0, 1), answer.flatten(), ignore_index=PADDING,
                                    label_smoothing=LABEL_SMOOTHING).backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        return sum(len(self.target[pair]) for pair in batch)


def lines_of(path):
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n") for line in lines]


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    network, threads, vocabulary, source, target = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    training = Training(network, sentencepiece.SentencePieceProcessor(model_file=vocabulary), source, target)
    for _ in range(3):
        training.step()
    subwords = sum(len(ids) for ids in training.target)
    parameters = sum(parameter.numel() for parameter in training.model.parameters())
    print(json.dumps({"name": "PyTorch " + torch.__version__.split("+")[0], "target_tokens": subwords,
                      "parameters": parameters}), flush=True)
    for line in sys.stdin:
        start, busy = time.perf_counter(), processor_seconds()
        tokens = sum(training.step() for _ in range(int(line)))
        print(json.dumps({"seconds": time.perf_counter() - start, "cpu": processor_seconds() - busy, "tokens": tokens}),
              flush=True)


if __name__ == "__main__":
    main()
