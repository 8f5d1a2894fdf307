"""NB-SVM (Wang & Manning 2012) by scikit-learn: binary 1- to 3-grams scaled by their log-count ratios, and a linear SVM on
them for each class against the others, interpolated with its mean weight. C and the interpolation are chosen on a tenth
of the training rows; the model is then fitted to all of them.
"""

import itertools

import numpy
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.svm import LinearSVC

from sets import tenth, tokens

GRID = tuple(itertools.product((0.03, 0.1, 0.3, 1.0), (1.0, 0.25)))  # C, interpolation


def _ngrams(text):
    words = tokens(text)
    return [" ".join(words[i : i + n]) for n in (1, 2, 3) for i in range(len(words) - n + 1)]


def _ratio(features, positive):
    inside = 1 + numpy.asarray(features[positive].sum(0)).ravel()
    outside = 1 + numpy.asarray(features[~positive].sum(0)).ravel()
    return numpy.log(inside / inside.sum()) - numpy.log(outside / outside.sum())


def _correct(train, test, grid):
    """For each of the grid, how many test rows it answers rightly."""
    counter = CountVectorizer(analyzer=_ngrams, binary=True)
    features = sparse.csr_matrix(counter.fit_transform([text for _, text in train]), dtype=numpy.float64)
    held_out = sparse.csr_matrix(counter.transform([text for _, text in test]), dtype=numpy.float64)
    labels = numpy.array([label for label, _ in train])
    classes = sorted(set(labels))
    scores = {choice: [] for choice in grid}
    for one in classes[1:] if len(classes) == 2 else classes:
        ratio = _ratio(features, labels == one)
        scaled = features.multiply(ratio).tocsr()
        for c in sorted({choice[0] for choice in grid}):
            svm = LinearSVC(C=c, max_iter=3000, random_state=1).fit(scaled, labels == one)
            own = svm.coef_.ravel()
            for blend in [choice[1] for choice in grid if choice[0] == c]:
                weights = ratio * ((1 - blend) * numpy.abs(own).mean() + blend * own)
                scores[c, blend].append(held_out @ weights + svm.intercept_[0])
    correct = {}
    for choice, found in scores.items():
        best = (found[0] > 0).astype(int) if len(classes) == 2 else numpy.argmax(found, 0)
        correct[choice] = sum(classes[i] == label for i, (label, _) in zip(best, test))
    return correct


def accuracy(train, test, seed):
    del seed  # nothing is left to chance
    fit = [row for row in train if tenth(row[1]) != 0]
    tuned = _correct(fit, [row for row in train if tenth(row[1]) == 0], GRID)
    best = max(GRID, key=lambda choice: tuned[choice])
    return _correct(train, test, (best,))[best] / len(test)
