"""The executable under test as a process, and the few bytes of MQTT its tests need.

Nothing here sleeps: every wait is for a line, a descriptor, bytes or the end of a process, with a deadline
that only a failure reaches. The executable's path is in the environment variable PINTBROKER.
"""
import os
import pathlib
import re
import select
import signal
import socket
import subprocess
import tempfile
import time
import unittest

DEADLINE = 60  # seconds
EXECUTABLE = os.environ["PINTBROKER"]


class Lines:
    """The lines of a pipe, read as they come."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.unfinished = b""
        self.seen = []  # everything but unfinished

    def next(self):
        """The next line without its newline; None at the end."""
        deadline = time.monotonic() + DEADLINE
        while b"\n" not in self.unfinished:
            ready, _, _ = select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"no line came; before it came {self.seen}, {self.unfinished}")
            block = os.read(self.descriptor, 65536)
            if not block:
                return None
            self.unfinished += block
        line, self.unfinished = self.unfinished.split(b"\n", 1)
        self.seen.append(line.decode())
        return self.seen[-1]

    def until(self, pattern):
        """The first line in which the pattern is found."""
        while (line := self.next()) is not None:
            if re.search(pattern, line):
                return line
        raise AssertionError(f"{pattern} was not found in {self.seen}")


class Pintbroker:
    """A running broker on a free port, told by --ready-fd. Leaving ends it and looks at its exit code."""

    def __init__(self, case, *arguments, config="", environment=(), pass_fds=()):
        self.case = case
        self.config = case.folder / "test.toml"
        self.config.write_text(config)
        ready, told = os.pipe()
        try:
            self.process = subprocess.Popen(
                [EXECUTABLE, "--port", "0", "--config", self.config, "--ready-fd", str(told), *arguments],
                pass_fds=(told, *pass_fds), cwd=case.folder, env=case.environment | dict(environment),
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        finally:
            os.close(told)
        self.out = Lines(self.process.stdout.fileno())
        self.log = Lines(self.process.stderr.fileno())
        with os.fdopen(ready) as pipe:
            self.told = pipe.read()  # to its end: the broker has closed it
        if not self.told:
            self.process.kill()
            raise AssertionError(f"not ready: {self.process.communicate()[1].decode()}")
        self.port = int(self.told)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.terminate()
        code = self.ended()
        self.process.stdout.close()
        self.process.stderr.close()
        if kind is None:
            self.case.assertEqual(code, 0)

    def ended(self):
        """Wait for its end; the exit code."""
        try:
            return self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def reload(self, config):
        """Write the configuration file and send SIGHUP; returns the line that tells the outcome."""
        self.config.write_text(config)
        self.process.send_signal(signal.SIGHUP)
        return self.log.until("reloaded|nothing is changed")

    def client(self, client_id="test", version=5):
        return Client(self.port, client_id, version)


class Client:
    """A raw MQTT client: what it receives is whole packets as (type and flags, body)."""

    def __init__(self, port, client_id, version):
        self.version = version
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE)
        properties = b"\x00" if version == 5 else b""
        self.send(0x10, text("MQTT") + bytes([version, 0x02, 0, 0]) + properties + text(client_id))
        first, body = self.receive()
        assert (first, body[1]) == (0x20, 0), f"CONNACK was {first:#x} {body}"
        self.connack = body

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, first, body):
        length, rest = bytearray(), len(body)
        while rest >= 0x80:
            length.append(rest & 0x7F | 0x80)
            rest >>= 7
        self.socket.sendall(bytes([first, *length, rest]) + body)

    def receive(self):
        """The next packet; None when the connection has been closed."""
        first = self.socket.recv(1)
        if not first:
            return None
        length, shift = 0, 0
        while True:
            byte = self.read(1)[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return first[0], self.read(length)

    def read(self, size):
        block = b""
        while len(block) < size:
            part = self.socket.recv(size - len(block))
            assert part, "the connection was closed within a packet"
            block += part
        return block

    def publish(self, topic, payload, retain=False):
        """QoS 1, and a PING after the PUBACK: the turn in which the rules saw the message is over."""
        properties = b"\x00" if self.version == 5 else b""
        payload = payload.encode() if isinstance(payload, str) else payload
        self.send(0x33 if retain else 0x32, text(topic) + b"\x00\x07" + properties + payload)
        assert self.receive()[0] == 0x40
        self.send(0xC0, b"")
        assert self.receive() == (0xD0, b"")


def text(value):
    encoded = value.encode()
    return len(encoded).to_bytes(2, "big") + encoded


class AppTest(unittest.TestCase):
    """A folder that goes with the test, and an environment in which no configuration file is found."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pintbroker_")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PINT_")}
        self.environment = inherited | {"HOME": folder.name, "XDG_CONFIG_HOME": folder.name}

    def run_to_end(self, *arguments, environment=()):
        """Run with these arguments alone until it ends by itself."""
        return subprocess.run([EXECUTABLE, *arguments], cwd=self.folder,
                              env=self.environment | dict(environment), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE)

    def fifo(self, name):
        """A pipe with a name for rules to write to, and its lines. We hold it open: it has no end."""
        path = self.folder / name
        os.mkfifo(path)
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self.addCleanup(os.close, descriptor)
        return path, Lines(descriptor)
