// Bytes on their way: in any portions, large and slow, and through every way a connection can end.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <pint/broker.hpp>

#include "mqtt/encode.hpp"
#include "support/inbox.hpp"
#include "support/settle.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;

class Transport : public testing::Test {
 protected:
  Transport() { broker_.start(); }

  [[nodiscard]] std::uint64_t dropped(DropCause cause) const {
    const Stats stats = broker_.stats();
    return std::ranges::find(stats.dropped, cause, &Stats::Dropped::cause)->count;
  }

  Broker broker_{{.listeners = {Listener::tcp(0)}}};
};

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t x = 1;
  for (char& c : text) c = static_cast<char>((x = x * 1'664'525 + 1'013'904'223) >> 24);
  return text;
}

Bytes encoded(const mqtt::Packet& packet) {
  Bytes bytes;
  mqtt::encode(bytes, packet, ProtocolVersion::v5);
  return bytes;
}

TEST_F(Transport, PacketsMayComeByteByByte) {
  WireClient client(broker_.port());
  for (const std::uint8_t byte : encoded(mqtt::Connect{.client_id = "slowly"}))
    client.send(ByteView(&byte, 1));
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::success);
  for (const std::uint8_t byte : encoded(mqtt::Pingreq{})) client.send(ByteView(&byte, 1));
  client.expect<mqtt::Pingresp>();
}

TEST_F(Transport, PacketsMayComeAllAtOnce) {
  WireClient client(broker_.port());
  Bytes all = encoded(mqtt::Connect{.client_id = "hasty"});
  for (int i = 0; i < 100; ++i) {
    const Bytes ping = encoded(mqtt::Pingreq{});
    all.insert(all.end(), ping.begin(), ping.end());
  }
  client.send(ByteView(all));
  client.expect<mqtt::Connack>();
  for (int i = 0; i < 100; ++i) client.expect<mqtt::Pingresp>();
}

TEST_F(Transport, ALargeMessageGoesBothWaysToAReaderWithLittleRoom) {
  const std::string payload = pattern(5 << 20);
  WireClient subscriber(broker_.port(), {.receive_buffer = 4'096});
  subscriber.connect("subscriber");
  subscriber.subscribe("big", QoS::at_least_once);
  WireClient publisher(broker_.port());
  publisher.connect("publisher");
  publisher.publish("big", payload, QoS::at_least_once);
  publisher.expect<mqtt::Puback>();
  EXPECT_EQ(as_text(subscriber.expect<mqtt::Publish>().payload), payload);
}

TEST_F(Transport, AFastPublisherLosesNothingTowardsAFastReader) {
  constexpr int kMessages = 20'000;
  WireClient subscriber(broker_.port());
  subscriber.connect("subscriber");
  subscriber.subscribe("n");
  std::thread publishing([this] {
    WireClient publisher(broker_.port());
    publisher.connect("publisher");
    Bytes all;
    const std::string padding(200, '.');
    for (int i = 0; i < kMessages; ++i) {
      mqtt::encode(all, mqtt::Publish{.topic = "n", .payload = as_bytes(padding)}, ProtocolVersion::v5);
    }
    publisher.send(ByteView(all)).ping();
  });
  for (int i = 0; i < kMessages; ++i) ASSERT_EQ(subscriber.expect<mqtt::Publish>().topic, "n");
  publishing.join();
  EXPECT_EQ(dropped(DropCause::outbox_full), 0u);
}

TEST_F(Transport, ASubscriberThatNeverReadsDoesNotDelayOthers) {
  const std::string payload(64 << 10, 'x');
  WireClient stuck(broker_.port(), {.receive_buffer = 4'096});
  stuck.connect("stuck");
  stuck.subscribe("big");
  WireClient reader(broker_.port());
  reader.connect("reader");
  reader.subscribe("big");
  WireClient publisher(broker_.port());
  publisher.connect("publisher");
  for (int i = 0; i < 300; ++i) {  // 19 MB, several times what a socket and an outbox hold
    publisher.publish("big", payload);
    ASSERT_EQ(reader.expect<mqtt::Publish>().payload.size(), payload.size());
  }
  EXPECT_GT(dropped(DropCause::outbox_full), 0u);
  EXPECT_EQ(as_text(stuck.expect<mqtt::Publish>().payload), payload);
}

TEST_F(Transport, AClientThatDoesNotReadItsAnswersIsNotReadAndLosesNothing) {
  const auto with_small_buffers = [](NativeSocket socket, SocketStage) {
    const int size = 16 << 10;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  };
  Broker broker({.listeners = {Listener::tcp(0)},
                 .limits = {.outbox_bytes = 64u << 10},
                 .on_socket = with_small_buffers});
  broker.start();
  WireClient client(broker.port(), {.receive_buffer = 4'096, .send_buffer = 4'096});
  client.connect("c");
  Bytes pings;
  for (int i = 0; i < 10'000; ++i) pings.insert(pings.end(), {0xC0, 0});
  constexpr std::size_t kTooMuch = 4u << 20;  // more than all buffers on the way may hold together
  std::size_t sent = 0;
  for (int idle_turns = 0; idle_turns < 50 && sent < kTooMuch;) {
    const std::size_t taken = client.send_some(ByteView(pings).subspan(sent % pings.size()));
    sent += taken;
    idle_turns = taken > 0 ? 0 : idle_turns + 1;
    if (taken == 0) settle(broker);  // the broker has had a turn
  }
  EXPECT_LT(sent, kTooMuch) << "the broker reads on while its answers pile up";
  for (std::size_t i = 0; i < sent / 2; ++i) client.expect<mqtt::Pingresp>();
}

TEST_F(Transport, BytesThatCameBeforeTheEndAreHandled) {
  WireClient subscriber(broker_.port());
  subscriber.connect("subscriber");
  subscriber.subscribe("n");
  WireClient publisher(broker_.port());
  publisher.connect("publisher");
  Bytes all;
  for (int i = 0; i < 1'000; ++i) {
    mqtt::encode(all, mqtt::Publish{.topic = "n", .payload = as_bytes("x")}, ProtocolVersion::v5);
  }
  publisher.send(ByteView(all)).close();
  for (int i = 0; i < 1'000; ++i) subscriber.expect<mqtt::Publish>();
}

TEST_F(Transport, BytesThatCameBeforeTheEndAreHandledWhenNobodyTakesTheAnswers) {
  WireClient subscriber(broker_.port());
  subscriber.connect("subscriber");
  subscriber.subscribe("n");
  WireClient publisher(broker_.port());
  publisher.connect("publisher");
  Bytes all;
  for (std::uint16_t i = 1; i <= 1'000; ++i) {
    mqtt::encode(all, mqtt::Publish{.qos = QoS::at_least_once, .topic = "n", .packet_id = mqtt::PacketId{i}},
                 ProtocolVersion::v5);
  }
  publisher.send(ByteView(all)).close();  // PUBACKs meet a closed socket, which answers with RST
  for (int i = 0; i < 1'000; ++i) subscriber.expect<mqtt::Publish>();
}

TEST_F(Transport, AHalfClosedClientGetsItsAnswer) {
  WireClient client(broker_.port());
  client.send(mqtt::Connect{.client_id = "c"});
  client.close_sending();
  EXPECT_EQ(client.expect<mqtt::Connack>().reason, ReasonCode::success);
  client.expect_close();
}

TEST_F(Transport, TheLastPacketArrivesThoughTheClientGoesOnSending) {  // [MQTT-4.13.1-1]
  const std::string junk(300'000, 'x');
  for (int i = 0; i < 20; ++i) {
    WireClient client(broker_.port());
    client.connect("c");
    Bytes all = {0xC1, 0};  // PINGREQ with a reserved flag set, and then more
    all.insert(all.end(), junk.begin(), junk.end());
    client.send(ByteView(all));
    EXPECT_EQ(client.expect<mqtt::Disconnect>().reason, ReasonCode::malformed_packet);
    client.expect_close();
  }
}

TEST_F(Transport, AResetInTheMiddleOfAPacketEndsThatClientOnly) {
  WireClient other(broker_.port());
  other.connect("other");
  other.subscribe("gone");
  const mqtt::WillView will{.topic = "gone", .payload = as_bytes("!")};
  for (int i = 0; i < 20; ++i) {
    WireClient client(broker_.port());
    client.connect("c", {.will = will});
    client.send(ByteView(encoded(mqtt::Publish{.topic = "n", .payload = as_bytes("never whole")})).first(6));
    client.reset();
    EXPECT_EQ(as_text(other.expect<mqtt::Publish>().payload), "!");
  }
  other.ping();
}

TEST_F(Transport, AResetWhileMuchIsOnItsWayEndsThatClientOnly) {
  WireClient other(broker_.port());
  other.connect("other");
  for (int i = 0; i < 20; ++i) {
    WireClient stuck(broker_.port(), {.receive_buffer = 4'096});
    stuck.connect("stuck");
    stuck.subscribe("big");
    broker_.publish("big", std::string(2 << 20, 'x'));
    settle(broker_);  // it is on its way
    stuck.reset();
    other.ping();
  }
}

TEST_F(Transport, ManyClientsComeAndGoAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 100; ++i) {
        WireClient client(broker_.port());
        client.connect(std::to_string(t) + "-" + std::to_string(i));
        client.subscribe("#");
        client.publish("n", "x", QoS::at_least_once);
        if (i % 3 == 0) client.send(mqtt::Disconnect{});
        if (i % 3 == 1) client.reset();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  WireClient last(broker_.port());
  last.connect("last");
  EXPECT_EQ(broker_.stats().connections_accepted, 401u);
}

}  // namespace
}  // namespace pint::test
