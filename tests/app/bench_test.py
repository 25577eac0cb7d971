"""`pintbroker bench`: each scenario for a moment, and what it says of brokers that are not as they must be.

No figure that depends on the machine's speed is looked at: only counts.
"""
import json
import socket
import threading
import unittest

from pintbroker import EXECUTABLE, AppTest, Pintbroker, text


class Bench(AppTest):
    def bench(self, *words, code=0):
        done = self.run_to_end("bench", *words, "--json")
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        return json.loads(done.stdout)

    def assertAllArrived(self, result, sent, delivered):
        counts = {name: result[name] for name in ("sent", "delivered", "lost", "duplicated", "reordered")}
        self.assertEqual(counts, {"sent": sent, "delivered": delivered, "lost": 0, "duplicated": 0,
                                  "reordered": 0})
        self.assertTrue(result["complete"])

    def test_one_to_one_at_each_qos_and_version(self):
        for qos in "012":
            for version in ("3.1", "3.1.1", "5.0"):
                result = self.bench("--qos", qos, "--mqtt", version, "--messages", "500", "--warm-up", "10")
                self.assertAllArrived(result, 500, 500)
                self.assertGreater(result["cpu_ns_per_message"], 0)

    def test_fan_out(self):
        result = self.bench("--subscribers", "7", "--messages", "100", "--window", "10", "--qos", "1")
        self.assertAllArrived(result, 100, 700)

    def test_fan_in(self):
        result = self.bench("--publishers", "7", "--messages", "100")
        self.assertAllArrived(result, 100, 100)

    def test_publishers_and_subscribers_all_to_all(self):
        result = self.bench("--publishers", "3", "--subscribers", "4", "--messages", "100", "--qos", "2")
        self.assertAllArrived(result, 100, 400)

    def test_pairs(self):
        result = self.bench("--pairs", "5", "--messages", "100")
        self.assertAllArrived(result, 100, 100)

    def test_on_a_schedule(self):
        result = self.bench("--pairs", "3", "--rate", "10000", "--messages", "100")
        self.assertAllArrived(result, 100, 100)
        self.assertGreaterEqual(result["latency_max_us"], result["latency_p50_us"])

    def test_payloads_from_nothing_to_a_mebibyte(self):
        for size in ("0", "15", "16", "64KiB", "1MiB"):
            result = self.bench("--payload", size, "--messages", "30", "--warm-up", "0", "--window", "4")
            self.assertAllArrived(result, 30, 30)

    def test_a_slow_subscriber_and_an_unbounded_window(self):
        result = self.bench("--window", "0", "--subscriber-rate", "10000", "--messages", "500",
                            "--warm-up", "0")
        self.assertAllArrived(result, 500, 500)

    def test_latency_one_by_one_and_on_a_schedule(self):
        self.assertAllArrived(self.bench("latency", "--rate", "0", "--messages", "50"), 50, 50)
        self.assertAllArrived(self.bench("latency", "--rate", "5000", "--messages", "50"), 50, 50)

    def test_for_a_time(self):
        result = self.bench("--duration", "50ms")
        self.assertAllArrived(result, result["sent"], result["sent"])

    def test_a_broker_that_runs_is_found_with_its_process(self):
        with Pintbroker(self) as broker:
            result = self.bench(f"127.0.0.1:{broker.port}", "--messages", "100")
            self.assertAllArrived(result, 100, 100)
            self.assertEqual(result["pid"], str(broker.process.pid))

    def test_a_command_is_started_at_a_free_port(self):
        command = ("/bin/sh", "-c", 'exec "$0" "$@"', EXECUTABLE, "--port", "{port}")
        done = self.run_to_end("bench", "--messages", "100", "--json", "--", *command)
        self.assertAllArrived(json.loads(done.stdout), 100, 100)

    def test_connects(self):
        result = self.bench("connects", "--connections", "70", "--concurrency", "20")
        self.assertEqual((result["connections"], result["complete"]), (70, True))

    def test_idle_connections(self):
        result = self.bench("idle", "--connections", "50", "--filters", "2", "--hold", "1ms")
        self.assertEqual((result["connections"], result["complete"]), (50, True))

    def test_subscriptions_of_each_kind(self):
        for kind in ("exact", "plus", "hash", "mixed"):
            result = self.bench("subscriptions", "--kind", kind, "--filters", "1005", "--connections", "7",
                                "--messages", "300")
            self.assertEqual((result["sent"], result["lost"], result["unknown"]), (300, 0, 0))

    def test_retained_messages_are_cleared_afterwards(self):
        with Pintbroker(self) as broker:
            result = self.bench("retained", f"127.0.0.1:{broker.port}", "--messages", "300", "--repeat", "2")
            self.assertEqual((result["retained"], result["lost"], result["complete"]), (300, 0, True))
            with broker.client() as client:
                client.send(0x82, b"\x00\x01\x00" + text("bench/#") + b"\x00")
                client.send(0xC0, b"")
                self.assertEqual((client.receive()[0], client.receive()[0]), (0x90, 0xD0))

    def test_queues_of_sessions_in_each_version(self):
        for version in ("3.1.1", "5.0"):
            result = self.bench("queues", "--connections", "7", "--messages", "300", "--mqtt", version)
            self.assertEqual((result["messages"], result["lost"], result["complete"]), (300, 0, True))

    def test_a_message_that_comes_with_its_connack_is_not_overlooked(self):
        result = self.bench("queues", "--connections", "7", "--messages", "7", "--patience", "2s")
        self.assertEqual((result["messages"], result["lost"], result["complete"]), (7, 0, True))

    def test_start(self):
        result = self.bench("start", "--repeat", "2")
        self.assertEqual(result["starts"], 2)
        self.assertGreater(result["idle_rss_bytes"], 0)

    def test_people_get_a_table(self):
        done = self.run_to_end("bench", "--messages", "1234")
        self.assertRegex(done.stdout, r"(?m)^  messages delivered +1,234$")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


class BenchRefusals(AppTest):
    def assertCannot(self, sentence, *words):
        done = self.run_to_end("bench", *words)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (
            2, "", f"pintbroker bench: {sentence}\n"))

    def test_other_machines_are_refused(self):
        self.assertCannot("192.0.2.1:1883: is not on loopback, and the benchmark stays on this machine; give "
                          "127.0.0.1:PORT", "192.0.2.1:1883")

    def test_nobody_there(self):
        with socket.socket() as unused:  # bound, and so nobody else's, but not listening
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
            self.assertCannot("the broker has gone: Connection refused", f"127.0.0.1:{port}")

    def test_a_command_that_does_not_serve(self):
        self.assertCannot("/bin/false: ended instead of serving; try it by hand", "--", "/bin/false")

    def test_a_broker_that_refuses(self):
        with Pintbroker(self, "--connections", "1") as broker:
            self.assertCannot("the broker refuses a connection: Server unavailable",
                              f"127.0.0.1:{broker.port}", "--mqtt", "3.1.1")

    def test_bad_usage(self):
        self.assertCannot("--pubishers: unknown flag; did you mean --publishers?", "--pubishers", "2")

    def test_help_fits_a_terminal(self):
        done = self.run_to_end("bench", "--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertLessEqual(max(map(len, done.stdout.splitlines())), 100)


class Meddler(threading.Thread):
    """Passes each PUBLISH from publishers on to the one subscriber as `meddle` says: a broker that errs."""

    def __init__(self, meddle):
        super().__init__(daemon=True)
        self.meddle = meddle
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.subscriber = None
        self.start()

    def run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, client.makefile("rb") as stream:
            self.pass_on(client, stream)

    def pass_on(self, client, stream):
        passed = 0
        while first := stream.read(1):
            length, shift = 0, 0
            while True:
                byte = stream.read(1)[0]
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            body = stream.read(length)
            if first[0] == 0x10:
                client.sendall(b"\x20\x02\x00\x00")
            elif first[0] == 0x82:
                self.subscriber = client
                client.sendall(b"\x90\x03" + body[:2] + b"\x00")
            elif first[0] >> 4 == 3:
                assert length < 128
                self.subscriber.sendall(b"".join(self.meddle(passed, first + bytes([length]) + body)))
                passed += 1


class BenchFinds(AppTest):
    def findings(self, meddle, messages=20):
        meddler = Meddler(meddle)
        self.addCleanup(meddler.listener.close)
        done = self.run_to_end("bench", f"127.0.0.1:{meddler.port}", "--messages", str(messages),
                               "--warm-up", "0", "--patience", "300ms", "--json")
        result = json.loads(done.stdout)
        self.assertEqual((done.returncode == 0), result["complete"])
        return {name: result[name] for name in ("lost", "duplicated", "reordered", "unknown")
                if result[name]}, result["problems"]

    def test_nothing_if_nothing_is_wrong(self):
        self.assertEqual(self.findings(lambda number, packet: [packet]), ({}, []))

    def test_what_is_lost(self):
        self.assertEqual(self.findings(lambda number, packet: [packet] if number != 5 else []),
                         ({"lost": 1}, ["lost: 1"]))

    def test_what_is_lost_at_the_end(self):
        self.assertEqual(self.findings(lambda number, packet: [packet] if number < 17 else []),
                         ({"lost": 3}, ["lost: 3"]))

    def test_what_comes_twice(self):
        self.assertEqual(self.findings(lambda number, packet: [packet, packet] if number == 5 else [packet]),
                         ({"duplicated": 1}, ["duplicated: 1"]))

    def test_what_comes_late(self):
        held = []

        def hold_one_back(number, packet):
            if number == 5:
                held.append(packet)
                return []
            return [packet, held.pop()] if held else [packet]
        self.assertEqual(self.findings(hold_one_back), ({"reordered": 1}, ["reordered: 1"]))

    def test_a_payload_that_is_changed(self):
        found, problems = self.findings(
            lambda number, packet: [packet[:-1] + b"?"] if number == 5 else [packet])
        self.assertEqual(found, {"lost": 1, "unknown": 1})
        self.assertEqual(problems, ["lost: 1", "unknown: 1"])


if __name__ == "__main__":
    unittest.main()
