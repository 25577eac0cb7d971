#!/usr/bin/env python3
"""Who holds the memory of an idle connection: idle_memory.py PINT_OVERLOAD [connections].

Runs the broker under valgrind's massif, opens the connections (10,000 unless told otherwise), and prints
for each function of ours that allocated what it holds for one of them, as rows of the table in
docs/reliability.md: first for connections alone, then with one subscription each. An experiment, not a
test: needs valgrind, and takes a minute.
"""
import pathlib
import re
import resource
import socket
import subprocess
import sys
import tempfile

PATIENCE = 120  # seconds; valgrind is slow


def text(value):
    return len(value).to_bytes(2, "big") + value.encode()


def packet(first, body):
    assert len(body) < 128
    return bytes([first, len(body)]) + body


def connect_packet(number):
    return packet(0x10, text("MQTT") + b"\x04\x02\x00\x00" + text(f"idle-{number}"))


def subscribe_packet(number):
    return packet(0x82, b"\x00\x01" + text(f"idle/{number}") + b"\x00")


def exchange(sockets, make_packet, answer_bytes):
    for number, each in enumerate(sockets):
        each.sendall(make_packet(number))
    for each in sockets:
        received = b""
        while len(received) < answer_bytes:
            block = each.recv(answer_bytes - len(received))
            assert block, "the broker closed a connection"
            received += block


class Broker:
    """pint_overload's, because pintbroker is static: massif finds no malloc in it."""

    def __init__(self, executable, folder):
        self.control, theirs = socket.socketpair()
        self.control.settimeout(PATIENCE)
        with theirs:
            self.process = subprocess.Popen(
                ["valgrind", "--tool=massif", "--depth=12", f"--massif-out-file={folder}/end", executable,
                 "--serve", "idle_connections", "full", str(theirs.fileno())],
                pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
        told = b""
        while not told.endswith(b".\n"):
            told += self.control.recv(100)
        self.port = int(told.split()[1])
        self.folder = folder
        self.snapshots = 0

    def held(self):
        """Bytes now held, by the innermost function of ours that asked for them."""
        self.snapshots += 1
        file = pathlib.Path(self.folder, f"snapshot{self.snapshots}")
        subprocess.run(["vgdb", f"--pid={self.process.pid}", "detailed_snapshot", str(file)],
                       check=True, capture_output=True, timeout=PATIENCE)
        return by_site(file.read_text())

    def stop(self):
        self.control.close()
        self.process.wait(PATIENCE)


def by_site(massif):
    """The heap tree: nN: BYTES ADDRESS: FUNCTION (WHERE), indented by depth; N children follow."""
    sites = {}
    lines = [line for line in massif.splitlines() if re.match(r" *n\d+: ", line)]
    position = 0

    def take(taken):
        nonlocal position
        children, size, where = re.match(r" *n(\d+): (\d+) (.*)", lines[position]).groups()
        position += 1
        found = re.search(r"pint::[^(]*", where)
        site = found[0] if found and not taken else None
        if site:
            sites[site] = sites.get(site, 0) + int(size)
        for _ in range(int(children)):
            take(taken or site is not None)
        if not children.strip("0") and not taken and not site:
            sites["others"] = sites.get("others", 0) + int(size)

    while position < len(lines):
        take(False)
    return sites


def show(title, before, after, count):
    rows = {site: (after.get(site, 0) - before.get(site, 0)) / count for site in {*before, *after}}
    print(f"{title}: {sum(rows.values()):.0f} bytes each\n\n| allocated by | bytes a connection |\n|---|--:|")
    for site, size in sorted(rows.items(), key=lambda row: -row[1]):
        if abs(size) >= 1:
            print(f"| `{site}` | {size:.0f} |")
    print()


def main(arguments):
    executable = str(pathlib.Path(arguments[0]).resolve())
    count = int(arguments[1]) if len(arguments) > 1 else 10_000
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(executable, folder)
        try:
            start = broker.held()
            sockets = [socket.create_connection(("127.0.0.1", broker.port), timeout=PATIENCE)
                       for _ in range(count)]
            exchange(sockets, connect_packet, 4)
            connected = broker.held()
            exchange(sockets, subscribe_packet, 5)
            subscribed = broker.held()
        finally:
            broker.stop()
    show("Connections", start, connected, count)
    show("With a subscription, in all", start, subscribed, count)


if __name__ == "__main__":
    main(sys.argv[1:])
