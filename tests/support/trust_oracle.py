#!/usr/bin/env python3
"""The published formulas of the audit once more, as plainly as they are printed, on made-up numbers.

Writes tests/golden/trust.json, which tests/metrics/trust/recorded_test.cpp holds the program against:
    python3 tests/support/trust_oracle.py > tests/golden/trust.json
Sources: Jain & Wallace 2019 (total variation, Jensen-Shannon), Kendall 1945 (tau-b; the p value by counting every order
where there are few, else by the normal approximation with ties as in Kendall 1970), DeYoung et al. 2020 (AOPC),
Edin et al. 2025 (the bounds of AOPC, by trying every order), Zheng et al. 2025 (F-Fidelity).
"""
import itertools
import json
import math
import random

EPSILON = 1e-10
SHARES = [0.01, 0.05, 0.10, 0.20, 0.50]


def total_variation(p, q):
    return 0.5 * sum(abs(a - b) for a, b in zip(p, q))


def kl(p, q):
    return sum(a * math.log((a + EPSILON) / (b + EPSILON)) for a, b in zip(p, q))


def js(p, q):
    middle = [(a + b) / 2 for a, b in zip(p, q)]
    return 0.5 * kl(p, middle) + 0.5 * kl(q, middle)


def sign(x):
    return (x > 0) - (x < 0)


def concordance(a, b):
    pairs = list(itertools.combinations(range(len(a)), 2))
    agree = [sign(a[i] - a[j]) * sign(b[i] - b[j]) for i, j in pairs]
    c, d = agree.count(1), agree.count(-1)
    ties_a = sum(1 for i, j in pairs if a[i] == a[j] and b[i] != b[j])
    ties_b = sum(1 for i, j in pairs if a[i] != a[j] and b[i] == b[j])
    return c, d, ties_a, ties_b


def tau_b(a, b):
    c, d, ties_a, ties_b = concordance(a, b)
    return (c - d) / math.sqrt((c + d + ties_a) * (c + d + ties_b))


def tau_p_exact(a, b):
    """Of every order of b, how many lie at least as far from no association."""
    c, d, _, _ = concordance(a, b)
    orders = list(itertools.permutations(b))
    far = sum(1 for order in orders if abs((lambda r: r[0] - r[1])(concordance(a, order))) >= abs(c - d))
    return min(1.0, far / len(orders))


def tau_p_normal(a, b):
    n = len(a)
    c, d, _, _ = concordance(a, b)
    groups = [[values.count(v) for v in set(values)] for values in (a, b)]
    v0 = n * (n - 1) * (2 * n + 5)
    vt, vu = [sum(t * (t - 1) * (2 * t + 5) for t in g) for g in groups]
    p1, p2 = [sum(t * (t - 1) for t in g) for g in groups]
    t1, t2 = [sum(t * (t - 1) * (t - 2) for t in g) for g in groups]
    variance = (v0 - vt - vu) / 18 + p1 * p2 / (2 * n * (n - 1)) + t1 * t2 / (9 * n * (n - 1) * (n - 2))
    return math.erfc(abs(c - d) / math.sqrt(variance) / math.sqrt(2))


def counts(n):
    return [math.ceil(round(share * n, 9)) for share in SHARES]


def aopc(n, answers):
    """answers[k]: p(c|x) less what is left with k words changed. One value per distinct count."""
    distinct = sorted(set(counts(n)))
    return sum(answers[k] for k in distinct) / len(distinct)


def order_bounds(n, left):
    """left[subset as bits]: p(c) without that subset; the mean drop over the steps before the last word goes."""
    means = []
    for order in itertools.permutations(range(n)):
        gone, total = 0, 0.0
        for i in order[:-1]:
            gone |= 1 << i
            total += left[0] - left[gone]
        means.append(total / (n - 1))
    return min(means), max(means)


def distribution(draw, n):
    values = [draw.random() ** 3 for _ in range(n)]
    return [v / sum(values) for v in values]


def soft(whole, nothing, softened, sufficiency):
    """Zhao & Aletras 2023, by S as they write it."""
    s = lambda p: 1 - max(0.0, whole - p)
    if 1 - s(nothing) < 1e-4:
        return None
    score = (s(softened) - s(nothing)) / (1 - s(nothing)) if sufficiency else (1 - s(softened)) / (1 - s(nothing))
    return min(1.0, max(0.0, score))


def racu(model, chance):
    """Madsen et al. 2022, at even steps."""
    area = lambda y: sum((y[k] + y[k + 1]) / 2 / (len(y) - 1) for k in range(len(y) - 1))
    score = area([b - m for m, b in zip(model, chance)]) / area([b - chance[-1] for b in chance])
    return min(1.0, max(-1.0, score))


def main():
    draw = random.Random(20240607)
    out = {"distances": [], "tau": [], "aopc": [], "bounds": [], "fidelity": []}
    for n in (2, 3, 7):
        p, q = distribution(draw, n), distribution(draw, n)
        if n == 7:
            p[2], p[0] = 0.0, p[0] + p[2]
        out["distances"].append({"p": p, "q": q, "tvd": total_variation(p, q), "kl": kl(p, q), "js": js(p, q)})
    for n, levels in ((2, 0), (5, 0), (7, 0), (8, 4), (23, 5), (60, 0), (61, 9)):
        value = (lambda: draw.randrange(levels)) if levels else draw.random
        a, b = [value() for _ in range(n)], [value() for _ in range(n)]
        if levels:
            p = tau_p_normal(a, b)
        else:
            p = tau_p_exact(a, b) if n <= 7 else tau_p_normal(a, b)
        out["tau"].append({"a": a, "b": b, "tau": tau_b(a, b), "p": p})
    for n in (1, 2, 12, 19, 40, 230):
        answers = [0.0] + [draw.uniform(-0.2, 1) for _ in range(n)]
        out["aopc"].append({"counts": counts(n), "values": [answers[k] for k in counts(n)], "aopc": aopc(n, answers)})
    for n in (2, 4, 6):
        left = [draw.random() for _ in range(1 << n)]
        low, high = order_bounds(n, left)
        out["bounds"].append({"n": n, "left": left, "low": low, "high": high})
    for n, size in ((20, 2), (20, 10), (100, 5), (7, 0)):
        drop = 0.0 if size == 0 else min(0.5, 0.1 * n / size)
        right, draws = draw.random() < 0.8, [draw.random() < 0.6 for _ in range(50)]
        score = int(right) - sum(draws) / len(draws)
        out["fidelity"].append({"n": n, "size": size, "drop": drop, "right": right, "draws": draws, "score": score})
    out["soft"], out["racu"] = [], []
    for _ in range(9):
        whole, nothing, softened = draw.uniform(0.5, 1), draw.uniform(0.1, 0.7), draw.uniform(0.1, 0.9)
        out["soft"].append({"whole": whole, "nothing": nothing, "softened": softened,
                            "nc": soft(whole, nothing, softened, False), "ns": soft(whole, nothing, softened, True)})
    for steps in (2, 5, 11):
        chance = 0.5
        curves = [[chance + draw.random() * 0.5 for _ in range(steps - 1)] + [chance] for _ in range(2)]
        out["racu"].append({"map": curves[0], "random": curves[1], "racu": racu(*curves)})
    print(json.dumps(out, indent=1))


main()
