"""Mean and spread over seeds of the `accuracy` in JSON results: summary.py SET NAME FILE..."""

import json
import statistics
import sys


def line(dataset, name, accuracies):
    values = [100 * value for value in accuracies]
    spread = statistics.stdev(values) if len(values) > 1 else 0.0
    each = " ".join(f"{value:.1f}" for value in values)
    return f"{dataset}\t{name}\tmean {statistics.mean(values):.2f}\tsd {spread:.2f}\t{each}"


if __name__ == "__main__":
    print(line(sys.argv[1], sys.argv[2], [json.load(open(path))["accuracy"] for path in sys.argv[3:]]))
