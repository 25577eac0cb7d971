#!/usr/bin/env python3
"""Fuzz each target until it has had so much CPU time, and keep the record: what `./fuzz hours` runs.

  tests/fuzz/hours.py BUILD [--cpu-seconds 3600] [--jobs N] [--slice SECONDS] [TARGET ...]

A target's time is divided into slices, and the target with the least time is next, so that an end at any
moment leaves all of them equally far. CPU time is what the system charged to the process, not what a
clock showed. A run that is interrupted goes on where it was: BUILD/hours.jsonl has one line for each
slice, and the table is made from it. A slice that finds something ends the run with exit code 1 and the
name of the input.
"""
import argparse
import collections
import contextlib
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = TOP / "tests/fuzz"
BINARY_INPUT = {"frame", "codec", "engine", "journal"}


def commit():
    asked = subprocess.run(["git", "-C", TOP, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return asked.stdout.strip()


class Record:
    """The slices there were, as lines of JSON, and the sums of each target."""

    def __init__(self, path):
        self.path = path
        lines = path.read_text().splitlines() if path.exists() else []
        self.slices = [json.loads(line) for line in lines]

    def add(self, entry):
        self.slices.append(entry)
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def cpu_seconds(self, target):
        return sum(s["cpu_seconds"] for s in self.slices if s["target"] == target)

    def table(self):
        lines = ["| target | CPU | executions | edges reached | counters | findings |",
                 "|---|--:|--:|--:|--:|---|"]
        for target in sorted({s["target"] for s in self.slices}):
            of_it = [s for s in self.slices if s["target"] == target]
            findings = [s["finding"] for s in of_it if s["finding"]]
            lines.append(f"| `{target}` | {sum(s['cpu_seconds'] for s in of_it):,.0f} s "
                         f"| {sum(s['executions'] for s in of_it):,} | {max(s['edges'] for s in of_it):,} "
                         f"| {max(s['counters'] for s in of_it):,} | {', '.join(findings) or 'none'} |")
        return "\n".join(lines)


class Slice:
    """One process of one target, begun; end() gives its line for the record."""

    def __init__(self, build, target, seconds):
        self.target = target
        found, self.findings = build / "found" / target, build / "findings" / target
        found.mkdir(parents=True, exist_ok=True)
        self.findings.mkdir(parents=True, exist_ok=True)
        self.before = set(os.listdir(self.findings))
        self.log = build / f"hours.{target}.log"
        words = "mqtt.dict" if target in BINARY_INPUT else "text.dict"
        folders = [found, HERE / "corpus" / target, HERE / "regressions" / target]
        program = build / "tests/fuzz" / f"pint_fuzz_{target}"
        # By the clock, which goes on while others have the processor: so long that only what hangs is found.
        patience = ["-timeout=300", "-report_slow_units=300"]
        command = [program, f"-max_total_time={seconds}", "-max_len=1024", *patience, "-print_final_stats=1",
                   f"-dict={HERE / words}", f"-artifact_prefix={self.findings}/",
                   *[f for f in folders if f.exists()]]
        with self.log.open("w") as log:
            self.started = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)

    def end(self, status, usage):
        text = self.log.read_text(errors="replace")
        progress = re.findall(r"cov: (\d+) ft: (\d+)", text)
        executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", text)
        new = sorted(set(os.listdir(self.findings)) - self.before)
        finding = new[0] if new else f"exit status {status}" if status else ""
        return {"target": self.target, "date": datetime.date.today().isoformat(), "commit": commit(),
                "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
                "executions": int(executed.group(1)) if executed else 0,
                "edges": int(progress[-1][0]) if progress else 0,
                "counters": int(progress[-1][1]) if progress else 0, "finding": finding}


def run(build, record, targets, arguments):
    running = {}
    while True:
        remaining = [t for t in targets if record.cpu_seconds(t) < arguments.cpu_seconds]
        at_work = {each.target for each in running.values()}
        free = collections.deque(sorted(set(remaining) - at_work, key=record.cpu_seconds))
        while free and len(running) < arguments.jobs:
            begun = Slice(build, free.popleft(), arguments.slice)
            running[begun.started.pid] = begun
        if not running:
            return None
        pid, status, usage = os.wait4(-1, 0)
        entry = running.pop(pid).end(os.waitstatus_to_exitcode(status), usage)
        record.add(entry)
        print(f"fuzz: {entry['target']}: {record.cpu_seconds(entry['target']):,.0f} s of CPU so far, "
              f"{entry['edges']:,} edges", file=sys.stderr)
        if entry["finding"]:
            for other in running.values():
                other.started.terminate()
            return entry


def make_way():
    """Leave the processors to whatever else runs. Where the scheduler groups processes by session, a process'
    own niceness counts only within its group."""
    os.nice(19)
    with contextlib.suppress(OSError):
        pathlib.Path("/proc/self/autogroup").write_text("19")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--cpu-seconds", type=int, default=3600, help="of each target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="at once (default: cores)")
    parser.add_argument("--slice", type=int, default=300, help="seconds a process runs (default 300)")
    arguments = parser.parse_intermixed_args()
    programs = sorted((arguments.build / "tests/fuzz").glob("pint_fuzz_*"))
    names = [p.name.removeprefix("pint_fuzz_") for p in programs if os.access(p, os.X_OK) and p.is_file()]
    record = Record(arguments.build / "hours.jsonl")
    make_way()
    failed = run(arguments.build, record, arguments.targets or names, arguments)
    print(record.table())
    if failed:
        sys.exit(f"fuzz: {failed['target']} found something: {failed['finding']}")


if __name__ == "__main__":
    main()
