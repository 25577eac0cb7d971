"""docs/performance.md: the parts that are made from raw results, and the plots beside it.

A part stands between <!-- bench: NAME --> and <!-- /bench -->; what is between is replaced. The rest is
written by hand.
"""
import json
import re

import tables
from machine import TOP

PAGE = TOP / "docs/performance.md"
RAW = TOP / "docs/performance"
PART = re.compile(r"(<!-- bench: (\S+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def read(name):
    with (RAW / name).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def how_measured(lines):
    head = lines[0]
    versions = "; ".join(f"{name}: {version}" for name, version in head["brokers"].items())
    return "\n".join([
        f"| date | {head['date']}, commit {head['commit']} |", "|---|---|",
        f"| command | `{head['command']}` |",
        f"| machine | {head['cpu']}, {head['memory']}, {head['system']} |",
        f"| load average before | {head['load']:.1f} |",
        f"| compiler | {head['compiler']} |",
        f"| brokers | {versions} |"])


def curve_table(lines):
    """Each curve as a plot, and as a table for those who want the numbers."""
    from curves import CURVES
    parts = []
    for curve in CURVES:
        points = [line for line in lines if line.get("scenario") == curve.name]
        names = tables.brokers_in(points)
        if not points:
            continue
        parts.append(f"**{curve.title}**\n\n![{curve.title}](performance/{curve.name}.svg)\n")
        parts.append(f"| {curve.x} | {' | '.join(names)} |\n|--:|" + "--:|" * len(names))
        for at in curve.points:
            values = {line["broker"]: line["result"].get(curve.key) for line in points if line["at"] == at}
            parts.append(f"| {at:,} | {' | '.join(tables.cell(values.get(name), 0) for name in names)} |")
        parts.append("")
    return "\n".join(parts).rstrip()


def parts():
    results, grown, instruments = read("results.jsonl"), read("curves.jsonl"), read("instruments.jsonl")
    return {"machine": how_measured(results), "comparison": tables.comparison(results),
            "incomplete": tables.incomplete(results), "curves-machine": how_measured(grown),
            "curves": curve_table(grown), "instruments-machine": how_measured(instruments),
            "instruments": tables.instruments(instruments)}


def filled(text):
    """The page with its made parts made anew."""
    made = parts()
    return PART.sub(lambda found: f"{found[1]}\n{made[found[2]]}\n\n{found[3]}", text)


def write():
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    try:
        import plot
    except ImportError:
        print("bench: no plots: they need python3-matplotlib (tools/setup bench installs it)")
        return
    plot.draw_all(read("curves.jsonl"), RAW)
