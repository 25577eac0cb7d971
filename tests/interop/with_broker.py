#!/usr/bin/env python3
"""Run a program of tests against a fresh broker: with_broker.py <broker> -- <program> [arguments].

The program finds the broker's port in the environment variable PINT_PORT; its exit code is ours.
"""
import os
import subprocess
import sys

from broker import Broker


def main(arguments):
    split = arguments.index("--")
    with Broker(arguments[:split]) as broker:
        environment = {**os.environ, "PINT_PORT": str(broker.port)}
        return subprocess.run(arguments[split + 1:], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
