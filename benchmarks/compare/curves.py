"""How costs grow: the curves of docs/performance.md, each a scenario at a row of points."""
import resource
from dataclasses import dataclass

from scenarios import Scenario


@dataclass(frozen=True)
class Curve:
    name: str
    title: str
    x: str        # the axis' label
    y: str
    key: str      # of the result
    words: str    # {at} is the point, {time} how long to send
    points: tuple
    scale: float = 1
    relay: bool = True
    descriptors: int = 0  # that each process needs for each unit of a point

    def measurable(self):
        """The points for which this machine lets a process have enough descriptors."""
        _, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
        return [at for at in self.points if at * self.descriptors < allowed - 100]

    def scenario(self, at):
        """The scenario of `pintbroker bench` at one point."""
        return Scenario(self.name, self.title, self.words.replace("{at}", str(at)), (), self.relay)


CURVES = (
    Curve("connections", "One message, by pairs of connections that are busy", "pairs", "CPU ns/message",
          "cpu_ns_per_message", "throughput --pairs {at} --window 16384 --duration {time}",
          (1, 5, 50, 500, 5_000), descriptors=2),
    Curve("fan-out", "One delivery, by subscribers of the topic", "subscribers", "CPU ns/delivery",
          "cpu_ns_per_message", "throughput --subscribers {at} --window 64 --duration {time}",
          (1, 10, 100, 1_000), descriptors=1),
    Curve("payload", "One message, by its payload", "payload, bytes", "CPU ns/message", "cpu_ns_per_message",
          "throughput --payload {at} --window 16 --warm-up 16 --duration {time}",
          (0, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576)),
    Curve("qos", "One message, by its QoS", "QoS", "CPU ns/message", "cpu_ns_per_message",
          "throughput --qos {at} --duration {time}", (0, 1, 2)),
    Curve("topics", "One message, by topics subscribed to", "topics with a subscription", "CPU ns/message",
          "cpu_ns_per_message", "subscriptions --connections 10 --filters {at}",
          (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000), relay=False),
    Curve("wildcards", "One message, by filters with a wildcard", "filters a/+/c", "CPU ns/message",
          "cpu_ns_per_message", "subscriptions --connections 10 --kind plus --filters {at}",
          (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000), relay=False),
    Curve("subscription-memory", "Memory of one subscription, by how many there are", "subscriptions",
          "bytes each", "bytes_per_subscription", "subscriptions --messages 256 --filters {at}",
          (1_000, 10_000, 100_000, 1_000_000), relay=False),
    Curve("idle-memory", "Memory of one idle connection, by how many there are", "idle connections",
          "bytes each", "bytes_per_connection", "idle --hold 1ms --connections {at}",
          (100, 1_000, 10_000, 50_000), descriptors=1),
    Curve("retained-memory", "Memory of one retained message (64 bytes), by how many there are",
          "retained messages", "bytes each", "bytes_per_retained", "retained --repeat 1 --messages {at}",
          (1_000, 10_000, 100_000, 1_000_000), relay=False),
    Curve("queue-memory", "Memory of one queued message (64 bytes), by how many wait in each of 100 Sessions",
          "messages in each queue", "bytes each", "bytes_per_message",
          "queues --connections 100 --messages {at}00", (1, 10, 100, 1_000), relay=False),
    Curve("session-memory", "Memory of one Session whose client is away, by how many there are", "Sessions",
          "bytes each", "bytes_per_session", "queues --connections {at} --messages {at}",
          (100, 1_000, 10_000), relay=False),
)


def chosen(names):
    """The curves with these names, in the table's order; without names all."""
    unknown = set(names) - {curve.name for curve in CURVES}
    if unknown:
        raise SystemExit(f"bench: no such curve: {', '.join(sorted(unknown))}; there are "
                         f"{', '.join(curve.name for curve in CURVES)}")
    return [curve for curve in CURVES if not names or curve.name in names]
