"""Paho's Python client with a queue for each kind of thing that happens to it, for tests to wait on."""
import queue
import socket
from types import SimpleNamespace

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from broker import DEADLINE


def properties_for(packet, **values):
    """Properties of a CONNECT, PUBLISH…, named as by Paho: properties_for("PUBLISH", TopicAlias=1)."""
    properties = Properties(getattr(PacketTypes, packet))
    for name, value in values.items():
        setattr(properties, name, value)
    return properties

KINDS = ("connack", "suback", "unsuback", "puback", "message", "pingresp", "end")


class Client:
    """connect(), then subscribe(), publish()…: each waits for the broker's answer and gives what it says."""

    def __init__(self, port, version, client_id="", will=None, will_properties=None, **arguments):
        self.port, self.version = port, version
        self.news = {kind: queue.Queue() for kind in KINDS}
        self.paho = mqtt.Client(client_id, protocol=version, reconnect_on_failure=False,
                                **arguments)
        if will:
            self.paho.will_set(*will, properties=will_properties)
        self.paho.on_connect = lambda c, u, flags, code, properties=None: self.tell(
            "connack", session_present=bool(flags["session present"]), code=int_of(code),
            properties=properties)
        self.paho.on_subscribe = lambda c, u, id, codes, properties=None: self.tell(
            "suback", id=id, codes=[int_of(code) for code in codes])
        self.paho.on_unsubscribe = lambda c, u, id, properties=None, codes=None: self.tell(
            "unsuback", id=id, codes=[int_of(code) for code in as_list(codes)])
        self.paho.on_publish = lambda c, u, id: self.tell("puback", id=id)
        self.paho.on_message = lambda c, u, message: self.news["message"].put(message)
        self.paho.on_disconnect = lambda c, u, code, properties=None: self.tell("end", code=int_of(code))

        self.paho.on_log = lambda c, u, level, text: "PINGRESP" in text and self.tell("pingresp")

    def tell(self, kind, **what):
        self.news[kind].put(SimpleNamespace(**what))

    def next(self, kind):
        try:
            return self.news[kind].get(timeout=DEADLINE)
        except queue.Empty:
            waiting = {kind: list(each.queue) for kind, each in self.news.items()}
            raise AssertionError(f"no {kind} within {DEADLINE} s; what else there is: {waiting}") from None

    def next_message(self):
        return self.next("message")

    def next_payloads(self, count):
        return [self.next_message().payload.decode() for _ in range(count)]

    def connect(self, **arguments):
        self.paho.connect("127.0.0.1", self.port, **arguments)
        self.paho.loop_start()
        return self.next("connack")

    def subscribe(self, topic_filter, qos=0, properties=None, **options):
        if self.version == mqtt.MQTTv5:
            options = SubscribeOptions(qos=qos, **options)
            self.paho.subscribe(topic_filter, options=options, properties=properties)
        else:
            self.paho.subscribe(topic_filter, qos)
        return self.next("suback").codes

    def unsubscribe(self, topic_filter):
        self.paho.unsubscribe(topic_filter)
        return self.next("unsuback").codes

    def publish(self, topic, payload, qos=1, retain=False, properties=None):
        """Wait until the broker has it: for QoS 0, until it is written."""
        self.paho.publish(topic, payload, qos, retain, properties)
        self.next("puback")

    def disconnect(self, reason=None):
        self.paho.disconnect(reason) if reason else self.paho.disconnect()
        self.next("end")
        self.paho.loop_stop()
        return self

    def cut(self):
        """End the connection without DISCONNECT, as a crash does."""
        self.paho.socket().shutdown(socket.SHUT_RDWR)
        self.next("end")
        self.paho.loop_stop()


def int_of(code):
    """A reason code as a number; Paho gives numbers in 3.1.1, objects in 5.0."""
    return getattr(code, "value", code)


def as_list(codes):
    return codes if isinstance(codes, list) else [codes] if codes is not None else []
