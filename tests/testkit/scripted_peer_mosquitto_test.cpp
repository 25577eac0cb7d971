// libmosquitto meets a scripted peer. Its loop runs on the test's thread, which reconnects at once: nothing
// here waits for time.
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <memory>
#include <optional>
#include <string>

#include <pint/scripted_peer.hpp>

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using enum PacketType;

class MosquittoClient {
 public:
  explicit MosquittoClient(const ScriptedPeer& peer, int version = MQTT_PROTOCOL_V311)
      : client_(mosquitto_new("dev-1", false, this), &mosquitto_destroy) {
    mosquitto_int_option(get(), MOSQ_OPT_PROTOCOL_VERSION, version);
    mosquitto_publish_callback_set(get(), [](mosquitto*, void* self, int) { of(self).published = true; });
    mosquitto_subscribe_callback_set(
        get(), [](mosquitto*, void* self, int, int, const int* each) { of(self).granted = each[0]; });
    mosquitto_message_callback_set(get(), [](mosquitto*, void* self, const mosquitto_message* message) {
      of(self).topic = message->topic;
    });
    mosquitto_disconnect_v5_callback_set(get(), [](mosquitto*, void* self, int reason,
                                                   const mosquitto_property*) { of(self).ended = reason; });
    EXPECT_EQ(mosquitto_connect(get(), "127.0.0.1", peer.port(), 60), MOSQ_ERR_SUCCESS);
  }

  void publish(const char* where, const std::string& payload, int qos) {
    const int size = static_cast<int>(payload.size());
    EXPECT_EQ(mosquitto_publish(get(), nullptr, where, size, payload.data(), qos, false), MOSQ_ERR_SUCCESS);
  }
  void subscribe(const char* filter) {
    EXPECT_EQ(mosquitto_subscribe(get(), nullptr, filter, 1), MOSQ_ERR_SUCCESS);
  }
  // Run the client until the condition holds, connecting again whenever the connection has ended.
  void run_until(const auto& condition) {
    while (!condition()) {
      if (mosquitto_loop(get(), -1, 1) == MOSQ_ERR_SUCCESS) continue;
      ASSERT_EQ(mosquitto_reconnect(get()), MOSQ_ERR_SUCCESS);
    }
  }
  mosquitto* get() { return client_.get(); }

  bool published = false;
  int granted = -1;
  std::string topic;
  std::optional<int> ended;

 private:
  static MosquittoClient& of(void* self) { return *static_cast<MosquittoClient*>(self); }

  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
};

const Script kConnects =
    Script().accept().expect(received(connect).client("dev-1")).reply(packets::connack());

TEST(ScriptedPeerAndMosquitto, ItSendsAgainWithDupAfterACut) {
  ScriptedPeer peer;
  const Pattern reading = received(publish).topic("temperature").payload("21.5").packet_id(1);
  peer.play(kConnects.expect(reading.dup(false))
                .reset()
                .accept()
                .expect(received(connect).client("dev-1"))
                .reply(packets::connack({.session_present = true}))
                .expect(reading.dup())
                .reply(packets::puback()));
  MosquittoClient client(peer);
  client.publish("temperature", "21.5", 1);
  client.run_until([&] { return client.published; });
  peer.verify();
}

TEST(ScriptedPeerAndMosquitto, ItTellsThatASubscriptionFailed) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(subscribe).topic_filter("secret/#"))
                .reply(packets::suback({.reasons = {ReasonCode::unspecified_error}})));
  MosquittoClient client(peer);
  client.subscribe("secret/#");
  client.run_until([&] { return client.granted != -1; });
  EXPECT_EQ(client.granted, 0x80);
  peer.verify();
}

TEST(ScriptedPeerAndMosquitto, ItIgnoresAnAcknowledgementOfSomethingElse) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(publish).packet_id(1))
                .reply(packets::puback({.packet_id = 2}))
                .send(packets::publish({.topic = "marker"}))
                .delay(5s)
                .reply(packets::puback()));
  MosquittoClient client(peer);
  client.publish("temperature", "21.5", 1);
  client.run_until([&] { return client.topic == "marker"; });
  EXPECT_FALSE(client.published);
  peer.advance(5s);
  client.run_until([&] { return client.published; });
  peer.verify();
}

TEST(ScriptedPeerAndMosquitto, ItTellsWhyTheServerDisconnects) {
  ScriptedPeer peer;
  peer.play(kConnects.send(packets::disconnect({.reason = ReasonCode::server_moved})).expect_closed());
  MosquittoClient client(peer, MQTT_PROTOCOL_V5);
  client.run_until([&] { return client.ended.has_value(); });
  EXPECT_EQ(client.ended, 0x9D);
  peer.verify();
}

TEST(ScriptedPeerAndMosquitto, WhatItDoesOtherwiseIsTold) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(publish).topic("temperature").qos(QoS::exactly_once)));
  MosquittoClient client(peer);
  client.publish("temperature", "21.5", 1);
  while (mosquitto_loop(client.get(), -1, 1) == MOSQ_ERR_SUCCESS) {
  }
  const Verdict verdict = peer.outcome(10s);
  EXPECT_FALSE(verdict);
  EXPECT_NE(verdict.explanation.find("\n      qos: expected 2, was 1\n"), std::string::npos)
      << verdict.explanation;
}

}  // namespace
}  // namespace pint::test
