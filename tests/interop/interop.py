"""What the Python interoperability tests share: a broker per test, and their command line.

Usage of each: <name>_test.py <broker> [unittest's arguments]; the broker is a path.
"""
import sys
import unittest

from broker import DEADLINE, Broker

__all__ = ["DEADLINE", "BrokerTest", "main"]


class BrokerTest(unittest.TestCase):
    """Each test has a broker of its own; self.port is where."""
    command = None

    def setUp(self):
        self.port = self.enterContext(Broker(self.command)).port


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BrokerTest.command = [sys.argv.pop(1)]
    unittest.main(module="__main__", verbosity=2)
