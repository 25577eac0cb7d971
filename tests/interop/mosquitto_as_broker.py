#!/usr/bin/env python3
"""Mosquitto behind our command line, `--port 0 --ready-fd N`: another broker to check these tests against.

Not part of the test suite: pass this script as the broker to any of the tests here when you doubt the test.
"""
import argparse
import os
import signal
import socket
import subprocess
import tempfile


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ready-fd", type=int, required=True)
    options = parser.parse_args()
    port = options.port or free_port()
    settings = (f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\nlog_type all\n"
                "max_inflight_messages 0\nmax_queued_messages 0\n")
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(settings)
        file.flush()
        mosquitto = subprocess.Popen(["mosquitto", "-c", file.name], stderr=subprocess.PIPE, text=True)
        signal.signal(signal.SIGTERM, lambda *_: mosquitto.terminate())
        for line in mosquitto.stderr:
            print(line, end="", flush=True)
            if line.rstrip().endswith(" running"):
                os.write(options.ready_fd, f"{port}\n".encode())
    raise SystemExit(mosquitto.wait())


if __name__ == "__main__":
    main()
