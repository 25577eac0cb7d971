// How things are written: strings, Variable Byte Integers, fixed headers, and packets in a stream of bytes.
// [section 1.5] [section 2]
#include "support/each_version.hpp"
#include "support/raw_packets.hpp"

namespace pint::test {
namespace {

using mqtt::PacketId;
using enum QoS;
using enum ReasonCode;

constexpr auto v5 = ProtocolVersion::v5;

// Strings.

const std::pair<const char*, std::string> kIllFormed[] = {
    {"LowestSurrogate", "\xED\xA0\x80"},
    {"HighestSurrogate", "\xED\xBF\xBF"},
    {"SurrogatePair", "\xED\xA0\xBD\xED\xB8\x80"},
    {"OverlongNul", "\xC0\x80"},
    {"OverlongSlash", "\xE0\x80\xAF"},
    {"BeyondUnicode", "\xF4\x90\x80\x80"},
    {"LoneContinuation", "\x80"},
    {"CutShort", "a\xE2\x82"},
    {"Latin1", "caf\xE9"},
    {"Nul", "a\0b"s},
};

class IllFormedString
    : public testing::TestWithParam<std::tuple<std::pair<const char*, std::string>, ProtocolVersion>> {
 protected:
  [[nodiscard]] static const std::string& text() { return std::get<0>(GetParam()).second; }
  Scene scene;
  Peer& peer = scene.connect("c", {.version = std::get<1>(GetParam())});
};

// [MQTT-1.5.4-1] [MQTT3-1.5.3-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-2] for these four:

TEST_P(IllFormedString,
       AsTopicNameEndsTheConnection) {  // [MQTT-1.5.4-1] [MQTT3-1.5.3-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-2]
  peer.publish(text(), "!");
  expect_ended(peer, malformed_packet);
}

TEST_P(IllFormedString,
       AsTopicFilterEndsTheConnection) {  // [MQTT-1.5.4-1] [MQTT3-1.5.3-1] [MQTT-1.5.4-2] [MQTT3-1.5.3-2]
  peer.send(mqtt::Subscribe{.packet_id = PacketId{1}, .requests = {{text(), {}}}});
  expect_ended(peer, malformed_packet);
}

TEST_P(IllFormedString, AsTopicFilterOfUnsubscribeEndsTheConnection) {  // [MQTT-1.5.4-1] [MQTT3-1.5.3-1]
  peer.send(mqtt::Unsubscribe{.packet_id = PacketId{1}, .topic_filters = {text()}});
  expect_ended(peer, malformed_packet);
}

TEST_P(IllFormedString,
       AsClientIdIsRefused) {  // [MQTT-1.5.4-1] [MQTT3-1.5.3-1] [MQTT-3.1.3-4] [MQTT3-3.1.3-4]
  auto& other = scene.open(peer.version());
  other.send_connect(text(), {.version = peer.version()});
  EXPECT_TRUE(other.closed());
  EXPECT_TRUE(peer.silent());
}

INSTANTIATE_TEST_SUITE_P(
    , IllFormedString, testing::Combine(testing::ValuesIn(kIllFormed), kEachVersion), [](const auto& row) {
      return std::get<0>(row.param).first + "_"s + version_name({std::get<1>(row.param), 0});
    });

class StringPair : public testing::TestWithParam<std::pair<const char*, std::string>> {
 protected:
  // DISCONNECT for a PUBLISH with this User Property.
  static void expect_refused(std::string_view name, std::string_view value) {
    Scene scene;
    auto& peer = scene.connect("c");
    mqtt::PropertyList properties;
    properties.add_user_property(name, value);
    peer.publish({.topic = "t", .payload = "!", .properties = properties});
    expect_ended(peer, malformed_packet);
  }
};

TEST_P(StringPair, HasAWellFormedName) { expect_refused(GetParam().second, "value"); }   // [MQTT-1.5.7-1]
TEST_P(StringPair, HasAWellFormedValue) { expect_refused("name", GetParam().second); }  // [MQTT-1.5.7-1]

INSTANTIATE_TEST_SUITE_P(, StringPair, testing::ValuesIn(kIllFormed),
                         [](const auto& row) { return row.param.first; });

class Strings : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, Strings, kEachVersion, version_name);

TEST_P(Strings, KeepABomWhereverItStands) {  // U+FEFF [MQTT-1.5.4-3] [MQTT3-1.5.3-3]
  const std::string topic = "\xEF\xBB\xBF" "a/b\xEF\xBB\xBF";
  auto& exact = connect("exact").subscribe(topic);
  auto& stripped = connect("stripped").subscribe("a/b");
  connect("publisher").publish(topic, "!");
  EXPECT_EQ(exact.received(), one(topic, "!"));
  EXPECT_TRUE(stripped.silent());
}

TEST_P(Strings, MayBeAnyOtherUnicode) {  // [MQTT-1.5.4-1] [MQTT3-1.5.3-1]
  const std::string topic = "größe/尺寸/\xF0\x9F\x93\x8F/\xF4\x8F\xBF\xBF/\xED\x9F\xBF/\xEE\x80\x80";
  auto& watcher = connect("watcher").subscribe(topic);
  connect("publisher").publish(topic, "!");
  EXPECT_EQ(watcher.received(), one(topic, "!"));
}

// Variable Byte Integers.

struct Shortest {
  std::size_t size;       // Remaining Length of the PUBLISH a subscriber gets
  std::string expected;   // as written
};

class RemainingLengthWritten : public testing::TestWithParam<std::tuple<Shortest, ProtocolVersion>> {};

TEST_P(RemainingLengthWritten, IsTheShortest) {  // [MQTT-1.5.5-1]
  const auto& [row, version] = GetParam();
  Scene scene;
  auto& watcher = scene.connect("watcher", {.version = version}).subscribe("t");
  const std::size_t head = version == v5 ? 4 : 3;
  scene.publish({.topic = "t", .payload = std::string(row.size - head, 'x')});
  EXPECT_EQ(watcher.received_bytes().substr(1, row.expected.size()), row.expected);
}

INSTANTIATE_TEST_SUITE_P(, RemainingLengthWritten,
                         testing::Combine(testing::Values(Shortest{127, "\x7F"}, Shortest{128, "\x80\x01"},
                                                          Shortest{16'383, "\xFF\x7F"},
                                                          Shortest{16'384, "\x80\x80\x01"},
                                                          Shortest{2'097'151, "\xFF\xFF\x7F"},
                                                          Shortest{2'097'152, "\x80\x80\x80\x01"}),
                                          kEachVersion));

TEST(PropertyLengthWritten, IsTheShortest) {  // [MQTT-1.5.5-1]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("t");
  scene.publish({.topic = "t", .payload = {}, .properties = {.content_type = std::string(124, 'x')}});
  scene.publish({.topic = "t", .payload = {}, .properties = {.content_type = std::string(125, 'x')}});
  const std::string bytes = watcher.received_bytes();
  EXPECT_EQ(bytes.substr(0, 7), "\x30\x83\x01\x00\x01t\x7F"s);
  EXPECT_EQ(bytes.substr(1 + 2 + 0x83, 8), "\x30\x85\x01\x00\x01t\x80\x01"s);
}

TEST(PropertyLengthWritten, IsZeroIfThereAreNoProperties) {  // [MQTT-2.2.2-1]
  Scene scene;
  auto& peer = scene.connect("c");
  peer.send_raw("\x82\x07\x00\x01\x00\x00\x01t\x00\x30\x05\x00\x01t\x00!\xA2\x06\x00\x02\x00\x00\x01t"sv);
  EXPECT_EQ(peer.received_bytes(), "\x90\x04\x00\x01\x00\x00"s         // SUBACK
                                   "\x30\x05\x00\x01t\x00!"s           // PUBLISH
                                   "\xB0\x04\x00\x02\x00\x00"s);       // UNSUBACK
}

// First bytes.

class FixedHeader : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, FixedHeader, kEachVersion, version_name);

TEST_P(FixedHeader, HasTheReservedFlagsOfItsPacket) {  // [MQTT-2.1.3-1] [MQTT3-2.2.2-1]
  auto& peer = scene.open(GetParam()).manual();
  const auto first_byte = [&peer](const mqtt::Packet& packet) {
    peer.send(packet);
    return static_cast<unsigned char>(peer.received_bytes().at(0));
  };
  peer.send_connect("c", {.version = GetParam()});
  EXPECT_EQ(static_cast<unsigned char>(peer.received_bytes().at(0)), 0x20);  // CONNACK
  EXPECT_EQ(first_byte(mqtt::Subscribe{.packet_id = PacketId{1}, .requests = {{"t", {exactly_once}}}}), 0x90);
  EXPECT_EQ(first_byte(mqtt::Unsubscribe{.packet_id = PacketId{1}, .topic_filters = {"none"}}), 0xB0);
  EXPECT_EQ(first_byte(mqtt::Pingreq{}), 0xD0);
  EXPECT_EQ(first_byte(mqtt::Publish{
                .qos = at_least_once, .topic = "none", .packet_id = PacketId{1}, .payload = {}}),
            0x40);
  EXPECT_EQ(first_byte(
                mqtt::Publish{.qos = exactly_once, .topic = "none", .packet_id = PacketId{1}, .payload = {}}),
            0x50);
  EXPECT_EQ(first_byte(mqtt::Pubrel{.packet_id = PacketId{1}}), 0x70);
  scene.publish({.topic = "t", .payload = "!", .qos = exactly_once});
  EXPECT_EQ(static_cast<unsigned char>(peer.received_bytes().at(0)), 0x34);  // PUBLISH, QoS 2
  EXPECT_EQ(first_byte(mqtt::Pubrec{.packet_id = PacketId{1}}), 0x62);
}

// The stream. Bytes come and go in order and whole, in whatever portions the transport makes of them: TCP,
// say.

class Stream : public EachVersion {
 protected:
  // A whole conversation: CONNECT, SUBSCRIBE, PUBLISH at QoS 1, PINGREQ, DISCONNECT.
  static std::string conversation() {
    const bool properties = GetParam() == v5;
    return raw_connect(GetParam(), 0x02, raw_text("c")) +
           (properties ? "\x82\x07\x00\x01\x00\x00\x01t\x00"s : "\x82\x06\x00\x01\x00\x01t\x00"s) +
           (properties ? "\x32\x07\x00\x01t\x00\x02\x00!"s : "\x32\x06\x00\x01t\x00\x02!"s) +
           "\xC0\x00\xE0\x00"s;
  }
};
INSTANTIATE_TEST_SUITE_P(, Stream, kEachVersion, version_name);

TEST_P(Stream, MayBringPacketsInAnyPortions) {  // [MQTT-4.2.0-1] [MQTT3-7.1.1-1]
  auto& whole = scene.open(GetParam());
  whole.send_raw(conversation());
  const std::string expected = whole.received_bytes();
  for (std::size_t portion = 1; portion < conversation().size(); ++portion) {
    SCOPED_TRACE(portion);
    auto& peer = scene.open(GetParam());
    for (std::size_t at = 0; at < conversation().size(); at += portion)
      peer.send_raw(conversation().substr(at, portion));
    EXPECT_EQ(peer.received_bytes(), expected);
    EXPECT_TRUE(peer.closed());
  }
}

// A client that knows nothing but its standard can do everything with it.
class PlainClient : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, PlainClient, kVersionsBefore5, version_name);

TEST_P(PlainClient, NeedsNoExtension) {  // [MQTT3-7.0.0-2]
  auto& peer = scene.open(GetParam()).manual();
  peer.send_raw(raw_connect(GetParam(), 0x02, raw_text("c")));
  EXPECT_EQ(peer.received_bytes(), "\x20\x02\x00\x00"s);
  peer.send_raw("\x82\x06\x00\x01\x00\x01t\x02"sv);  // SUBSCRIBE to t at QoS 2
  EXPECT_EQ(peer.received_bytes(), "\x90\x03\x00\x01\x02"s);
  peer.send_raw("\x34\x06\x00\x01t\x00\x02!"sv);  // PUBLISH at QoS 2: our PUBREC, and the message itself
  EXPECT_EQ(peer.received_bytes(), "\x34\x06\x00\x01t\x00\x01!\x50\x02\x00\x02"s);
  peer.send_raw("\x62\x02\x00\x02"sv);  // PUBREL
  EXPECT_EQ(peer.received_bytes(), "\x70\x02\x00\x02"s);
  peer.send_raw("\x50\x02\x00\x01"sv);  // PUBREC
  EXPECT_EQ(peer.received_bytes(), "\x62\x02\x00\x01"s);
  peer.send_raw("\x70\x02\x00\x01"sv);  // PUBCOMP
  peer.send_raw("\xA2\x05\x00\x03\x00\x01t"sv);  // UNSUBSCRIBE
  EXPECT_EQ(peer.received_bytes(), "\xB0\x02\x00\x03"s);
}

}  // namespace
}  // namespace pint::test
