"""The process of a contestant in Python: contestant.py MODULE [COMMAND]. The same commands as contestant.js.

A module has VERSION and prepare(job, arrays), which gives a function that does the work of the job once.
"""
import importlib
import json
import resource
import statistics
import sys
import time

import numpy as np


def read_arrays(job):
    """The arrays that the parent has written, float32, by name."""
    return {
        name: np.fromfile(file["path"], np.float32).reshape(file["shape"])
        for name, file in job["files"].items()
    }


def sample(output, samples=256):
    """The same elements as sample() in nets.js."""
    flat = np.asarray(output).reshape(-1)
    step = max(1, flat.size // samples)
    return [float(value) for value in flat[::step][:samples]]


def timed(work, short):
    """Milliseconds of one run, with its losses or a sample of its outputs."""
    start = time.perf_counter()
    result = work(*short)
    milliseconds = 1000 * (time.perf_counter() - start)
    if "outputs" in result:
        result["outputs"] = sample(result["outputs"])
    return {**result, "milliseconds": milliseconds}


def measure(prepared, at_least, short):
    """Repeats short work until `at_least` milliseconds are over, and takes the median."""
    times = []
    end = time.perf_counter() + at_least / 1000
    while True:
        result = timed(prepared(), short)
        times.append(result["milliseconds"])
        if time.perf_counter() >= end:
            return {**result, "milliseconds": statistics.median(times)}


def main():
    contestant = importlib.import_module(sys.argv[1])
    prepared = None
    for line in sys.argv[2:] or sys.stdin:
        message = json.loads(line)
        command = message["command"]
        if command == "version":
            answer = {"version": contestant.VERSION}
        elif command == "run":
            answer = measure(prepared, message["atLeast"], message.get("short", []))
        else:
            prepared = contestant.prepare(message["job"], read_arrays(message["job"]))
            answer = {}
            if command == "memory":
                answer = timed(prepared(), [])
                answer["kilobytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({"answer": answer}), flush=True)


main()
