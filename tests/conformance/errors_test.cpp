// What a broker answers to bytes that are no MQTT: the reason in 5.0, nothing in 3.x, and the connection is
// closed. Nobody else notices. (CONNECT and AUTH: connect_test.cpp, auth_test.cpp.) [section 4.13]
// [section 4.8 of 3.1.1]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using enum ReasonCode;

constexpr auto v5 = ProtocolVersion::v5;

// Broken bytes, once for 3.x and once for 5.0, and what 5.0 calls them.
struct Broken {
  std::string name;
  std::string in_3;
  std::string in_5;
  ReasonCode reason = malformed_packet;
};
using BrokenIn = std::tuple<Broken, ProtocolVersion>;

Broken same_in_all(std::string name, std::string bytes, ReasonCode reason = malformed_packet) {
  return {std::move(name), bytes, bytes, reason};
}

std::string name_of_row(const testing::TestParamInfo<BrokenIn>& row) {
  return std::get<0>(row.param).name + "_" + version_name({std::get<1>(row.param), 0});
}

// A client that sends them, and two that have nothing to do with it.
class BrokenPacket : public testing::TestWithParam<BrokenIn> {
 protected:
  void expect_ended_and_others_undisturbed() {
    const auto& [broken, version] = GetParam();
    auto& peer = scene.connect("c", {.version = version});
    peer.send_raw(version == v5 ? broken.in_5 : broken.in_3);
    expect_ended(peer, broken.reason);
    publisher.publish("t", "!");
    EXPECT_EQ(watcher.received(), one("t", "!"));
    EXPECT_TRUE(publisher.silent());
  }
  Scene scene;
  Peer& watcher = scene.connect("watcher").subscribe("t");
  Peer& publisher = scene.connect("publisher", {.version = ProtocolVersion::v3_1_1});
};

// The fixed header.

class ReservedFlags : public BrokenPacket {};

// [MQTT-2.1.3-1] [MQTT3-2.2.2-1] [MQTT3-2.2.2-2] [MQTT-4.13.1-1] [MQTT3-4.8.0-1]
TEST_P(ReservedFlags, EndTheConnectionIfTheyAreWrong) { expect_ended_and_others_undisturbed(); }

INSTANTIATE_TEST_SUITE_P(
    , ReservedFlags,
    testing::Combine(
        testing::Values(
            same_in_all("Puback", "\x41\x02\x00\x01"s), same_in_all("Pubrec", "\x51\x02\x00\x01"s),
            same_in_all("Pubrel", "\x60\x02\x00\x01"s), same_in_all("Pubcomp", "\x71\x02\x00\x01"s),
            Broken{"Subscribe", "\x80\x06\x00\x01\x00\x01t\x00"s, "\x80\x07\x00\x01\x00\x00\x01t\x00"s},
            Broken{"Unsubscribe", "\xA0\x05\x00\x01\x00\x01t"s, "\xA0\x06\x00\x01\x00\x00\x01t"s},
            same_in_all("Pingreq", "\xC1\x00"s), same_in_all("Disconnect", "\xE1\x00"s)),
        kEachVersion),
    name_of_row);

TEST(ReservedFlagsOf31, MaySayThatAPacketIsSentAgain) {  // [section 2.1 of 3.1]
  Scene scene;
  auto& peer = scene.connect("c", {.version = ProtocolVersion::v3_1});
  peer.send_raw("\x8A\x06\x00\x01\x00\x01t\x00"sv);
  EXPECT_EQ(peer.expect<mqtt::Suback>().packet_id, mqtt::PacketId{1});
}

class PacketType : public BrokenPacket {};

TEST_P(PacketType, EndsTheConnectionIfNoClientMaySendIt) {  // [MQTT-4.13.1-1] [MQTT3-4.8.0-1]
  expect_ended_and_others_undisturbed();
}

INSTANTIATE_TEST_SUITE_P(
    , PacketType,
    testing::Combine(
        testing::Values(same_in_all("Reserved", "\x00\x00"s),
                        Broken{"Connack", "\x20\x02\x00\x00"s, "\x20\x03\x00\x00\x00"s, protocol_error},
                        Broken{"Suback", "\x90\x03\x00\x01\x00"s, "\x90\x04\x00\x01\x00\x00"s,
                               protocol_error},
                        Broken{"Unsuback", "\xB0\x02\x00\x01"s, "\xB0\x04\x00\x01\x00\x00"s, protocol_error},
                        same_in_all("Pingresp", "\xD0\x00"s, protocol_error)),
        kEachVersion),
    name_of_row);

class RemainingLength : public BrokenPacket {};

// 5.0 demands the shortest form; we do so in 3.x too, where no client needs another. [MQTT-1.5.5-1]
TEST_P(RemainingLength, EndsTheConnectionIfItIsNotTheShortest) { expect_ended_and_others_undisturbed(); }

INSTANTIATE_TEST_SUITE_P(
    , RemainingLength,
    testing::Combine(
        testing::Values(Broken{"Publish", "\x30\x83\x00\x00\x01t"s, "\x30\x84\x00\x00\x01t\x00"s},
                        same_in_all("Puback", "\x40\x82\x00\x00\x01"s),
                        same_in_all("Pubrec", "\x50\x82\x80\x00\x00\x01"s),
                        same_in_all("Pubrel", "\x62\x82\x80\x80\x00\x00\x01"s),
                        same_in_all("Pubcomp", "\x70\x82\x00\x00\x01"s),
                        Broken{"Subscribe", "\x82\x86\x00\x00\x01\x00\x01t\x00"s,
                               "\x82\x87\x00\x00\x01\x00\x00\x01t\x00"s},
                        Broken{"Unsubscribe", "\xA2\x85\x00\x00\x01\x00\x01t"s,
                               "\xA2\x86\x00\x00\x01\x00\x00\x01t"s},
                        same_in_all("Pingreq", "\xC0\x80\x00"s), same_in_all("Disconnect", "\xE0\x80\x00"s),
                        same_in_all("FiveBytes", "\x30\xFF\xFF\xFF\xFF\x01"s)),
        kEachVersion),
    name_of_row);

// Bodies.

class Length : public BrokenPacket {};

TEST_P(Length, EndsTheConnectionIfBytesAreLeftOver) {  // [MQTT-4.13.1-1] [MQTT3-4.8.0-1]
  expect_ended_and_others_undisturbed();
}

INSTANTIATE_TEST_SUITE_P(
    LeftOver, Length,
    testing::Combine(testing::Values(Broken{"Puback", "\x40\x03\x00\x01x"s, "\x40\x05\x00\x01\x00\x00x"s},
                                     Broken{"Pubrec", "\x50\x03\x00\x01x"s, "\x50\x05\x00\x01\x00\x00x"s},
                                     Broken{"Pubrel", "\x62\x03\x00\x01x"s, "\x62\x05\x00\x01\x00\x00x"s},
                                     Broken{"Pubcomp", "\x70\x03\x00\x01x"s, "\x70\x05\x00\x01\x00\x00x"s},
                                     Broken{"Subscribe", "\x82\x07\x00\x01\x00\x01t\x00x"s,
                                            "\x82\x08\x00\x01\x00\x00\x01t\x00x"s},
                                     Broken{"Unsubscribe", "\xA2\x06\x00\x01\x00\x01tx"s,
                                            "\xA2\x07\x00\x01\x00\x00\x01tx"s},
                                     same_in_all("Pingreq", "\xC0\x01x"s),
                                     Broken{"Disconnect", "\xE0\x01x"s, "\xE0\x03\x00\x00x"s}),
                     kEachVersion),
    name_of_row);

TEST_P(Length, EndsTheConnectionIfAFieldIsCutShort) {  // [MQTT-4.13.1-1] [MQTT3-4.8.0-1]
  expect_ended_and_others_undisturbed();
}

INSTANTIATE_TEST_SUITE_P(
    CutShort, Length,
    testing::Combine(testing::Values(same_in_all("PublishWithoutTopic", "\x30\x00"s),
                                     same_in_all("PublishWithHalfATopic", "\x30\x03\x00\x02t"s),
                                     same_in_all("PublishWithoutIdentifier", "\x32\x03\x00\x01t"s),
                                     same_in_all("Puback", "\x40\x01\x00"s),
                                     same_in_all("Pubrec", "\x50\x01\x00"s),
                                     same_in_all("Pubrel", "\x62\x01\x00"s),
                                     same_in_all("Pubcomp", "\x70\x01\x00"s),
                                     same_in_all("SubscribeWithoutIdentifier", "\x82\x01\x00"s),
                                     Broken{"SubscribeWithoutOptions", "\x82\x05\x00\x01\x00\x01t"s,
                                            "\x82\x06\x00\x01\x00\x00\x01t"s},
                                     same_in_all("UnsubscribeWithoutIdentifier", "\xA2\x01\x00"s),
                                     Broken{"UnsubscribeWithHalfAFilter", "\xA2\x05\x00\x01\x00\x02t"s,
                                            "\xA2\x06\x00\x01\x00\x00\x02t"s}),
                     kEachVersion),
    name_of_row);

// Property Length, which only 5.0 has.

class PropertyLengthOf5 : public BrokenPacket {};

TEST_P(PropertyLengthOf5, EndsTheConnectionIfItIsWrong) {  // [MQTT-1.5.5-1] [MQTT-2.2.2-1] [MQTT-4.13.1-1]
  expect_ended_and_others_undisturbed();
}

INSTANTIATE_TEST_SUITE_P(
    , PropertyLengthOf5,
    testing::Combine(
        testing::Values(Broken{"OverlongInPublish", "", "\x30\x05\x00\x01t\x80\x00"s},
                        Broken{"OverlongInPuback", "", "\x40\x05\x00\x01\x00\x80\x00"s},
                        Broken{"OverlongInPubrec", "", "\x50\x05\x00\x01\x00\x80\x00"s},
                        Broken{"OverlongInPubrel", "", "\x62\x05\x00\x01\x00\x80\x00"s},
                        Broken{"OverlongInPubcomp", "", "\x70\x05\x00\x01\x00\x80\x00"s},
                        Broken{"OverlongInSubscribe", "", "\x82\x08\x00\x01\x80\x00\x00\x01t\x00"s},
                        Broken{"OverlongInUnsubscribe", "", "\xA2\x07\x00\x01\x80\x00\x00\x01t"s},
                        Broken{"OverlongInDisconnect", "", "\xE0\x03\x00\x80\x00"s},
                        Broken{"OverlongSubscriptionIdentifier", "",
                               "\x82\x0A\x00\x01\x03\x0B\x81\x00\x00\x01t\x00"s},
                        Broken{"MissingInPublish", "", "\x30\x03\x00\x01t"s},
                        Broken{"MissingInSubscribe", "", "\x82\x06\x00\x01\x00\x01t\x00"s},
                        Broken{"MissingInUnsubscribe", "", "\xA2\x05\x00\x01\x00\x01t"s},
                        Broken{"BeyondThePacket", "", "\x30\x04\x00\x01t\x01"s}),
        testing::Values(v5)),
    name_of_row);

// Errors are told, and every end is counted.

class AnyError : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, AnyError, kEachVersion, version_name);

TEST_P(AnyError, IsToldAsAnEventWithItsReason) {
  connect("c").send_raw("\x00\x00"sv);
  const auto gone = scene.events<ClientDisconnected>();
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].cause, DisconnectCause::protocol_error);
  EXPECT_EQ(gone[0].reason, malformed_packet);
  EXPECT_FALSE(gone[0].explanation.empty());
  EXPECT_EQ(scene.engine().stats().protocol_errors, 1u);
}

TEST_P(AnyError, EndsTheHandlingOfWhatFollows) {  // [MQTT-4.13.1-1] [MQTT3-4.8.0-1]
  auto& watcher = connect("watcher").subscribe("t");
  auto& peer = connect("c");
  peer.send_raw("\x00\x00"s + (GetParam() == v5 ? "\x30\x05\x00\x01t\x00!"s : "\x30\x04\x00\x01t!"s));
  expect_ended(peer, malformed_packet);
  EXPECT_TRUE(watcher.silent());
}

TEST_P(AnyError, LeavesTheSessionAsItWas) {  // [MQTT-4.1.0-1] [MQTT3-4.1.0-1]
  connect_to_session("c").subscribe("t").send_raw("\x00\x00"sv);
  connect("publisher").publish("t", "!", QoS::at_least_once);
  EXPECT_EQ(connect_to_session("c").received(), one("t", "!", QoS::at_least_once));
}

// What is not even MQTT.

TEST(OtherProtocol, IsHungUpOn) {
  Scene scene;
  for (const std::string_view greeting :
       {"GET / HTTP/1.1\r\nHost: broker\r\n\r\n"sv, "\x16\x03\x01\x02\x00\x01\x00"sv, "SSH-2.0-OpenSSH\r\n"sv,
        "\x00"sv}) {
    auto& peer = scene.open();
    peer.send_raw(greeting);
    scene.advance(10s);  // some wait for more until limits.connect_timeout
    EXPECT_TRUE(peer.silent());
    EXPECT_TRUE(peer.closed());
  }
}

}  // namespace
}  // namespace pint::test
