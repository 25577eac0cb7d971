"""The parts of ./bench: tables from raw results, brokers' commands, the page, and the relay as a floor."""
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(TOP / "benchmarks" / "compare"))

import brokers  # noqa: E402
import curves  # noqa: E402
import measure  # noqa: E402
import page  # noqa: E402
import scenarios  # noqa: E402
import tables  # noqa: E402


def line(scenario, broker, complete=True, **result):
    return {"scenario": scenario, "broker": broker, "round": 1, "result": {"complete": complete, **result}}


def row_of(table, *words):
    """The cells of the row in which the words stand."""
    for text in table.splitlines():
        if all(word in text for word in words):
            return [cell.strip() for cell in text.strip("|").split("|")]
    raise AssertionError(f"{words} are not in\n{table}")


class Tables(unittest.TestCase):
    def test_a_cell_is_the_median_over_rounds(self):
        lines = [line("q0", "pintbroker", cpu_ns_per_message=value) for value in (300, 100, 120)]
        self.assertEqual(row_of(tables.comparison(lines), "QoS 0, 1 → 1 ")[2], "120")

    def test_the_ratio_is_to_the_relay_and_the_goal_may_be(self):
        def goal(ours):
            lines = [line("q0-16k", "relay", cpu_ns_per_message=1000),
                     line("q0-16k", "pintbroker", cpu_ns_per_message=ours)]
            return row_of(tables.comparison(lines), "16 kB")[-2:]
        self.assertEqual(goal(1000), ["1.00", "≤ 1 × relay ✓"])
        self.assertEqual(goal(1250), ["1.25", "≤ 1 × relay ✗"])

    def test_a_goal_that_is_a_number_is_met_or_not(self):
        def goal(ours):
            return row_of(tables.comparison([line("q0", "pintbroker", cpu_ns_per_message=ours)]), "QoS 0")[-1]
        self.assertEqual((goal(140), goal(141)), ("≤ 140 ✓", "≤ 140 ✗"))

    def test_what_a_broker_has_no_result_for_is_a_dash(self):
        lines = [line("q0", "relay", cpu_ns_per_message=1), line("q1", "pintbroker", cpu_ns_per_message=2)]
        table = tables.comparison(lines)
        self.assertEqual(row_of(table, "QoS 0, 1 → 1 ")[2:5], ["1", "–", "–"])
        self.assertEqual(row_of(table, "QoS 1, 1 → 1 ")[2:5], ["–", "2", "–"])

    def test_growth_is_from_a_thousand_subscriptions_to_a_million(self):
        lines = [line("subscriptions-1k", "pintbroker", cpu_ns_per_message=100),
                 line("subscriptions-1m", "pintbroker", cpu_ns_per_message=160)]
        self.assertEqual(row_of(tables.comparison(lines), "1,000 → 1,000,000")[2:], ["1.60", "–", "≤ 1.50 ✗"])

    def test_rounds_that_lost_something_are_told(self):
        lines = [line("q0", "other", problems=[]),
                 line("q0", "other", complete=False, problems=["lost: 7"])]
        self.assertEqual(tables.incomplete(lines),
                         "- other, q0: 1 of 2 rounds were not complete (the first: lost: 7).")
        self.assertTrue(tables.incomplete(lines[:1]).startswith("Every message arrived"))


class Brokers(unittest.TestCase):
    def test_a_configuration_is_a_copy_with_the_port(self):
        with tempfile.TemporaryDirectory() as folder:
            template = Path(folder) / "a.conf.in"
            template.write_text("listener {port}\n")
            broker = brokers.given(f"other=run -c {{conf:{template}}} -p {{port}}")
            words = broker.words(1234, folder)
            self.assertEqual((words[0], words[1], words[3:]), ("run", "-c", ["-p", "1234"]))
            self.assertEqual(Path(words[2]).read_text(), "listener 1234\n")

    def test_a_broker_is_a_name_and_a_command(self):
        for text in ("other", "=run", "other="):
            with self.assertRaisesRegex(SystemExit, "is not NAME=COMMAND"):
                brokers.given(text)

    def test_unknown_scenarios_are_refused(self):
        with self.assertRaisesRegex(SystemExit, "no such scenario: q7; there are q0,"):
            scenarios.chosen(["q0", "q7"])

    def test_the_quick_ones_are_some_of_all(self):
        quick, everything = scenarios.chosen([], True), scenarios.chosen([])
        self.assertLess(set(quick), set(everything))

    def test_lost_messages_are_a_share_of_all_deliveries(self):
        printed = {"sent": 10, "publishers": 1, "subscribers": 4, "lost": 2, "complete": False}
        done = subprocess.CompletedProcess([], 1, json.dumps(printed), "")
        self.assertEqual(measure.result_of(done)["lost_percent"], 5)

    def test_no_result_is_an_error_with_its_reason(self):
        done = subprocess.CompletedProcess([], 2, "", "pintbroker bench: the broker has gone\n")
        with self.assertRaisesRegex(RuntimeError, "the broker has gone"):
            measure.result_of(done)


class Page(unittest.TestCase):
    def test_it_is_what_the_raw_results_make_of_it(self):
        text = page.PAGE.read_text(encoding="utf-8")
        self.assertEqual(text, page.filled(text), "write it again: ./bench page")

    def test_every_curve_has_its_plot(self):
        for curve in curves.CURVES:
            self.assertTrue((page.RAW / f"{curve.name}.svg").exists(), f"{curve.name}: ./bench page")


class Relay(unittest.TestCase):
    """The floor must do what it is compared in: every message, in order, with its handshake."""

    def bench(self, *words):
        done = subprocess.run([os.environ["PINTBROKER"], "bench", *words, "--json", "--",
                               os.environ["PINT_RELAY"], "{port}"],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return json.loads(done.stdout)

    def test_each_qos_and_version(self):
        for qos in "012":
            for version in ("3.1.1", "5.0"):
                result = self.bench("--qos", qos, "--mqtt", version, "--messages", "2000")
                self.assertEqual((result["delivered"], result["lost"]), (2000, 0))

    def test_each_shape(self):
        for shape in (("--publishers", "5"), ("--subscribers", "5"), ("--pairs", "5")):
            self.assertEqual(self.bench(*shape, "--messages", "2000")["lost"], 0)

    def test_packets_larger_than_its_buffer(self):
        self.assertEqual(self.bench("--payload", "1MiB", "--messages", "8", "--window", "4")["lost"], 0)

    def test_it_holds_a_publisher_back_rather_than_lose(self):
        result = self.bench("--window", "0", "--payload", "16KiB", "--messages", "2000", "--warm-up", "0",
                            "--subscriber-rate", "4000")
        self.assertEqual(result["lost"], 0)

    def test_connects_and_idle_connections(self):
        self.assertEqual(self.bench("connects", "--connections", "70")["connections"], 70)
        idle = self.bench("idle", "--connections", "70", "--filters", "1", "--hold", "1ms")
        self.assertTrue(idle["complete"])


if __name__ == "__main__":
    unittest.main()
