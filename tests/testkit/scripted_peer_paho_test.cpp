// Paho's asynchronous C client, with automatic reconnection, meets a scripted peer: what it does when a
// server misbehaves. Its shortest intervals are a second of real time, which nothing here depends on.
#include <MQTTAsync.h>
#include <gtest/gtest.h>

#include <string>

#include <pint/scripted_peer.hpp>

#include "support/inbox.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using enum PacketType;

constexpr auto kPatience = 60s;  // for a client that waits longer from attempt to attempt

class PahoClient {
 public:
  PahoClient(const ScriptedPeer& peer, int version, int keep_alive) {
    const std::string url = "tcp://127.0.0.1:" + std::to_string(peer.port());
    MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer;
    create.MQTTVersion = version;
    EXPECT_EQ(MQTTAsync_createWithOptions(&client_, url.c_str(), "dev-1", MQTTCLIENT_PERSISTENCE_NONE,
                                          nullptr, &create),
              MQTTASYNC_SUCCESS);
    MQTTAsync_setConnected(client_, this, &on_connected);
    MQTTAsync_setConnectionLostCallback(client_, this, &on_lost);
    MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer;
    if (version == MQTTVERSION_5) connect = MQTTAsync_connectOptions_initializer5;
    connect.MQTTVersion = version;
    connect.keepAliveInterval = keep_alive;
    connect.automaticReconnect = 1;
    connect.minRetryInterval = 1;
    connect.maxRetryInterval = 2;
    EXPECT_EQ(MQTTAsync_connect(client_, &connect), MQTTASYNC_SUCCESS);
  }
  ~PahoClient() { MQTTAsync_destroy(&client_); }
  PahoClient(const PahoClient&) = delete;
  PahoClient& operator=(const PahoClient&) = delete;

  Inbox<std::string> connections;  // "connected", "lost", as they happen

 private:
  static void on_connected(void* self, char*) {
    static_cast<PahoClient*>(self)->connections.put("connected");
  }
  static void on_lost(void* self, char*) { static_cast<PahoClient*>(self)->connections.put("lost"); }

  MQTTAsync client_ = nullptr;
};

const Script kConnects =
    Script().accept().expect(received(connect).client("dev-1")).reply(packets::connack());

TEST(ScriptedPeerAndPaho, ItRetriesAfterQuotaExceeded) {
  ScriptedPeer peer;
  peer.play(kConnects.close()
                .accept()
                .expect(received(connect).client("dev-1").version(ProtocolVersion::v5))
                .reply(packets::connack({.reason = ReasonCode::quota_exceeded}))
                .expect_closed()
                .then(kConnects));
  PahoClient client(peer, MQTTVERSION_5, 60);
  peer.verify(kPatience);
  EXPECT_EQ(client.connections.take(), "connected");
  EXPECT_EQ(client.connections.take(), "lost");
  EXPECT_EQ(client.connections.take(), "connected");
}

TEST(ScriptedPeerAndPaho, ItDisconnectsWhenPingrespNeverComes) {
  ScriptedPeer peer;
  peer.play(kConnects.expect(received(pingreq)).expect(received(disconnect)).expect_closed());
  PahoClient client(peer, MQTTVERSION_3_1_1, 1);
  peer.verify(kPatience);
  EXPECT_EQ(client.connections.take(), "connected");
  EXPECT_EQ(client.connections.take(), "lost");
}

}  // namespace
}  // namespace pint::test
