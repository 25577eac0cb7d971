"""One measurement: a fresh broker, one scenario, what `pintbroker bench` says of it."""
import contextlib
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from brokers import free_port

LIMIT = 180  # seconds that one measurement may take
FLOOD = "--window 0 --duration 60s --patience 60s --quiet"  # it is ended before


@dataclass(frozen=True)
class Measure:
    """How to measure: our executable, and how long."""
    pintbroker: Path
    time: str = "1500ms"
    starts: int = 20

    def once(self, scenario, broker):
        """The result as a dictionary. Throws RuntimeError with a sentence if there is none."""
        if scenario.kind == "fairness":
            return self.fairness(scenario, broker)
        words = scenario.words.format(time=self.time, starts=self.starts).split()
        with tempfile.TemporaryDirectory(prefix="bench_") as folder:
            os.chmod(folder, 0o755)
            return self.load(broker, words, folder)

    def load(self, broker, words, folder):
        port = free_port()
        done = subprocess.run([self.pintbroker, "bench", words[0], f"127.0.0.1:{port}", *words[1:], "--pin",
                               "--json", "--", *broker.words(port, folder)],
                              capture_output=True, text=True, timeout=LIMIT)
        return result_of(done)

    def fairness(self, scenario, broker):
        """The quiet pairs' p99 alone, and beside a flood that has what CPU time they leave."""
        with tempfile.TemporaryDirectory(prefix="bench_") as folder:
            os.chmod(folder, 0o755)
            port = free_port()
            with running(pinned("0", broker.words(port, folder))):
                alone = self.attached(port, scenario.words)
                flood = pinned("1", ["nice", "-n", "19", self.pintbroker, "bench", f"127.0.0.1:{port}",
                                     *FLOOD.split()])
                with running(flood):
                    beside = self.attached(port, scenario.words)
        return beside | {"alone_p99_us": alone["latency_p99_us"], "beside_p99_us": beside["latency_p99_us"],
                         "times": beside["latency_p99_us"] / alone["latency_p99_us"],
                         "complete": alone["complete"] and beside["complete"]}

    def attached(self, port, words):
        """Load on a broker that runs already, or will in a moment."""
        command = pinned("1", [self.pintbroker, "bench", f"127.0.0.1:{port}", *words.split(), "--duration",
                               self.time, "--json"])
        for _ in range(200):
            done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
            if "Connection refused" not in done.stderr:
                break
        return result_of(done)


def pinned(cpu, words):
    return words if (os.cpu_count() or 1) < 2 else ["taskset", "-c", cpu, *words]


@contextlib.contextmanager
def running(words):
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def result_of(done):
    """What the load generator printed. Exit code 1 is a result too: something was lost."""
    if done.returncode not in (0, 1):
        raise RuntimeError((done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1])
    result = json.loads(done.stdout)
    if "lost" in result and result.get("sent"):
        expected = result["sent"] * (result.get("subscribers", 1) if result.get("publishers") == 1 else 1)
        result["lost_percent"] = 100 * result["lost"] / max(expected, 1)
    return result
