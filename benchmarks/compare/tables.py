"""Markdown from raw results: medians over rounds, ratios to the relay, goals met or not."""
import statistics

from scenarios import RELAY, SCENARIOS, cpu


def median(results, figure):
    values = [result[figure.key] for result in results if figure.key in result]
    return statistics.median(values) * figure.scale if values else None


def by_scenario(lines):
    """{scenario: {broker: [result, …]}} of raw lines."""
    table = {}
    for line in lines:
        if "result" in line:
            table.setdefault(line["scenario"], {}).setdefault(line["broker"], []).append(line["result"])
    return table


def brokers_in(lines):
    names = []
    for line in lines:
        if "broker" in line and line["broker"] not in names:
            names.append(line["broker"])
    return names


def cell(value, digits):
    return "–" if value is None else f"{value:,.{digits}f}"


def row(scenario, figure, results, brokers, ours):
    values = {name: median(results.get(name, []), figure) for name in brokers}
    floor, own = values.get(RELAY), values.get(ours)
    ratio = "–" if not floor or own is None else f"{own / floor:.2f}"
    goal = ""
    if figure.goal is not None:
        met = None if own is None else figure.goal.met(round(own, figure.digits + 2), floor)
        goal = figure.goal.text(figure.digits) + {True: " ✓", False: " ✗", None: ""}[met]
    cells = [cell(values[name], figure.digits) for name in brokers]
    return f"| {scenario.title} | {figure.label} | {' | '.join(cells)} | {ratio} | {goal} |"


def growth(results, brokers, small, large):
    """How many times the CPU time for a message grows from 1,000 to 1,000,000 subscriptions."""
    def of(scenario, name):
        values = [r["cpu_ns_per_message"] for r in results.get(scenario, {}).get(name, [])]
        return statistics.median(values) if values else None
    return {name: of(large, name) / of(small, name) for name in brokers
            if of(small, name) and of(large, name)}


def comparison(lines, ours="pintbroker"):
    """The table of all scenarios that were measured."""
    brokers, results = brokers_in(lines), by_scenario(lines)
    rows = [f"| scenario | figure | {' | '.join(brokers)} | {ours} / relay | goal |",
            "|---|---|" + "--:|" * (len(brokers) + 1) + "---|"]
    for scenario in SCENARIOS:
        for figure in scenario.figures:
            if scenario.name in results:
                rows.append(row(scenario, figure, results[scenario.name], brokers, ours))
        if scenario.name == "subscriptions-1m" and scenario.name in results:
            grown = growth(results, brokers, "subscriptions-1k", "subscriptions-1m")
            if ours in grown:
                cells = [cell(grown.get(name), 2) for name in brokers]
                met = "✓" if grown[ours] <= 1.5 else "✗"
                rows.append(f"| 1,000 → 1,000,000 subscriptions | CPU per message grows, times | "
                            f"{' | '.join(cells)} | – | ≤ 1.50 {met} |")
    return "\n".join(rows)


def instruments(lines):
    """CPU time a message of brokers with instruments, beside the one without, which comes first."""
    brokers, results = brokers_in(lines), by_scenario(lines)
    rows = [f"| CPU ns/message | {' | '.join(brokers)} |", "|---|" + "--:|" * len(brokers)]
    for scenario in SCENARIOS:
        if scenario.name not in results:
            continue
        values = [median(results[scenario.name].get(name, []), cpu()) for name in brokers]
        cells = [cell(values[0], 0)]
        for value in values[1:]:
            more = "" if not value or not values[0] else f" ({100 * (value / values[0] - 1):+.0f} %)"
            cells.append(cell(value, 0) + more)
        rows.append(f"| {scenario.title} | {' | '.join(cells)} |")
    return "\n".join(rows)


def incomplete(lines):
    """A sentence for each broker and scenario in which not every message arrived as it must."""
    sentences = []
    for scenario, results in by_scenario(lines).items():
        for broker, rounds in results.items():
            bad = [result for result in rounds if not result["complete"]]
            if bad:
                why = "; ".join(bad[0].get("problems") or ["incomplete"])
                sentences.append(f"- {broker}, {scenario}: {len(bad)} of {len(rounds)} rounds were not "
                                 f"complete (the first: {why}).")
    return "\n".join(sentences) or "Every message arrived as it must, in every round of every broker."
