"""The broker under test as a process of its own, on a free port of the loopback interface.

It is started with `--port 0 --ready-fd N`: when it accepts connections it writes its port and a line feed to
N. Nothing here waits for time: only for that line, and for the process to end.
"""
import os
import select
import subprocess
import tempfile

DEADLINE = 30  # seconds for anything to happen; generous, and an error when it is reached


class Broker:
    """`with Broker(command) as broker:` gives broker.port; leaving checks that SIGTERM ends it with 0."""

    def __init__(self, command):
        self.command = command  # a list of words
        self.port = None

    def __enter__(self):
        self.log = tempfile.TemporaryFile()
        ready, told = os.pipe()
        with os.fdopen(ready) as ready_file:
            try:
                self.process = subprocess.Popen([*self.command, "--port", "0", "--ready-fd", str(told)],
                                                pass_fds=(told,), stdin=subprocess.DEVNULL, stdout=self.log,
                                                stderr=subprocess.STDOUT)
            finally:
                os.close(told)
            self.port = self.read_port(ready_file)
        return self

    def read_port(self, ready_file):
        is_ready, _, _ = select.select([ready_file], [], [], DEADLINE)
        line = ready_file.readline() if is_ready else ""
        if not line.strip().isdigit():
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the broker did not tell its port but {line!r}; it said:\n{self.said()}")
        return int(line)

    def __exit__(self, kind, *_):
        self.process.terminate()
        try:
            code = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        said = self.said()
        self.log.close()
        if code != 0:
            raise AssertionError(f"the broker ended with exit code {code}; it said:\n{said}")
        if kind is not None:
            print(f"the broker said:\n{said}")

    def said(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")
