#!/usr/bin/env python3
"""mosquitto_pub, mosquitto_sub and mosquitto_rr, clients nobody here wrote, in MQTT 3.1, 3.1.1 and 5.0."""
import os
import queue
import re
import subprocess
import tempfile
import threading

from interop import DEADLINE, BrokerTest, main

MESSAGE = "MESSAGE "  # begins a printed message, to tell it from the client's own log
MEGABYTE = 1 << 20


class Process:
    """One of the clients. A thread reads what it prints, so that every wait has a deadline."""

    def __init__(self, *arguments):
        # -d prints what happens on the wire; stdbuf because the clients do not flush their log.
        self.process = subprocess.Popen(["stdbuf", "-oL", *arguments], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.messages, self.log, self.seen = queue.Queue(), queue.Queue(), []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            line = line.decode(errors="replace").rstrip("\n")
            self.seen.append(line)
            if line.startswith(MESSAGE):
                self.messages.put(line[len(MESSAGE):])
            else:
                self.log.put(line)
        self.messages.put(None)
        self.log.put(None)

    def next_of(self, lines, wanted):
        try:
            line = lines.get(timeout=DEADLINE)
        except queue.Empty:
            line = None
        if line is None:
            raise AssertionError(f"{self.process.args}: no {wanted}; it said: {self.seen}")
        return line

    def next_line(self, pattern):
        """Wait for the next line of its log that matches."""
        while True:
            line = self.next_of(self.log, f"line like {pattern!r}")
            if re.search(pattern, line):
                return line

    def next_message(self):
        return self.next_of(self.messages, "message")

    def next_messages(self, count):
        return [self.next_message() for _ in range(count)]

    def ended(self):
        """Wait for the end; gives the exit code."""
        return self.process.wait(DEADLINE)

    def killed(self):
        """End it the hard way: no DISCONNECT."""
        self.process.kill()
        self.process.wait()
        self.reader.join(DEADLINE)
        self.process.stdout.close()


class MosquittoTest(BrokerTest):
    version = None

    def client(self, program, *arguments):
        """A client that goes on in the background, until the test ends at the latest."""
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-V", self.version)
        client = Process(program, *where, *arguments)
        self.addCleanup(client.killed)
        return client

    def subscriber(self, *arguments, form="%t %q %r %p"):
        """A mosquitto_sub that has its SUBACK."""
        client = self.client("mosquitto_sub", "-d", "-F", MESSAGE + form, *arguments)
        client.next_line("^Subscribed")
        return client

    def publish(self, topic, payload, *arguments, qos=1):
        """Publish and wait until mosquitto_pub has ended well: for QoS > 0, acknowledged."""
        client = self.client("mosquitto_pub", "-t", topic, "-m", payload, "-q", str(qos), *arguments)
        self.assertEqual(client.ended(), 0)


class InEveryVersion:
    """Run for 3.1, 3.1.1 and 5.0 by the classes below."""

    def test_each_qos_arrives_as_sent(self):
        for qos in (0, 1, 2):
            with self.subTest(qos=qos):
                subscriber = self.subscriber("-t", f"qos/{qos}", "-q", str(qos))
                self.publish(f"qos/{qos}", "hello", qos=qos)
                self.assertEqual(subscriber.next_message(), f"qos/{qos} {qos} 0 hello")

    def test_qos_is_at_most_what_was_subscribed(self):
        subscriber = self.subscriber("-t", "a", "-q", "1")
        self.publish("a", "down", qos=2)
        self.publish("a", "as sent", qos=0)
        self.assertEqual(subscriber.next_messages(2), ["a 1 0 down", "a 0 0 as sent"])

    def test_wildcards(self):
        subscriber = self.subscriber("-t", "home/+/temperature", "-t", "garden/#", "-q", "1")
        for topic in ("home/x/humidity", "home/x/temperature", "garden", "gardens/y", "garden/a/b"):
            self.publish(topic, "1")
        self.assertEqual(subscriber.next_messages(3),
                         ["home/x/temperature 1 0 1", "garden 1 0 1", "garden/a/b 1 0 1"])

    def test_retained_message_is_kept_replaced_and_removed(self):
        self.publish("lamp", "on", "-r")
        self.publish("lamp", "off", "-r")
        self.assertEqual(self.subscriber("-t", "lamp", "-q", "1").next_message(), "lamp 1 1 off")
        self.publish("lamp", "", "-r")
        subscriber = self.subscriber("-t", "lamp", "-q", "1")
        self.publish("lamp", "live")
        self.assertEqual(subscriber.next_message(), "lamp 1 0 live")

    def test_will_is_sent_when_the_client_is_killed(self):
        watcher = self.subscriber("-t", "gone", "-q", "2")
        victim = self.subscriber("-t", "x", "--will-topic", "gone", "--will-payload", "bye",
                                 "--will-qos", "2", "--will-retain")
        victim.killed()
        self.assertEqual(watcher.next_message(), "gone 2 0 bye")
        self.assertEqual(self.subscriber("-t", "gone", "-q", "2").next_message(), "gone 2 1 bye")

    def test_no_will_after_a_clean_disconnect(self):
        watcher = self.subscriber("-t", "gone", "-q", "1")
        client = self.subscriber("-t", "x", "-C", "1", "--will-topic", "gone", "--will-payload", "bye")
        self.publish("x", "you may go")
        self.assertEqual(client.ended(), 0)
        self.publish("gone", "no will before me")
        self.assertEqual(watcher.next_message(), "gone 1 0 no will before me")

    def test_session_keeps_subscription_and_messages(self):
        session = ("-c", "-i", "keeper", "-t", "news/#", "-q", "2")
        self.assertEqual(self.subscriber(*session, "-E").ended(), 0)
        for number in range(3):
            self.publish(f"news/{number}", "offline", qos=2)
        returned = self.client("mosquitto_sub", "-F", MESSAGE + "%t %q %p", *session)
        self.assertEqual(returned.next_messages(3), [f"news/{number} 2 offline" for number in range(3)])

    def test_clean_session_forgets(self):
        self.assertEqual(self.subscriber("-c", "-i", "keeper", "-t", "news", "-q", "1", "-E").ended(), 0)
        self.publish("news", "lost")
        self.assertEqual(self.subscriber("-i", "keeper", "-t", "other", "-q", "1", "-E").ended(), 0)
        subscriber = self.subscriber("-c", "-i", "keeper", "-t", "news", "-q", "1")
        self.publish("news", "kept")
        self.assertEqual(subscriber.next_message(), "news 1 0 kept")

    def test_unsubscribe(self):
        subscriber = self.subscriber("-t", "a", "-t", "b", "-U", "a", "-q", "1")
        subscriber.next_line("UNSUBACK")
        self.publish("a", "nobody")
        self.publish("b", "one")
        self.assertEqual(subscriber.next_message(), "b 1 0 one")

    def test_a_megabyte_arrives_whole(self):
        payload = os.urandom(MEGABYTE)
        with tempfile.NamedTemporaryFile() as file:
            file.write(payload)
            file.flush()
            for qos in ("0", "1", "2"):
                with self.subTest(qos=qos):
                    subscriber = self.subscriber("-t", "big", "-q", qos, "-C", "1", form="%x")
                    client = self.client("mosquitto_pub", "-t", "big", "-f", file.name, "-q", qos)
                    self.assertEqual(client.ended(), 0)
                    received = bytes.fromhex(subscriber.next_message())
                    self.assertTrue(received == payload)  # no assertEqual: it would print both

    def test_many_messages_keep_their_order(self):
        for qos in (0, 1, 2):
            with self.subTest(qos=qos):
                subscriber = self.subscriber("-t", "count", "-q", str(qos), form="%p")
                with tempfile.TemporaryFile("w+") as lines:
                    lines.writelines(f"{number}\n" for number in range(1000))
                    lines.seek(0)
                    subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port),
                                    "-V", self.version, "-t", "count", "-q", str(qos), "-l"],
                                   stdin=lines, check=True, timeout=DEADLINE)
                self.assertEqual(subscriber.next_messages(1000), [str(number) for number in range(1000)])
                subscriber.killed()


class Mqtt31(InEveryVersion, MosquittoTest):
    version = "mqttv31"


class Mqtt311(InEveryVersion, MosquittoTest):
    version = "mqttv311"

    def test_request_and_response(self):
        responder = self.subscriber("-t", "request", "-q", "1")
        requester = self.client("mosquitto_rr", "-t", "request", "-e", "response", "-m", "2+2?", "-q", "1")
        self.assertEqual(responder.next_message(), "request 1 0 2+2?")
        self.publish("response", "4")
        self.assertEqual(requester.next_line("."), "4")
        self.assertEqual(requester.ended(), 0)


class Mqtt5(InEveryVersion, MosquittoTest):
    version = "mqttv5"

    def property(self, name, *value):
        """-D for the publisher."""
        return ("-D", "publish", name, *value)

    def test_properties_of_a_message_arrive(self):
        subscriber = self.subscriber("-t", "a", form="%C|%D|%F|%R|%P|%p")
        self.publish("a", "payload",
                     *self.property("content-type", "text/plain"),
                     *self.property("correlation-data", "c-1"),
                     *self.property("payload-format-indicator", "1"),
                     *self.property("response-topic", "answers"),
                     *self.property("user-property", "k", "v"),
                     *self.property("user-property", "k", "w"))
        self.assertEqual(subscriber.next_message(), "text/plain|c-1|1|answers|k:v k:w|payload")

    def test_subscription_identifiers_arrive(self):
        largest = ("-D", "subscribe", "subscription-identifier", "268435455")
        subscriber = self.subscriber("-t", "a/#", *largest, form="%S")
        self.publish("a/b", "x")
        self.assertEqual(subscriber.next_message(), "268435455")

    def test_topic_alias_of_the_publisher(self):
        subscriber = self.subscriber("-t", "alias/#", "-q", "1", form="%t %p")
        self.publish("alias/one", "x", *self.property("topic-alias", "1"), "--repeat", "3")
        self.assertEqual(subscriber.next_messages(3), ["alias/one x"] * 3)

    def test_message_expiry_is_forwarded(self):
        self.publish("a", "x", "-r", *self.property("message-expiry-interval", "1000"))
        left = int(self.subscriber("-t", "a", form="%E").next_message())
        self.assertTrue(900 <= left <= 1000, left)

    def test_session_expiry_keeps_a_session_and_zero_ends_it(self):
        for expiry, first in (("600", "offline"), ("0", "online")):
            with self.subTest(expiry=expiry):
                subscription = ("-i", expiry, "-t", expiry, "-q", "1", "-c")
                self.assertEqual(self.subscriber(*subscription, "-E", "-x", expiry).ended(), 0)
                self.publish(expiry, "offline")
                returned = self.subscriber(*subscription, form="%p")
                self.publish(expiry, "online")
                self.assertEqual(returned.next_message(), first)

    def test_will_is_sent_on_disconnect_with_will_message(self):
        watcher = self.subscriber("-t", "gone", "-q", "1")
        client = self.subscriber("-t", "x", "--will-topic", "gone", "--will-payload", "bye",
                                 "--will-qos", "1")
        client.process.terminate()  # mosquitto_sub then sends DISCONNECT 0x04
        self.assertEqual(watcher.next_message(), "gone 1 0 bye")

    def test_shared_subscription_gives_each_message_to_one(self):
        topics = ("-t", "$share/pair/work", "-t", "end")
        pair = [self.subscriber(*topics, "-q", "1", form="%p") for _ in range(2)]
        for number in range(20):
            self.publish("work", str(number))
        self.publish("end", "end")
        received = []
        for client in pair:
            received += iter(client.next_message, "end")
        self.assertEqual(sorted(received, key=int), [str(number) for number in range(20)])

    def test_receive_maximum_of_one_still_delivers_all(self):
        arguments = ("-i", "slow", "-c", "-x", "600", "-t", "a", "-q", "2",
                     "-D", "connect", "receive-maximum", "1")
        self.assertEqual(self.subscriber(*arguments, "-E").ended(), 0)
        for number in range(20):
            self.publish("a", str(number), qos=2)
        returned = self.client("mosquitto_sub", "-F", MESSAGE + "%p", *arguments)
        self.assertEqual(returned.next_messages(20), [str(number) for number in range(20)])

    def test_request_and_response(self):
        responder = self.subscriber("-t", "request", "-q", "1", form="%R %D %p")
        requester = self.client("mosquitto_rr", "-t", "request", "-e", "answers/me", "-m", "2+2?", "-q", "1",
                                *self.property("correlation-data", "sum-1"))
        response_topic, correlation, question = responder.next_message().split()
        self.assertEqual((response_topic, correlation, question), ("answers/me", "sum-1", "2+2?"))
        self.publish(response_topic, "4", *self.property("correlation-data", correlation))
        self.assertEqual(requester.next_line("."), "4")
        self.assertEqual(requester.ended(), 0)


if __name__ == "__main__":
    main()
