#!/usr/bin/env python3
"""Paho's Python client, which nobody here wrote, talks to the broker in MQTT 3.1.1 and 5.0."""
import os

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCodes

from interop import BrokerTest, main
from paho_client import Client, properties_for

MEGABYTE = 1 << 20


class PahoTest(BrokerTest):
    version = None

    def client(self, *arguments, **named):
        client = Client(self.port, self.version, *arguments, **named)
        self.addCleanup(client.paho.loop_stop)
        self.addCleanup(client.paho.disconnect)
        return client

    def connected(self, *arguments, **named):
        client = self.client(*arguments, **named)
        connack = client.connect()
        self.assertEqual(connack.code, 0)
        return client

    def session(self, client_id, clean=False):
        """Connect a client whose Session outlives its connection; gives it, and whether there was one."""
        if self.version == mqtt.MQTTv5:
            client = self.client(client_id)
            expiry = properties_for("CONNECT", SessionExpiryInterval=600)
            connack = client.connect(clean_start=clean, properties=expiry)
        else:
            client = self.client(client_id, clean_session=clean)
            connack = client.connect()
        return client, connack.session_present


class InBothVersions:
    """Run for 3.1.1 and 5.0 by the classes below."""

    def test_each_qos_is_granted_and_arrives(self):
        # Over TCP [MQTT3-7.1.1-1], with nothing that is not in the standard [MQTT3-7.0.0-2].
        client = self.connected()
        for qos in (0, 1, 2):
            with self.subTest(qos=qos):
                self.assertEqual(client.subscribe(f"a/{qos}", qos), [qos])
                client.publish(f"a/{qos}", "hello", qos)
                message = client.next_message()
                self.assertEqual((message.topic, message.payload, message.qos, message.retain, message.dup),
                                 (f"a/{qos}", b"hello", qos, False, False))

    def test_retained_message_is_sent_to_new_subscriptions_until_removed(self):
        client = self.connected()
        client.publish("lamp", "on", retain=True)
        client.subscribe("lamp", 1)
        message = client.next_message()
        self.assertEqual((message.payload, message.retain), (b"on", True))
        client.publish("lamp", "", retain=True)
        message = client.next_message()
        self.assertEqual((message.payload, message.retain), (b"", False))
        late = self.connected()
        late.subscribe("lamp", 1)
        client.publish("lamp", "live")
        self.assertEqual(late.next_payloads(1), ["live"])

    def test_will_is_sent_when_the_connection_breaks(self):
        watcher = self.connected()
        watcher.subscribe("gone", 2)
        self.connected(will=("gone", "bye", 2, True)).cut()
        message = watcher.next_message()
        self.assertEqual((message.payload, message.qos, message.retain), (b"bye", 2, False))

    def test_no_will_after_disconnect(self):
        watcher = self.connected()
        watcher.subscribe("gone", 1)
        self.connected(will=("gone", "bye", 1, False)).disconnect()
        watcher.publish("gone", "no will before me")
        self.assertEqual(watcher.next_payloads(1), ["no will before me"])

    def test_session_resumes_with_queued_messages(self):
        client, was_there = self.session("s")
        self.assertFalse(was_there)
        client.subscribe("news/#", 2)
        client.disconnect()
        publisher = self.connected()
        for number in range(10):
            publisher.publish("news/x", str(number), qos=2)
        client, was_there = self.session("s")
        self.assertTrue(was_there)
        self.assertEqual(client.next_payloads(10), [str(number) for number in range(10)])

    def test_session_survives_a_broken_connection(self):
        client, _ = self.session("s")
        client.subscribe("news", 1)
        client.cut()
        self.connected().publish("news", "while away")
        client, _ = self.session("s")
        self.assertEqual(client.next_payloads(1), ["while away"])

    def test_clean_start_ends_the_session(self):
        client, _ = self.session("s")
        client.subscribe("news", 1)
        client.disconnect()
        client, was_there = self.session("s", clean=True)
        self.assertFalse(was_there)
        client.publish("news", "nobody hears")
        client.subscribe("news", 1)
        client.publish("news", "heard")
        self.assertEqual(client.next_payloads(1), ["heard"])

    def test_second_connection_takes_over(self):
        first = self.connected("twin")
        second = self.connected("twin")
        self.assertNotEqual(first.next("end").code, 0)
        second.subscribe("a", 1)
        second.publish("a", "still here")
        self.assertEqual(second.next_payloads(1), ["still here"])

    def test_unsubscribe(self):
        client = self.connected()
        client.subscribe("a", 1)
        client.subscribe("b", 1)
        client.unsubscribe("a")
        client.publish("a", "nobody")
        client.publish("b", "somebody")
        self.assertEqual(client.next_payloads(1), ["somebody"])

    def test_a_megabyte_arrives_whole(self):
        payload = os.urandom(MEGABYTE)
        client = self.connected()
        client.subscribe("big", 2)
        for qos in (0, 1, 2):
            with self.subTest(qos=qos):
                client.publish("big", payload, qos)
                self.assertTrue(client.next_message().payload == payload)

    def test_many_messages_keep_their_order(self):
        client = self.connected()
        client.subscribe("count", 2)
        for qos in (0, 1, 2):
            with self.subTest(qos=qos):
                for number in range(500):
                    client.paho.publish("count", str(number), qos)
                self.assertEqual(client.next_payloads(500), [str(number) for number in range(500)])

    def test_ping_is_answered(self):  # [MQTT-3.12.4-1] [MQTT3-3.12.4-1]
        client = self.client()
        client.connect(keepalive=1)
        client.next("pingresp")


class Mqtt311(InBothVersions, PahoTest):
    version = mqtt.MQTTv311


class Mqtt5(InBothVersions, PahoTest):
    version = mqtt.MQTTv5

    def test_properties_of_a_message_arrive(self):
        client = self.connected()
        client.subscribe("a", 1)
        client.publish("a", "x", properties=properties_for(
            "PUBLISH", PayloadFormatIndicator=1, ContentType="text/plain", ResponseTopic="answers",
            CorrelationData=b"\0\1", UserProperty=[("k", "v"), ("k", "w")]))
        arrived = client.next_message().properties
        self.assertEqual((arrived.PayloadFormatIndicator, arrived.ContentType, arrived.ResponseTopic,
                          arrived.CorrelationData, arrived.UserProperty),
                         (1, "text/plain", "answers", b"\0\1", [("k", "v"), ("k", "w")]))

    def test_topic_alias_stands_for_its_topic(self):
        client = self.connected()
        client.subscribe("long/topic/name", 1)
        client.publish("long/topic/name", "first", properties=properties_for("PUBLISH", TopicAlias=1))
        client.publish("", "second", properties=properties_for("PUBLISH", TopicAlias=1))
        messages = [client.next_message() for _ in range(2)]
        self.assertEqual([(message.topic, message.payload) for message in messages],
                         [("long/topic/name", b"first"), ("long/topic/name", b"second")])

    def test_message_expiry_is_forwarded(self):
        client = self.connected()
        client.subscribe("a", 1)
        client.publish("a", "x", properties=properties_for("PUBLISH", MessageExpiryInterval=1000))
        self.assertTrue(900 <= client.next_message().properties.MessageExpiryInterval <= 1000)

    def test_receive_maximum_of_one_still_delivers_all(self):
        client = self.client()
        client.connect(properties=properties_for("CONNECT", ReceiveMaximum=1))
        client.subscribe("a", 2)
        publisher = self.connected()
        for number in range(50):
            publisher.publish("a", str(number), qos=2)
        self.assertEqual(client.next_payloads(50), [str(number) for number in range(50)])

    def test_subscription_identifiers_tell_which_subscription(self):
        client = self.connected()
        client.subscribe("a/#", 1, properties_for("SUBSCRIBE", SubscriptionIdentifier=7))
        client.subscribe("b", 1, properties_for("SUBSCRIBE", SubscriptionIdentifier=268_435_455))
        client.publish("a/x", "1")
        client.publish("b", "2")
        identifiers = [client.next_message().properties.SubscriptionIdentifier for _ in range(2)]
        self.assertEqual(identifiers, [[7], [268_435_455]])

    def test_client_id_is_assigned(self):
        ids = []
        for _ in range(2):
            connack = self.client("").connect()
            ids.append(connack.properties.AssignedClientIdentifier)
        self.assertTrue(all(ids))
        self.assertNotEqual(ids[0], ids[1])

    def test_reason_codes_of_unsubscribe(self):
        client = self.connected()
        client.subscribe("a")
        self.assertEqual(client.unsubscribe(["a", "never"]), [0x00, 0x11])

    def test_subscription_options(self):
        client, other = self.connected(), self.connected()
        other.publish("a", "before", retain=True)
        client.subscribe("a", 1, noLocal=True, retainAsPublished=True, retainHandling=2)
        client.publish("a", "own")
        other.publish("a", "other", retain=True)
        message = client.next_message()
        self.assertEqual((message.payload, message.retain), (b"other", True))

    def test_will_waits_for_its_delay_and_returning_prevents_it(self):
        watcher = self.connected()
        watcher.subscribe("gone", 1)
        client = self.client("s", will=("gone", "bye", 1, False),
                             will_properties=properties_for("WILLMESSAGE", WillDelayInterval=600))
        client.connect(properties=properties_for("CONNECT", SessionExpiryInterval=1200))
        client.cut()
        self.session("s")[0].disconnect()
        watcher.publish("gone", "no will before me")
        self.assertEqual(watcher.next_payloads(1), ["no will before me"])

    def test_will_carries_its_properties(self):
        watcher = self.connected()
        watcher.subscribe("gone", 1)
        properties = properties_for("WILLMESSAGE", ContentType="text", UserProperty=("why", "cut"))
        self.connected(will=("gone", "bye", 1, False), will_properties=properties).cut()
        arrived = watcher.next_message().properties
        self.assertEqual((arrived.ContentType, arrived.UserProperty), ("text", [("why", "cut")]))

    def test_disconnect_with_will_message(self):
        watcher = self.connected()
        watcher.subscribe("gone", 1)
        client = self.connected(will=("gone", "bye", 1, False))
        client.disconnect(ReasonCodes(PacketTypes.DISCONNECT, "Disconnect with will message"))
        self.assertEqual(watcher.next_payloads(1), ["bye"])


if __name__ == "__main__":
    main()
