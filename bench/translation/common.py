"""What the comparisons share: the environment of the peers, programs that are timed, rows and their file."""

import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time

RESULTS = "bench/translation/peers.jsonl"
ENVIRONMENT = "build/bench-translation/env"
PACKAGES = {
    "torch": ["torch==2.15.0"],
    "sentencepiece": ["sentencepiece"],
    "ctranslate2": ["ctranslate2"],
    "eflomal": ["eflomal"],
    "sacrebleu": ["sacrebleu"],
}


def python_with(*modules):
    """A Python that has these modules; installs what is missing."""
    python = os.environ.get("FOVEA_BENCH_PYTHON", ENVIRONMENT + "/bin/python")
    if not os.path.exists(python):
        subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True)
    for module in modules:
        # Found without being loaded: what a module needs may not be there to be loaded twice.
        found = [python, "-c", f"import importlib.util as u, sys; sys.exit(u.find_spec('{module}') is None)"]
        if subprocess.run(found).returncode:
            print(f"installing {module} into {ENVIRONMENT}", file=sys.stderr)
            install = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "numpy", *PACKAGES[module]]
            subprocess.run(install, check=True)
    return python


def call(command, **more):
    """What a program prints."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)
    if ended.returncode:
        sys.exit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")
    return ended.stdout


def timed_call(command):
    """Seconds by the clock and of processor time, and what is printed."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    printed = call(command)
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, printed


def processor_seconds_of(process):
    """Those of all threads of a process that still runs, from the time it began."""
    with open(f"/proc/{process.pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Peer:
    """A program that prints one line of JSON when it is ready, and another for each line that it is sent."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.told = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{' '.join(self.process.args)} ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def fovea_training(command):
    """Runs fovea train; gives its report with the processor seconds of the steps as "cpu" in report["training"].

    The program tells on standard error when its steps begin and when they are over. Evaluation and saving lie between
    the two; their share of the processor's time is taken to be that of the clock's.
    """
    process = subprocess.Popen([*command, "--json", "--profile"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True)
    told, at = [], {}

    def watch():
        for line in process.stderr:
            told.append(line)
            for word, when in (("training", "began"), ("stopped after", "ended")):
                if line.strip().startswith(word) and when not in at:
                    at[when] = processor_seconds_of(process)

    watcher = threading.Thread(target=watch)
    watcher.start()
    printed = process.stdout.read()
    watcher.join()
    if process.wait():
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{''.join(told)}")
    report = json.loads(printed)
    training = report["training"]
    training["step_seconds"] = training["seconds"] - training["profile"]["evaluation"] - training["profile"]["saving"]
    training["cpu"] = (at["ended"] - at["began"]) * training["step_seconds"] / training["seconds"]
    return report


def rounded(value, digits=4):
    return None if value is None else float(f"{value:.{digits}g}")


def median_and_spread(values):
    """The median, and the lowest and highest."""
    if not values:
        return None, None
    return rounded(statistics.median(values)), [rounded(min(values)), rounded(max(values))]


def kept_rows():
    if not os.path.exists(RESULTS):
        return []
    with open(RESULTS, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Results:
    """Rows by their case, threads and peer; a row that is measured again replaces the one before."""

    def __init__(self, fovea, command):
        self.info = json.loads(call([fovea, "info", "--json"]))
        self.command = command

    def add(self, part, case, threads, peer_name, **values):
        row = {"part": part, "case": case, "threads": threads, "peer_name": peer_name, **values, "seed": 1,
               "command": self.command, "date": datetime.date.today().isoformat(),
               "processor": self.info["processor"], "instruction_set": self.info["instruction_set"],
               "load": round(os.getloadavg()[0], 1)}
        key = ("part", "case", "threads", "peer_name")
        rows = kept_rows()
        places = [i for i, other in enumerate(rows) if all(other[name] == row[name] for name in key)]
        rows[slice(places[0], places[0] + 1) if places else slice(len(rows), None)] = [row]
        with open(RESULTS + ".new", "w", encoding="utf-8") as out:
            out.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
        os.replace(RESULTS + ".new", RESULTS)
        print(json.dumps(row, ensure_ascii=False), flush=True)

    def add_rates(self, part, case, threads, peer_name, ours, theirs, **more):
        """`ours`, `theirs`: lists of (by the clock, by processor time), target subwords a second."""
        values = dict(more)
        for who, rates in (("ours", ours), ("peer", theirs)):
            for kind, index in (("", 0), ("_cpu", 1)):
                values[who + kind], values[who + kind + "_spread"] = median_and_spread([rate[index] for rate in rates])
        for kind in ("", "_cpu"):
            have = values["ours" + kind], values["peer" + kind]
            values["ratio" + kind] = rounded(have[0] / have[1], 3) if None not in have else None
        self.add(part, case, threads, peer_name, unit="subwords/s", timings=len(ours), peer_timings=len(theirs), **values)
