"""What rules do with messages, and how they end."""
import json
import os
import subprocess
import unittest

from pintbroker import DEADLINE, AppTest, Pintbroker, text


class Actions(AppTest):
    def test_print_writes_json_lines_to_standard_output(self):
        with Pintbroker(self, "--rule", "a/#=print") as broker, broker.client() as client:
            broker.out.next()
            client.publish("a/b", "21.5")
            client.publish("other", "x")
            client.publish("a/c", b"\xff\x00")
            first, second = json.loads(broker.out.next()), json.loads(broker.out.next())
        self.assertRegex(first.pop("time"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(first, {"topic": "a/b", "qos": 1, "retain": False, "payload": "21.5"})
        self.assertEqual((second["topic"], second["payload_base64"]), ("a/c", "/wA="))
        self.assertNotIn("payload", second)

    def test_print_rules_share_one_writer(self):
        topics = ["a" if i % 2 == 0 else "b" for i in range(40)]
        payload = "x" * 10_000  # more than a pipe takes in one piece
        with Pintbroker(self, "--rule", "a=print", "--rule", "b=print") as broker, broker.client() as client:
            broker.out.next()
            for topic in topics:
                client.send(0x30, text(topic) + b"\x00" + payload.encode())  # and no wait for it
            lines = [json.loads(broker.out.next()) for _ in topics]
        self.assertEqual([line["topic"] for line in lines], topics)
        self.assertEqual({line["payload"] for line in lines}, {payload})

    def test_print_that_nobody_reads_holds_up_neither_clients_nor_the_end(self):
        with Pintbroker(self, "--rule", "#=print") as broker, broker.client() as client:
            for _ in range(40):  # far more than a pipe holds
                client.socket.sendall(b"\x30\xff\x7f\x00\x01a\x00" + b"x" * (16383 - 4))
            client.publish("b", "all of it was read")
            broker.process.terminate()
            self.assertEqual(broker.ended(), 0)

    def test_file_appends_whole_lines(self):
        log = self.folder / "log.jsonl"
        log.write_text("there before\n")
        with Pintbroker(self, "--rule", f"a=file:{log}") as broker, broker.client() as client:
            client.publish("a", 'a "quoted"\nlong ' + "text " * 10)
            client.publish("a", "2")
            before, first, second = log.read_text().splitlines()
        self.assertEqual(before, "there before")
        self.assertEqual(json.loads(first)["payload"], 'a "quoted"\nlong ' + "text " * 10)
        self.assertEqual(json.loads(second)["payload"], "2")

    def test_file_that_cannot_be_written_is_tried_again(self):
        folder = self.folder / "later"
        with Pintbroker(self, "--rule", f"a=file:{folder}/log") as broker, broker.client() as client:
            broker.log.until(f"error +rule file:{folder}/log: cannot open: No such file or directory$")
            client.publish("a", "1")
            client.publish("a", "2")
            folder.mkdir()
            client.publish("a", "3")
            broker.log.until(f"rule file:{folder}/log: works again; messages lost: 2$")
            self.assertEqual(json.loads((folder / "log").read_text())["payload"], "3")

    def test_a_full_disk_loses_messages_and_nothing_else(self):
        with Pintbroker(self, "--rule", "a=file:/dev/full") as broker, broker.client() as client:
            client.publish("a", "1")
            client.publish("a", "2")
            broker.log.until("rule file:/dev/full: cannot write: No space left on device$")

    def test_topic_publishes_again(self):
        rules = ("--rule", "a/+=topic:copy/{topic}/end", "--rule", "copy/#=print")
        with Pintbroker(self, *rules) as broker, broker.client() as client:
            broker.out.next()
            client.publish("a/b", "21.5")
            copy = json.loads(broker.out.next())
        self.assertEqual((copy["topic"], copy["payload"], copy["qos"]), ("copy/a/b/end", "21.5", 1))

    def test_topic_loops_end(self):
        rules = ("--rule", "a=topic:b", "--rule", "b=topic:a", "--rule", "+=print", "--rule-hops", "4")
        with Pintbroker(self, *rules) as broker, broker.client() as client:
            broker.out.next()
            client.publish("a", "round")
            topics = [json.loads(broker.out.next())["topic"] for _ in range(5)]
            broker.log.until("dropped, ")
        self.assertEqual(topics, ["a", "b", "a", "b", "a"])

    def test_a_rule_gets_retained_messages_first(self):
        with Pintbroker(self) as broker, broker.client() as client:
            broker.out.next()
            client.publish("a", "kept", retain=True)
            broker.reload("rule = 'a=print'\n")
            client.publish("a", "new")
            first, second = json.loads(broker.out.next()), json.loads(broker.out.next())
        self.assertEqual((first["payload"], first["retain"]), ("kept", True))
        self.assertEqual((second["payload"], second["retain"]), ("new", False))

    def test_properties_are_in_the_line(self):
        with Pintbroker(self, "--rule", "a=print") as broker:
            broker.out.next()
            subprocess.run(["mosquitto_pub", "-V", "5", "-h", "127.0.0.1", "-p", str(broker.port),
                            "-t", "a", "-m", "x",
                            "-D", "publish", "content-type", "text/plain",
                            "-D", "publish", "response-topic", "r",
                            "-D", "publish", "user-property", "k", "1",
                            "-D", "publish", "user-property", "k", "2"], check=True, timeout=DEADLINE)
            line = json.loads(broker.out.next())
        self.assertEqual(line["properties"], {"content_type": "text/plain", "response_topic": "r",
                                              "user_properties": [["k", "1"], ["k", "2"]]})


class Exec(AppTest):
    def test_the_command_is_started_once_and_gets_a_line_a_message(self):
        pipe, lines = self.fifo("pipe")
        rule = f"a=exec:echo started > {pipe}; cat > {pipe}"
        with Pintbroker(self, "--rule", rule) as broker, broker.client() as client:
            self.assertEqual(lines.next(), "started")
            client.publish("a", "1")
            client.publish("a", "2")
            self.assertEqual([json.loads(lines.next())["payload"] for _ in range(2)], ["1", "2"])

    def test_the_command_is_started_again_when_it_ends(self):
        pipe, lines = self.fifo("pipe")
        rule = f'a=exec:echo started > {pipe}; read -r line; echo "$line" > {pipe}; exit 3'
        with Pintbroker(self, "--rule", rule) as broker, broker.client() as client:
            for delay, payload in ((100, "1"), (200, "2"), (400, "3")):
                self.assertEqual(lines.next(), "started")
                client.publish("a", payload)
                self.assertEqual(json.loads(lines.next())["payload"], payload)
                broker.log.until(f"ended with exit status 3; starts again in {delay} ms$")

    def test_messages_wait_while_there_is_no_command(self):
        pipe, lines = self.fifo("pipe")
        rule = f'a=exec:read -r line; echo "$line" > {pipe}'
        with Pintbroker(self, "--rule", rule) as broker, broker.client() as client:
            client.publish("a", "1")
            self.assertEqual(json.loads(lines.next())["payload"], "1")
            broker.log.until("ended with exit status 0; starts again")
            client.publish("a", "2")
            self.assertEqual(json.loads(lines.next())["payload"], "2")

    def test_the_command_reads_everything_before_the_end(self):
        log = self.folder / "log"
        with Pintbroker(self, "--rule", f"a=exec:cat > {log}") as broker, broker.client() as client:
            for number in range(100):
                client.publish("a", str(number))
        payloads = [json.loads(line)["payload"] for line in log.read_text().splitlines()]
        self.assertEqual(payloads, [str(number) for number in range(100)])

    def test_a_command_that_does_not_end_is_killed(self):
        pipe, lines = self.fifo("pipe")
        stubborn = f"trap '' TERM; echo $$ > {pipe}; while :; do sleep 1000; done"
        with Pintbroker(self, "--rule", f"a=exec:{stubborn}") as broker:
            process = int(lines.next())
            broker.process.terminate()
            self.assertEqual(broker.ended(), 0)
        with self.assertRaises(ProcessLookupError):
            os.kill(process, 0)

    def test_the_command_gets_none_of_the_brokers_descriptors(self):
        pipe, lines = self.fifo("pipe")
        rule = f"a=exec:read -r line; ls /proc/self/fd | tr '\\n' ' ' > {pipe}; echo > {pipe}"
        inherited = os.open("/dev/null", os.O_RDONLY)
        self.addCleanup(os.close, inherited)
        with Pintbroker(self, "--rule", rule, pass_fds=(inherited,)) as broker, broker.client() as client:
            client.publish("a", "1")
            self.assertEqual(lines.next().split(), ["0", "1", "2", "3"])  # 3 is the folder that ls reads


class Verbose(AppTest):
    def test_every_packet_is_logged_in_one_line(self):
        with Pintbroker(self, "--verbose", "packets") as broker:
            with broker.client("sensor") as client:
                client.send(0x82, b"\x00\x01\x00\x00\x03a/+\x01")
                self.assertEqual(client.receive(), (0x90, b"\x00\x01\x00\x01"))
                client.send(0x32, b"\x00\x03a/b\x00\x07\x0021.5")
                packets = [client.receive()[0], client.receive()[0]]
                self.assertEqual(sorted(packets), [0x32, 0x40])
                client.send(0xE0, b"\x81\x00")
                self.assertIsNone(client.receive())
            broker.log.until("sensor is gone")
            lines = [line.split(" info    ")[1] for line in broker.log.seen if "<- " in line or "-> " in line]
        self.assertRegex(lines[0], r'^<- 127\.0\.0\.1:\d+ CONNECT 5\.0 client "sensor" c1 keep alive 0 s '
                                   r"\(21 bytes\)$")
        self.assertRegex(lines[1], r"^-> sensor CONNACK s0 0x00 \{topic_alias_maximum 128\} \(8 bytes\)$")
        for line in ("<- sensor SUBSCRIBE id 1 a/+ q1 (11 bytes)",
                     "-> sensor SUBACK id 1 0x01 (6 bytes)",
                     '<- sensor PUBLISH a/b q1 d0 r0 id 7 (14 bytes) "21.5"',
                     "-> sensor PUBACK id 7 0x00 (4 bytes)",
                     '-> sensor PUBLISH a/b q1 d0 r0 id 1 (14 bytes) "21.5"',
                     "<- sensor DISCONNECT 0x81 Malformed Packet (4 bytes)"):
            self.assertIn(line, lines)


if __name__ == "__main__":
    unittest.main()
