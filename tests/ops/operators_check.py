"""What torch itself checks of an operator: gradcheck in double, opcheck (schema, autograd, shape-only form, recording)
in float, and that a compiled step gives what an eager one gives. Run by script/check-operators."""

import itertools
import pathlib
import sys
import unittest

import fovea_ops  # noqa: F401  loads torch.ops.fovea
import torch

fovea = torch.ops.fovea
GATES = {"lstm": 4, "gru": 3, "gru_reset_before": 3, "elman_tanh": 1, "elman_relu": 1}
SCORES = ("additive", "dot", "scaled_dot", "general")
NORMALISERS = ("softmax", "sparsemax", "entmax15")


def awkward(*shape, scale=1.0, salt=0, dtype=torch.float32):
    count = torch.Size(shape).numel()
    return (scale * torch.sin(1.7 * torch.arange(1, count + 1, dtype=torch.float64) + salt)).reshape(shape).to(dtype)


def offsets(*lengths):
    return torch.tensor([0, *itertools.accumulate(lengths)])


def recurrence_sample(cell, directions, dtype, grad=True):
    rows, width, hidden, gates = 6, 3, 5, GATES[cell]
    leaf = lambda *shape, salt: awkward(*shape, scale=0.7, salt=salt, dtype=dtype).requires_grad_(grad)
    weights = []
    for d in range(directions):
        shapes = ((gates * hidden, width), (gates * hidden, hidden), (gates * hidden,), (gates * hidden,))
        weights += [leaf(*shape, salt=10 * d + i) for i, shape in enumerate(shapes)]
    named = {"cell": cell, "initial_hidden": leaf(directions, 4, hidden, salt=31)}
    if cell == "lstm":
        named["initial_cell"] = leaf(directions, 4, hidden, salt=32)
    return (leaf(rows, width, salt=30), offsets(3, 0, 1, 2), weights), named


def attend_sample(score, normaliser, several, dtype, grad=True):
    rows, queries = (3, 0, 1, 2), (2, 1, 0, 3) if several else (1, 1, 1, 1)
    D, A = 3, 4
    leaf = lambda *shape, salt: awkward(*shape, salt=salt, dtype=dtype).requires_grad_(grad)
    projected = score in ("additive", "general")
    named = {"score": score, "normaliser": normaliser}
    if projected:
        named["memory_projection"] = leaf(A, D, salt=2)
    if score == "additive":
        named["score_vector"] = leaf(A, salt=3)
    if several:
        named["weight_count"] = sum(r * n for r, n in zip(queries, rows))
    positional = [leaf(sum(queries), A if projected else D, salt=0), leaf(sum(rows), D, salt=1), offsets(*rows)]
    return (*positional, offsets(*queries) if several else None), named


def heads_sample(score, ranges, hand_out, dtype):
    """Keys of the caller's own, two heads, and a range of rows for each query."""
    rows, queries = (3, 0, 1, 2), (2, 1, 0, 3)
    leaf = lambda *shape, salt: awkward(*shape, salt=salt, dtype=dtype).requires_grad_(True)
    named = {"score": score, "heads": 2, "keys": leaf(6, 4, salt=5), "weight_count": 12, "hand_out": hand_out}
    if score == "additive":
        named["score_vector"] = leaf(4, salt=3)
    if ranges:
        named["visible"] = torch.tensor([[0, 1], [1, 3], [0, 0], [0, 0], [0, 2], [1, 2]])
    else:
        named["causal"] = True
    return (leaf(6, 4, salt=0), leaf(6, 2, salt=1), offsets(*rows), offsets(*queries)), named


def tensors_of(sample):
    positional, named = sample
    flat = [t for p in positional for t in (p if isinstance(p, list) else [p])] + list(named.values())
    return [t for t in flat if isinstance(t, torch.Tensor) and t.requires_grad]


def gradcheck(operator, sample):
    """torch.autograd.gradcheck by every tensor of the sample that wants a gradient, named ones and lists included."""
    positional, named = sample
    leaves = tensors_of(sample)

    def call(*values):
        new = {id(old): value for old, value in zip(leaves, values)}
        swap = lambda t: [swap(one) for one in t] if isinstance(t, list) else new.get(id(t), t)
        return operator(*map(swap, positional), **{key: swap(value) for key, value in named.items()})

    return torch.autograd.gradcheck(call, leaves)


class Operators(unittest.TestCase):
    def test_recurrence(self):
        for cell, directions in itertools.product(GATES, (1, 2)):
            with self.subTest(cell=cell, directions=directions):
                if cell != "elman_relu":  # has a corner
                    self.assertTrue(gradcheck(fovea.recurrence, recurrence_sample(cell, directions, torch.float64)))
                args, named = recurrence_sample(cell, directions, torch.float32)
                torch.library.opcheck(fovea.recurrence, args, named)
                torch.library.opcheck(fovea.recurrence_with_last, args, named)

    def test_attend(self):
        for score, normaliser, several in itertools.product(SCORES, NORMALISERS, (False, True)):
            with self.subTest(score=score, normaliser=normaliser, several=several):
                self.assertTrue(gradcheck(fovea.attend, attend_sample(score, normaliser, several, torch.float64)))
                for dtype in (torch.float32, torch.float64):
                    args, named = attend_sample(score, normaliser, several, dtype)
                    torch.library.opcheck(fovea.attend, args, named)

    def test_attend_with_heads_and_ranges(self):
        for score, ranges, hand_out in itertools.product(("additive", "scaled_dot"), (False, True), (True, False)):
            with self.subTest(score=score, ranges=ranges, hand_out=hand_out):
                self.assertTrue(gradcheck(fovea.attend, heads_sample(score, ranges, hand_out, torch.float64)))
                for dtype in (torch.float32, torch.float64):
                    args, named = heads_sample(score, ranges, hand_out, dtype)
                    torch.library.opcheck(fovea.attend, args, named)

    def test_lookup(self):
        ids = torch.tensor([4, 0, 4, 6, 2, 0])
        table = awkward(7, 3, dtype=torch.float64).requires_grad_()
        self.assertTrue(torch.autograd.gradcheck(lambda t: fovea.lookup(t, ids), table))
        mix = awkward(6, 3, salt=5, dtype=torch.float64)
        dense, sparse = (torch.autograd.grad((fovea.lookup(table, ids, sparse=kind) * mix).sum(), table)[0]
                         for kind in (False, True))  # gradcheck wants the layout of the table
        self.assertEqual(sparse.layout, torch.sparse_coo)
        self.assertTrue(torch.equal(dense, sparse.to_dense()))
        torch.library.opcheck(fovea.lookup, (awkward(7, 3).requires_grad_(), ids))

    def test_row_adam(self):
        tensors = lambda: [awkward(7, 3), torch.zeros(7, 3), torch.zeros(7, 3), torch.zeros(7, dtype=torch.int64),
                           torch.zeros(7, dtype=torch.float64)]
        torch.library.opcheck(fovea.row_adam, (*tensors(), torch.tensor([1, 4]), awkward(2, 3, salt=1)), {"rate": 0.1})
        torch.library.opcheck(fovea.settle_rows, tensors(), {"decay_sum": -0.01})
        table, *rest = tensors()
        before = table.clone()
        fovea.row_adam(table, *rest, torch.tensor([1, 4]), awkward(2, 3, salt=1), rate=0.1)
        self.assertEqual((table != before).any(1).tolist(), [False, True, False, False, True, False, False])
        with self.assertRaisesRegex(RuntimeError, "rise without repeats"):
            fovea.row_adam(table, *rest, torch.tensor([4, 4]), awkward(2, 3), rate=0.1)

    def test_a_compiled_step_is_the_eager_one(self):
        def step(table, ids, sequence_offsets, query, projection, vector, *weights):
            memory = fovea.recurrence(fovea.lookup(table, ids), sequence_offsets, weights, cell="gru")
            context, weight, _ = fovea.attend(query, memory, sequence_offsets, memory_projection=projection,
                                              score_vector=vector, normaliser="entmax15")
            return context.square().sum() + (weight * torch.arange(len(weight))).sum()

        def gradients(function):
            (values, sequence_offsets, weights), _ = recurrence_sample("gru", 2, torch.float32)
            leaves = [awkward(9, 3).requires_grad_(), awkward(4, 6, salt=1).requires_grad_(),
                      awkward(6, 10, salt=2).requires_grad_(), awkward(6, salt=3).requires_grad_(), *weights]
            ids = torch.tensor([8, 1, 1, 0, 5, 8])
            loss = function(leaves[0], ids, sequence_offsets, *leaves[1:])
            return [loss.detach(), *torch.autograd.grad(loss, leaves)]

        compiled = torch.compile(step, backend="aot_eager", fullgraph=True)
        for eager, recorded in zip(gradients(step), gradients(compiled)):
            torch.testing.assert_close(recorded, eager)

    def test_second_derivatives_are_refused_in_words(self):
        for operator, sample in ((fovea.recurrence, recurrence_sample("lstm", 1, torch.float32)),
                                 (fovea.attend, attend_sample("additive", "softmax", False, torch.float32))):
            out = operator(*sample[0], **sample[1])
            out = out[0] if isinstance(out, tuple) else out
            with self.assertRaisesRegex(RuntimeError, "second derivatives are not there"):
                torch.autograd.grad(out.square().sum(), tensors_of(sample)[0], create_graph=True)

    def test_mistakes_are_told_in_words(self):
        args, named = attend_sample("additive", "softmax", True, torch.float32)
        for change, words in (({"score": "cosine"}, "no score is called 'cosine'; there are additive dot"),
                              ({"normaliser": "argmax"}, "no normaliser is called 'argmax'"),
                              ({"weight_count": 5}, "weight_count is 5, but there are 12 weights"),
                              ({"causal": True}, "causal masks are not supported yet"),
                              ({"heads": 2}, "several heads are not supported yet")):
            with self.assertRaisesRegex((RuntimeError, ValueError), words):
                fovea.attend(*args, **{**named, **change})
        with self.assertRaisesRegex(ValueError, "no cell is called 'rnn'"):
            fovea.recurrence(*recurrence_sample("lstm", 1, torch.float32)[0], cell="rnn")
        args, _ = attend_sample("dot", "softmax", True, torch.float32)
        on_meta = [t.to("meta") for t in args]
        with self.assertRaisesRegex(ValueError, "tell weight_count"):
            fovea.attend(*on_meta, score="dot")

    def test_the_example_of_the_documents_runs(self):
        page = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "kernels.md").read_text()
        example = page.split("```python\n")[1].split("```")[0]
        names = {}
        exec(example, names)
        self.assertEqual((names["context"].shape, names["weights"].shape), ((3, 256), (30,)))

    def test_another_torch_is_refused_in_words(self):
        kept = torch.__version__
        torch.__version__ = "1.2.3"
        try:
            with self.assertRaisesRegex(ImportError, "was built with torch .* but this Python has torch 1.2.3"):
                fovea_ops.check_version(fovea_ops.LIBRARY)
        finally:
            torch.__version__ = kept


if __name__ == "__main__":
    torch.manual_seed(1)
    print(f"torch {torch.__version__}, {fovea_ops.LIBRARY}", file=sys.stderr)
    unittest.main(verbosity=2)
