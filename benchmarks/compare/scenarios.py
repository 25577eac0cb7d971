"""What ./bench measures: one row for each scenario, and one for each of its figures in the tables.

`words` are those of `pintbroker bench`; {time} is how long a measurement sends. A figure's `goal` is a
number, or a multiple of what the relay needed in the same run.
"""
from dataclasses import dataclass

RELAY = "relay"  # the broker whose figures are the floor


@dataclass(frozen=True)
class Goal:
    at_most: float = None
    of_relay: float = None  # at most this many times the relay's figure

    def text(self, digits):
        if self.of_relay is not None:
            return f"≤ {self.of_relay:g} × relay"
        return f"≤ {self.at_most:,.{digits}f}"

    def met(self, value, floor):
        """Whether the figure is good enough; nothing if there is no floor to compare with."""
        if self.of_relay is not None:
            return None if floor is None else value <= self.of_relay * floor
        return value <= self.at_most


@dataclass(frozen=True)
class Figure:
    label: str
    key: str
    digits: int = 0
    scale: float = 1
    goal: Goal = None


@dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    words: str
    figures: tuple
    relay: bool = True   # whether the relay can do it
    quick: bool = False  # part of ./bench --quick
    kind: str = "bench"  # or "fairness", which two load generators measure together


def cpu(goal=None, digits=0):
    return Figure("CPU ns/message", "cpu_ns_per_message", digits, goal=goal)


def at_most(value):
    return Goal(at_most=value)


def of_relay(value):
    return Goal(of_relay=value)


def pubsub(name, title, words, goal, **more):
    return Scenario(name, title, f"throughput {words} --duration {{time}}", (cpu(goal),), **more)


SCENARIOS = (
    pubsub("q0", "QoS 0, 1 → 1", "", at_most(140), quick=True),
    pubsub("q0-v5", "QoS 0, 1 → 1, MQTT 5.0", "--mqtt 5.0", at_most(140)),
    pubsub("q1", "QoS 1, 1 → 1", "--qos 1", at_most(600), quick=True),
    pubsub("q2", "QoS 2, 1 → 1", "--qos 2", at_most(1200), quick=True),
    pubsub("q0-fan-in-50", "QoS 0, 50 → 1", "--publishers 50", at_most(230)),
    pubsub("q0-fan-out-50", "QoS 0, 1 → 50", "--subscribers 50 --window 256", at_most(80), quick=True),
    pubsub("q0-pairs-50", "QoS 0, 50 pairs, saturated", "--pairs 50 --window 3200", at_most(290), quick=True),
    pubsub("q1-pairs-50", "QoS 1, 50 pairs, saturated", "--pairs 50 --window 3200 --qos 1 --inflight 20",
           at_most(1000)),
    pubsub("rate-20k", "20,000 messages/s over 50 pairs", "--pairs 50 --rate 20000", of_relay(1.05)),
    pubsub("q0-16k", "QoS 0, 16 kB payload, 1 → 1", "--payload 16384 --window 64", of_relay(1)),
    Scenario("ping-pong", "one message at a time", "latency --rate 0 --messages 5000",
             (Figure("p50, µs", "latency_p50_us", 1, goal=of_relay(1.05)),
              Figure("p99, µs", "latency_p99_us", 1)), quick=True),
    Scenario("open-1k", "1,000 messages/s, timed from the schedule", "latency --rate 1000 --duration {time}",
             (Figure("p50, µs", "latency_p50_us", 1), Figure("p99, µs", "latency_p99_us", 1))),
    Scenario("connects", "connect, CONNACK, disconnect", "connects",
             (Figure("CPU µs/connection", "cpu_us_per_connection", 1, goal=at_most(36)),), quick=True),
    Scenario("idle", "10,000 idle connections", "idle --hold 2s",
             (Figure("bytes/connection", "bytes_per_connection", goal=at_most(400)),
              Figure("wake-ups/s", "wake_ups_per_second", 1, goal=at_most(0))), quick=True),
    Scenario("idle-subscribed", "10,000 idle connections with a subscription", "idle --filters 1 --hold 1ms",
             (Figure("bytes/connection", "bytes_per_connection", goal=at_most(800)),)),
    Scenario("subscriptions-1k", "1,000 subscriptions", "subscriptions --filters 1000", (cpu(),),
             relay=False),
    Scenario("subscriptions-1m", "1,000,000 subscriptions", "subscriptions --filters 1000000",
             (cpu(), Figure("bytes/subscription", "bytes_per_subscription", goal=at_most(250)),
              Figure("CPU ns/subscribe", "cpu_ns_per_subscribe", goal=at_most(1000))), relay=False),
    Scenario("retained", "20,000 retained messages", "retained",
             (Figure("CPU ns/set", "cpu_ns_per_set", goal=at_most(900)),
              Figure("CPU ns/got", "cpu_ns_per_get", goal=at_most(200)),
              Figure("bytes/message", "bytes_per_retained", goal=at_most(64 + 150))),
             relay=False, quick=True),
    Scenario("queues", "1,000 Sessions away, 20 messages each", "queues",
             (Figure("bytes/Session", "bytes_per_session"),
              Figure("bytes/message", "bytes_per_message")), relay=False),
    Scenario("start", "process start → first CONNACK", "start --repeat {starts}",
             (Figure("p50, ms", "start_p50_us", 2, 1e-3, at_most(2)),
              Figure("idle RSS, MB", "idle_rss_bytes", 1, 1e-6, at_most(3))), quick=True),
    Scenario("unthrottled", "QoS 0, 1 → 1, the publisher never waits",
             "throughput --window 0 --duration {time}",
             (Figure("lost, %", "lost_percent", 2, goal=at_most(0)),
              Figure("peak RSS, MB", "peak_rss_bytes", 1, 1e-6, at_most(16)))),
    Scenario("slow-subscriber", "the same, and the subscriber reads 100,000 messages/s",
             "throughput --window 0 --subscriber-rate 100000 --messages 300000 --warm-up 0 --patience 1s",
             (Figure("lost, %", "lost_percent", 2, goal=at_most(0)),
              Figure("peak RSS, MB", "peak_rss_bytes", 1, 1e-6, at_most(16)))),
    Scenario("fairness", "100 quiet pairs, 2,000 messages/s, beside one flood", "--pairs 100 --rate 2000",
             (Figure("quiet p99 alone, µs", "alone_p99_us"),
              Figure("quiet p99 beside it, µs", "beside_p99_us"),
              Figure("times", "times", 2, goal=at_most(2))), kind="fairness"),
)


# Those of ./bench instruments.
WITH_INSTRUMENTS = ("q0", "q0-v5", "q1", "q2", "q0-fan-in-50", "q0-fan-out-50", "q0-pairs-50")


def chosen(names, quick=False):
    """The scenarios with these names, in the table's order; without names all, or the quick ones."""
    if not names:
        return [scenario for scenario in SCENARIOS if scenario.quick or not quick]
    unknown = set(names) - {scenario.name for scenario in SCENARIOS}
    if unknown:
        raise SystemExit(f"bench: no such scenario: {', '.join(sorted(unknown))}; there are "
                         f"{', '.join(scenario.name for scenario in SCENARIOS)}")
    return [scenario for scenario in SCENARIOS if scenario.name in names]
