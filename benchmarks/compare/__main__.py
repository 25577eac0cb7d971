"""What ./bench runs once everything is built: see its --help."""
import argparse
import json
import shlex
import shutil
import signal
import sys
from pathlib import Path

import brokers
import curves
import page
from machine import TOP, description
from measure import Measure
from scenarios import RELAY, SCENARIOS, WITH_INSTRUMENTS, chosen
from tables import comparison, incomplete, instruments

FLOOR_CANNOT = "the relay is no broker: it cannot do this"


def arguments():
    parser = argparse.ArgumentParser(
        prog="./bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Compare this broker with Debian's Mosquitto and with a relay: the socket work alone.",
        epilog="scenarios: " + ", ".join(scenario.name for scenario in SCENARIOS) + """

Brokers run on the first CPU and the load on the second; each measurement starts a fresh broker; rounds are
interleaved; figures are medians. Raw results go to build/bench/*.jsonl.""")
    parser.add_argument("what", nargs="?", default="compare",
                        choices=("compare", "curves", "instruments", "all", "page"),
                        help="compare: the table (default); curves: how costs grow; instruments: what "
                             "journal and lint cost; all: these, then page; page: docs/performance.md and "
                             "its plots from the raw results of `all`")
    parser.add_argument("--build", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a few scenarios, one round: less than a minute")
    parser.add_argument("--scenarios", default="",
                        help="comma-separated names, with curves those of curves; default: all")
    parser.add_argument("--brokers", default="", help="comma-separated names; default: all there are")
    parser.add_argument("--broker", action="append", default=[], metavar="NAME=COMMAND",
                        help="one more; {port} is its port, {conf:FILE} a copy of FILE with {port} filled in")
    parser.add_argument("--rounds", type=int, help="default 3, with --quick 1")
    parser.add_argument("--time", help="how long each measurement sends; default 1500ms, with --quick 500ms")
    return parser.parse_args()


def names_in(text):
    return [name for name in text.split(",") if name]


def brokers_of(given):
    known = brokers.built_in(given.build) + [brokers.given(text) for text in given.broker]
    names = names_in(given.brokers) or [broker.name for broker in known]
    unknown = set(names) - {broker.name for broker in known}
    if unknown:
        raise SystemExit(f"bench: no such broker: {', '.join(sorted(unknown))}; there are "
                         f"{', '.join(broker.name for broker in known)}")
    return [broker for broker in known if broker.name in names]


class Results:
    """Raw results, one JSON line each, written as they come."""

    def __init__(self, path, command, compared):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", encoding="utf-8")
        self.lines = []
        self.add(description(command, compared))

    def add(self, line):
        self.lines.append(line)
        self.file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.file.flush()


def progress(text):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def measure_into(results, measure, scenario, broker, more):
    """One measurement; a broker that fails is said and left out."""
    try:
        results.add({"scenario": scenario.name, "broker": broker.name, **more,
                     "result": measure.once(scenario, broker)})
        return True
    except Exception as error:  # whatever a broker does wrong must not end the others' run
        progress("")
        print(f"bench: {broker.name}, {scenario.name}: {error}", file=sys.stderr)
        return False


def measure_rounds(given, scenarios, compared, measure, results):
    """Every scenario with every broker that can do it, in turns."""
    rounds = given.rounds or (1 if given.quick else 3)
    for number, scenario in enumerate(scenarios, 1):
        for turn in range(rounds):
            for broker in compared:
                progress(f"{number}/{len(scenarios)} {scenario.name}, round {turn + 1}, {broker.name}")
                if broker.name != RELAY or scenario.relay:
                    measure_into(results, measure, scenario, broker, {"round": turn + 1})
    progress("")


def compare(given, compared, measure, command):
    results = Results(TOP / "build/bench/results.jsonl", command, compared)
    measure_rounds(given, chosen(names_in(given.scenarios), given.quick), compared, measure, results)
    print(comparison(results.lines))
    print("\n" + incomplete(results.lines))


def compare_instruments(given, measure, command):
    compared = brokers.instrumented(given.build)
    results = Results(TOP / "build/bench/instruments.jsonl", command, compared)
    names = names_in(given.scenarios) if given.what == "instruments" else []
    measure_rounds(given, chosen(names or WITH_INSTRUMENTS), compared, measure, results)
    print(instruments(results.lines))
    print("\n" + incomplete(results.lines))


def draw_curves(given, compared, measure, command):
    results = Results(TOP / "build/bench/curves.jsonl", command, compared)
    for curve in curves.chosen(names_in(given.scenarios) if given.what == "curves" else []):
        gone = set()
        for at in curve.measurable():
            for broker in compared:
                if broker.name in gone or (broker.name == RELAY and not curve.relay):
                    continue
                progress(f"{curve.name} at {at:,}, {broker.name}")
                if not measure_into(results, measure, curve.scenario(at), broker, {"at": at}):
                    gone.add(broker.name)  # what it could not do here, it cannot do with more
    progress("")


def keep_for_page():
    for name in ("results.jsonl", "curves.jsonl", "instruments.jsonl"):
        shutil.copy(TOP / "build/bench" / name, TOP / "docs/performance" / name)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended
    given = arguments()
    measure = Measure(given.build / "app/pintbroker", given.time or ("500ms" if given.quick else "1500ms"),
                      5 if given.quick else 20)
    words = [word for word in sys.argv[1:] if not word.startswith("--build")]
    command = shlex.join(["./bench", *words])
    if given.what in ("compare", "all"):
        compare(given, brokers_of(given), measure, command)
    if given.what in ("curves", "all"):
        draw_curves(given, brokers_of(given), measure, command)
    if given.what in ("instruments", "all"):
        compare_instruments(given, measure, command)
    if given.what == "all":
        keep_for_page()
    if given.what in ("page", "all"):
        page.write()


if __name__ == "__main__":
    main()
