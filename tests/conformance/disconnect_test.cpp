// DISCONNECT: the client's, after which it is gone, and the server's, which says why. [section 3.14]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using mqtt::PropertyId;
using enum ReasonCode;

// From the client.

class ClientDisconnect : public EachVersion {
 protected:
  // PUBLISH of "!" to t.
  static std::string publish() {
    return GetParam() == ProtocolVersion::v5 ? "\x30\x05\x00\x01t\x00!"s : "\x30\x04\x00\x01t!"s;
  }
};
INSTANTIATE_TEST_SUITE_P(, ClientDisconnect, kEachVersion, version_name);

TEST_P(ClientDisconnect, EndsTheConnection) {  // [MQTT-3.14.4-2] [MQTT3-3.14.4-1]
  auto& peer = connect("c");
  peer.send_raw("\xE0\x00"sv);
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
}

TEST_P(ClientDisconnect, IsTheLastPacketThatIsHandled) {  // [MQTT-3.14.4-1] [MQTT3-3.14.4-2]
  auto& watcher = connect("watcher").subscribe("t");
  connect("c").send_raw("\xE0\x00"s + publish());
  EXPECT_TRUE(watcher.silent());
}

TEST_P(ClientDisconnect, IsToldAsTheClientsOwnWish) {
  connect("c").send_raw("\xE0\x00"sv);
  const auto gone = scene.events<ClientDisconnected>();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, DisconnectCause::client_disconnected);
  EXPECT_TRUE(gone[0].asked_for_it);
}

TEST_P(ClientDisconnect, MustHaveNoFlags) {  // [MQTT-3.14.1-1] [MQTT3-3.14.1-1]
  auto& peer = connect("c");
  peer.send_raw("\xE1\x00"sv);
  expect_ended(peer, malformed_packet);
}

TEST_P(ClientDisconnect, IsNoGoodbyeIfItIsMalformed) {  // [MQTT-3.14.4-3] [MQTT3-3.14.4-3]
  auto& watcher = connect("watcher").subscribe("gone");
  connect("c", {.will = WillTerms{.topic = "gone", .payload = "!"}}).send_raw("\xE1\x00"sv);
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

TEST(DisconnectBefore5, HasNoBody) {  // [section 3.14 of 3.1.1] [MQTT3-4.8.0-1]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  auto& peer = scene.connect("c", {.version = ProtocolVersion::v3_1_1, .will = WillTerms{"gone", "!"}});
  peer.send_raw("\xE0\x01\x00"sv);
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(watcher.received(), one("gone", "!"));
}

class FormOfDisconnect : public testing::TestWithParam<std::string_view> {};

TEST_P(FormOfDisconnect, MayBeShort) {  // [section 3.14.2.1]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("gone");
  auto& peer = scene.connect("c", {.will = WillTerms{.topic = "gone", .payload = "!"}});
  peer.send_raw(GetParam());
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
  EXPECT_TRUE(watcher.silent());
}

INSTANTIATE_TEST_SUITE_P(, FormOfDisconnect,
                         testing::Values("\xE0\x00"sv, "\xE0\x01\x00"sv, "\xE0\x02\x00\x00"sv,
                                         "\xE0\x07\x00\x05\x1F\x00\x02ok"sv));

class ReasonOfAClient : public testing::TestWithParam<ReasonCode> {};

TEST_P(ReasonOfAClient, IsAccepted) {  // [MQTT-3.14.2-1]
  Scene scene;
  auto& peer = scene.connect("c");
  peer.disconnect(GetParam());
  EXPECT_TRUE(peer.silent());
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(scene.events<ClientDisconnected>().at(0).reason, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, ReasonOfAClient,
                         testing::Values(normal_disconnection, disconnect_with_will_message,
                                         unspecified_error, malformed_packet, protocol_error,
                                         implementation_specific_error, topic_name_invalid,
                                         receive_maximum_exceeded, topic_alias_invalid, packet_too_large,
                                         message_rate_too_high, quota_exceeded, administrative_action,
                                         payload_format_invalid));

class ReasonOfTheServer : public testing::TestWithParam<ReasonCode> {};

TEST_P(ReasonOfTheServer, IsNotTheClientsToSend) {  // [section 3.14.2.1]
  Scene scene;
  auto& peer = scene.connect("c");
  peer.disconnect(GetParam());
  expect_ended(peer, protocol_error);
}

TEST_P(ReasonOfTheServer, IsToldToTheClient) {  // [MQTT-3.14.2-1]
  Scene scene;
  auto& peer = scene.connect("c");
  scene.engine().disconnect("c", GetParam(), scene.now());
  scene.settle();
  expect_ended(peer, GetParam());
}

INSTANTIATE_TEST_SUITE_P(, ReasonOfTheServer,
                         testing::Values(not_authorized, server_busy, server_shutting_down,
                                         keep_alive_timeout, session_taken_over, topic_filter_invalid,
                                         retain_not_supported, use_another_server, server_moved,
                                         shared_subscriptions_not_supported, connection_rate_exceeded,
                                         maximum_connect_time, subscription_identifiers_not_supported,
                                         wildcard_subscriptions_not_supported));

class ReasonOfNobody : public testing::TestWithParam<int> {};

TEST_P(ReasonOfNobody, IsMalformed) {  // [MQTT-3.14.2-1]
  Scene scene;
  auto& peer = scene.connect("c");
  peer.send_raw({0xE0, 0x01, GetParam()});
  expect_ended(peer, malformed_packet);
}

INSTANTIATE_TEST_SUITE_P(, ReasonOfNobody,
                         testing::Values(0x01, 0x03, 0x05, 0x18, 0x84, 0x86, 0x91, 0x92, 0xA3, 0xFF));

TEST(ClientsDisconnectProperties, MustNotHaveAServerReference) {  // [section 3.14.2.2.5]
  Scene scene;
  auto& peer = scene.connect("c");
  peer.send(mqtt::Disconnect{normal_disconnection,
                             mqtt::PropertyList().add(PropertyId::server_reference, "elsewhere").view()});
  expect_ended(peer, protocol_error);
}

// From the server.

class ServerDisconnect : public EachVersion {
 protected:
  void disconnect(std::string_view client_id, ReasonCode reason = administrative_action) {
    EXPECT_TRUE(scene.engine().disconnect(client_id, reason, scene.now()));
    scene.settle();
  }
};
INSTANTIATE_TEST_SUITE_P(, ServerDisconnect, kEachVersion, version_name);

TEST_P(ServerDisconnect, EndsTheConnection) {  // [MQTT-3.14.4-2] [MQTT-4.13.2-1]
  auto& peer = connect("c");
  disconnect("c");
  expect_ended(peer, administrative_action);
}

TEST_P(ServerDisconnect, IsTheLastPacketThatIsSent) {  // [MQTT-3.14.4-1]
  auto& peer = connect_to_session("c").subscribe("t").stop_reading();
  disconnect("c");
  connect("publisher").publish("t", "too late", QoS::at_least_once);
  peer.read_on();
  expect_ended(peer, administrative_action);
}

TEST_P(ServerDisconnect, IsTheLastPacketThatIsHandled) {  // [MQTT-3.14.4-1]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = connect("c").stop_reading();
  disconnect("c");
  peer.publish("t", "too late");
  EXPECT_TRUE(watcher.silent());
}

TEST_P(ServerDisconnect, LeavesOtherClientsAlone) {
  connect("c");
  auto& other = connect("other");
  disconnect("c");
  EXPECT_FALSE(other.closed());
  EXPECT_TRUE(other.silent());
}

TEST_P(ServerDisconnect, IsToldAsTheApplicationsWish) {
  connect("c");
  disconnect("c");
  const auto gone = scene.events<ClientDisconnected>();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, DisconnectCause::disconnected_by_application);
  EXPECT_EQ(gone[0].reason, administrative_action);
  EXPECT_FALSE(gone[0].asked_for_it);
}

TEST_P(ServerDisconnect, NeedsAClientThatIsConnected) {
  scene.cut(connect_to_session("away"));
  EXPECT_FALSE(scene.engine().disconnect("away", administrative_action, scene.now()));
  EXPECT_FALSE(scene.engine().disconnect("nobody", administrative_action, scene.now()));
}

TEST_P(ServerDisconnect, OfAllWhenTheBrokerStops) {  // [section 3.14.2.1], 0x8B
  auto& one = connect("one");
  auto& two = connect("two");
  auto& three = scene.open(GetParam());
  scene.engine().shut_down(server_shutting_down, scene.now());
  scene.settle();
  expect_ended(one, server_shutting_down);
  expect_ended(two, server_shutting_down);
  EXPECT_TRUE(three.silent());  // it had no CONNACK [MQTT-3.14.0-1]
  EXPECT_TRUE(three.closed());
}

TEST_P(ServerDisconnect, AwaitsWhoComesAfterTheBrokerStopped) {
  scene.engine().shut_down(server_shutting_down, scene.now());
  auto& late = scene.open(GetParam());
  EXPECT_TRUE(late.silent());
  EXPECT_TRUE(late.closed());
}

class ReasonNotOfDisconnect : public testing::TestWithParam<ReasonCode> {};

TEST_P(ReasonNotOfDisconnect, IsNeverSent) {  // [MQTT-3.14.2-1]
  Scene scene;
  auto& peer = scene.connect("c");
  scene.engine().disconnect("c", GetParam(), scene.now());
  scene.settle();
  expect_ended(peer, unspecified_error);
}

INSTANTIATE_TEST_SUITE_P(, ReasonNotOfDisconnect,
                         testing::Values(granted_qos_1, continue_authentication, unsupported_protocol_version,
                                         client_identifier_not_valid, bad_user_name_or_password, banned,
                                         server_unavailable, bad_authentication_method,
                                         packet_identifier_in_use));

// What it says besides its code.

class ServerDisconnectProperties : public testing::Test {
 protected:
  // The DISCONNECT a client gets for a Protocol Error.
  mqtt::Disconnect disconnect_of(const ConnectTerms& terms) {
    auto& peer = scene.connect("c", terms);
    peer.send_connect("c");
    return peer.expect<mqtt::Disconnect>();
  }
  Scene scene;
};

TEST_F(ServerDisconnectProperties, HaveAReasonStringThatNamesTheClause) {
  const auto packet = disconnect_of({});
  EXPECT_EQ(packet.properties.text(PropertyId::reason_string),
            "second CONNECT on one connection [MQTT-3.1.0-2]");
}

TEST_F(ServerDisconnectProperties, HaveItEvenWithoutRequestProblemInformation) {  // [MQTT-3.1.2-29]
  EXPECT_TRUE(
      disconnect_of({.request_problem_information = false}).properties.find(PropertyId::reason_string));
}

// [MQTT-3.14.2-3] [MQTT-3.14.2-4] [MQTT-3.1.2-24]
TEST_F(ServerDisconnectProperties, AreLeftOutWhereTheClientIsTooSmallForThem) {
  auto& peer = scene.connect("c", {.maximum_packet_size = 20});
  peer.send_connect("c");
  EXPECT_EQ(peer.received_bytes(), "\xE0\x01\x82"s);
}

TEST_F(ServerDisconnectProperties, NeverHaveASessionExpiryInterval) {  // [MQTT-3.14.2-2]
  EXPECT_FALSE(disconnect_of({.session_expiry = 60}).properties.find(PropertyId::session_expiry_interval));
}

}  // namespace
}  // namespace pint::test
