"""SIGTERM, SIGINT, SIGHUP."""
import json
import os
import signal
import unittest

from pintbroker import AppTest, Pintbroker


class Stopping(AppTest):
    def assertStopsOn(self, number):
        with Pintbroker(self) as broker, broker.client("five", 5) as five, broker.client("three", 4) as three:
            broker.process.send_signal(number)
            self.assertEqual(five.receive(), (0xE0, b"\x8b"))  # DISCONNECT, Server shutting down
            self.assertIsNone(five.receive())
            self.assertIsNone(three.receive())
            self.assertEqual(broker.ended(), 0)

    def test_sigterm_disconnects_clients_and_ends_with_0(self):
        self.assertStopsOn(signal.SIGTERM)

    def test_sigint_disconnects_clients_and_ends_with_0(self):
        self.assertStopsOn(signal.SIGINT)

    def test_a_client_that_reads_nothing_does_not_hold_it_up(self):
        with Pintbroker(self) as broker:
            with broker.client() as reader, broker.client("publisher") as publisher:
                reader.send(0x82, b"\x00\x01\x00\x00\x01#\x00")
                self.assertEqual(reader.receive()[0], 0x90)
                block = b"\x30\xff\xff\x7f\x00\x01a\x00" + bytes(2097151 - 4)  # 2 MiB at QoS 0
                for _ in range(8):
                    publisher.socket.sendall(block)
                publisher.publish("b", "all of it was read")
                broker.process.terminate()
                self.assertEqual(broker.ended(), 0)


class Reloading(AppTest):
    def test_rules_are_replaced(self):
        with Pintbroker(self, config="rule = ['a=print', 'b=print']\n") as broker, broker.client() as client:
            broker.out.next()
            client.publish("a", "1")
            self.assertIn('"payload":"1"', broker.out.next())
            outcome = broker.reload("rule = ['b=print', 'c=print']\n")
            self.assertRegex(outcome, "reloaded; rules added 1, removed 1, kept 1$")
            for topic in "abc":
                client.publish(topic, "2")
            topics = [json.loads(broker.out.next())["topic"] for _ in "bc"]
            self.assertEqual(topics, ["b", "c"])

    def test_a_rule_that_stays_keeps_its_command(self):
        pipe, lines = self.fifo("pipe")
        rule = f"rule = 'a=exec:echo started > {pipe}; cat > {pipe}'\n"
        with Pintbroker(self, config=rule) as broker, broker.client() as client:
            self.assertEqual(lines.next(), "started")
            self.assertRegex(broker.reload(rule), "rules added 0, removed 0, kept 1$")
            client.publish("a", "1")
            self.assertIn('"payload":"1"', lines.next())

    def test_a_rule_that_goes_ends_its_command(self):
        pipe, lines = self.fifo("pipe")
        with Pintbroker(self, config=f"rule = 'a=exec:cat; echo ended > {pipe}'\n") as broker:
            self.assertRegex(broker.reload(""), "rules added 0, removed 1, kept 0$")
            self.assertEqual(lines.next(), "ended")

    def test_the_log_level_is_replaced(self):
        with Pintbroker(self, config="log_level = 'error'\n") as broker:
            with broker.client("unseen"):
                broker.reload("log_level = 'debug'\n")
            with broker.client("seen"):
                broker.log.until(r"info +seen connected")
        self.assertNotIn("unseen connected", "\n".join(broker.log.seen))

    def test_what_is_wrong_changes_nothing(self):
        with Pintbroker(self, config="rule = 'a=print'\n") as broker, broker.client() as client:
            broker.out.next()
            outcome = broker.reload("rule = 'a=shout'\nprot = 1\n")
            self.assertRegex(outcome, r"error +nothing is changed; mend this and send SIGHUP again$")
            wrong = "\n".join(broker.log.seen)
            self.assertIn(f'{broker.config}:1: rule: "a=shout" is not a rule', wrong)
            self.assertIn(f'{broker.config}:2: unknown key "prot"; did you mean "port"?', wrong)
            client.publish("a", "still")
            self.assertIn('"payload":"still"', broker.out.next())

    def test_what_needs_a_restart_is_said(self):
        with Pintbroker(self) as broker:
            broker.reload("queue_bytes = 1\n")
            self.assertIn("queue_bytes has changed; start again for it to take effect",
                          "\n".join(broker.log.seen))

    def test_files_are_opened_again_after_a_rotation(self):
        log, rotated = self.folder / "log", self.folder / "log.1"
        rule = f"rule = 'a=file:{log}'\n"
        with Pintbroker(self, config=rule) as broker, broker.client() as client:
            client.publish("a", "1")
            os.rename(log, rotated)
            client.publish("a", "2")
            broker.reload(rule)
            client.publish("a", "3")
        self.assertEqual([line.count('"payload":"') for line in rotated.read_text().splitlines()], [1, 1])
        self.assertIn('"payload":"3"', log.read_text())


if __name__ == "__main__":
    unittest.main()
