// Maximum Packet Size in both directions. [section 3.1.2.11.4] [section 3.2.2.3.6]
#include <functional>

#include "mqtt/frame.hpp"
#include "support/each_version.hpp"

namespace pint::test {
namespace {

using enum QoS;
using mqtt::PacketId;

constexpr std::uint32_t kMaximum = 30;
const std::string kFits(24, 'x');      // in a 5.0 PUBLISH to "a" at QoS 0: 30 bytes
const std::string kTooLarge(25, 'x');  // 31 bytes

class ClientsMaximum : public testing::Test {
 protected:
  Scene scene;
  Peer& watcher =
      scene.connect("watcher", {.session_expiry = 60, .receive_maximum = 1, .maximum_packet_size = kMaximum})
          .subscribe("a");
};

TEST_F(ClientsMaximum, LetsAMessageThroughThatJustFits) {  // [MQTT-3.1.2-24]
  scene.publish({.topic = "a", .payload = kFits});
  EXPECT_EQ(watcher.received(), one("a", kFits));
}

TEST_F(ClientsMaximum, KeepsALargerMessageAwayAndCountsIt) {  // [MQTT-3.1.2-24] [MQTT-3.1.2-25]
  scene.publish({.topic = "a", .payload = kTooLarge});
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(scene.dropped(DropCause::larger_than_client_accepts), 1u);
}

TEST_F(ClientsMaximum, CountsWhatThePropertiesTake) {  // [MQTT-3.1.2-24]
  scene.publish({.topic = "a", .payload = std::string(20, 'x'), .properties = {.content_type = "t"}});
  scene.publish({.topic = "a", .payload = std::string(21, 'x'), .properties = {.content_type = "t"}});
  EXPECT_EQ(watcher.received(), one("a", std::string(20, 'x')));
}

TEST_F(ClientsMaximum, DoesNotConcernAnotherClient) {
  auto& other = scene.connect("other").subscribe("a");
  scene.publish({.topic = "a", .payload = kTooLarge});
  EXPECT_EQ(other.received(), one("a", kTooLarge));
}

TEST_F(ClientsMaximum, HoldsForRetainedMessages) {  // [MQTT-3.1.2-24]
  scene.publish({.topic = "b", .payload = kTooLarge, .retain = true});
  scene.publish({.topic = "c", .payload = "x", .retain = true});
  EXPECT_EQ(payloads_of(watcher.subscribe("#").received()), "x");
}

TEST_F(ClientsMaximum, LeavesTheSendWindowAsIfTheMessageHadBeenSent) {  // [MQTT-3.1.2-25]
  scene.publish({.topic = "a", .payload = kTooLarge, .qos = exactly_once});
  scene.publish({.topic = "a", .payload = "x", .qos = at_least_once});
  EXPECT_EQ(watcher.received(), one("a", "x", at_least_once));
}

TEST_F(ClientsMaximum, LeavesTheOrderOfTheOthers) {  // [MQTT-3.1.2-25]
  scene.cut(watcher);
  for (const std::string& payload :
       {std::string("1"), kTooLarge, std::string("2"), kTooLarge, std::string("3")}) {
    scene.publish({.topic = "a", .payload = payload, .qos = at_least_once});
  }
  auto& back = scene.connect("watcher", {.clean_start = false, .maximum_packet_size = kMaximum});
  EXPECT_EQ(payloads_of(back.received()), "1 2 3");
}

TEST_F(ClientsMaximum, OfTheNewConnectionHoldsForWhatIsResent) {  // [MQTT-3.1.2-24] [MQTT-3.1.2-25]
  watcher.manual();
  scene.publish({.topic = "a", .payload = "0123456789", .qos = at_least_once});
  scene.cut(watcher).publish({.topic = "a", .payload = "x", .qos = at_least_once});
  auto& back =
      scene.connect("watcher", {.clean_start = false, .receive_maximum = 1, .maximum_packet_size = 15});
  EXPECT_EQ(payloads_of(back.received()), "x");
  EXPECT_EQ(scene.dropped(DropCause::larger_than_client_accepts), 1u);
}

// Answers that could have a Reason String, to a client that has no room for one. The packets are given whole:
// they fit, and have neither Reason String nor User Property.
struct Answer {
  std::string name;
  std::function<void(Peer&)> provoke;
  std::string bytes;
  std::string cites;
};

void send_with_an_identifier_in_use(Peer& client) {
  client.publish({.topic = "allowed", .payload = "x", .qos = exactly_once, .packet_id = 5});
  client.received_bytes();
  client.publish({.topic = "allowed", .payload = "y", .qos = at_least_once, .packet_id = 5});
}

const Answer kAnswers[] = {
    {.name = "puback",
     .provoke = send_with_an_identifier_in_use,
     .bytes = std::string("\x40\x03\x00\x05\x91", 5),
     .cites = "MQTT-3.4.2-2 MQTT-3.4.2-3"},
    {.name = "pubrec",
     .provoke = [](Peer& client) { client.publish("refused", "x", exactly_once); },
     .bytes = std::string("\x50\x03\x00\x01\x87", 5),
     .cites = "MQTT-3.5.2-2 MQTT-3.5.2-3"},
    {.name = "pubrel",
     .provoke = [](Peer& client) { client.send(mqtt::Pubrec{.packet_id = PacketId{5}}); },
     .bytes = std::string("\x62\x03\x00\x05\x92", 5),
     .cites = "MQTT-3.6.2-2 MQTT-3.6.2-3"},
    {.name = "pubcomp",
     .provoke = [](Peer& client) { client.send(mqtt::Pubrel{.packet_id = PacketId{5}}); },
     .bytes = std::string("\x70\x03\x00\x05\x92", 5),
     .cites = "MQTT-3.7.2-2 MQTT-3.7.2-3"},
    {.name = "suback",
     .provoke =
         [](Peer& client) {
           client.send(mqtt::Subscribe{.packet_id = PacketId{5}, .requests = {{"refused", {}}}});
         },
     .bytes = std::string("\x90\x04\x00\x05\x00\x87", 6),
     .cites = "MQTT-3.9.2-1 MQTT-3.9.2-2"},
    {.name = "unsuback",
     .provoke =
         [](Peer& client) {
           client.send(mqtt::Unsubscribe{.packet_id = PacketId{5}, .topic_filters = {"none"}});
         },
     .bytes = std::string("\xB0\x04\x00\x05\x00\x11", 6),
     .cites = "MQTT-3.11.2-1 MQTT-3.11.2-2"},
    {.name = "disconnect",
     .provoke = [](Peer& client) { client.publish("a/#", "x"); },
     .bytes = std::string("\xE0\x01\x90", 3),
     .cites = "MQTT-3.14.2-3 MQTT-3.14.2-4"},
};

// Everything named "refused" is.
class RefusesByName : public Policy {
 public:
  ReasonCode publish(const PublishRequest& request) override { return answer(request.topic); }
  ReasonCode subscribe(const SubscribeRequest& request) override { return answer(request.topic_filter); }

 private:
  static ReasonCode answer(std::string_view name) {
    return name == "refused" ? ReasonCode::not_authorized : ReasonCode::success;
  }
};

class AnswerToASmallClient : public testing::TestWithParam<Answer> {};
INSTANTIATE_TEST_SUITE_P(, AnswerToASmallClient, testing::ValuesIn(kAnswers),
                         [](const auto& test) { return test.param.name; });

TEST_P(AnswerToASmallClient, HasNoReasonStringAndNoUserProperty) {
  RefusesByName policy;
  Scene scene(Scene::defaults(), &policy);
  auto& client = scene.connect("client", {.maximum_packet_size = 20, .manual = true});
  GetParam().provoke(client);
  EXPECT_EQ(client.received_bytes(), GetParam().bytes);
}

// The same PUBACK where there is room: the Reason String above was left out for its size.
TEST(AnswerToALargeClient, HasAReasonString) {  // [MQTT-3.4.2-2]
  Scene scene;
  auto& client = scene.connect("client");
  send_with_an_identifier_in_use(client);
  EXPECT_TRUE(client.expect<mqtt::Puback>().properties.text(mqtt::PropertyId::reason_string));
}

// Small packets are copied and large payloads shared; whatever a receiver's own properties add, none is lost
// in between.
class PacketOfAnySize : public testing::TestWithParam<QoS> {};
INSTANTIATE_TEST_SUITE_P(, PacketOfAnySize, testing::Values(at_most_once, at_least_once));

TEST_P(PacketOfAnySize, ArrivesWholeWithAllItsProperties) {
  Scene scene;
  auto& watcher = scene.connect("watcher", {.topic_alias_maximum = 1'000})
                      .subscribe("#", {.qos = GetParam()}, 268'435'455);
  const std::string user_property(150, 'u');  // Property Length takes two bytes
  for (std::size_t size = 300; size < 520; ++size) {
    SCOPED_TRACE(size);
    Message message{
        .topic = "topic/" + std::to_string(size), .payload = std::string(size, 'x'), .qos = GetParam()};
    message.properties = {.message_expiry = 60s, .user_properties = {{"", user_property}}};
    scene.publish(message);
    EXPECT_EQ(watcher.received(), one(message.topic, message.payload, GetParam()));
  }
}

// The filter of this number, 0 to 127, of the 128 that match "a/b/c/d/e/f/g" without a #.
std::string matching_filter(std::uint32_t number) {
  std::string filter;
  for (std::uint32_t level = 0; level < 7; ++level) {
    if (level > 0) filter += '/';
    filter += (number >> level & 1) != 0 ? '+' : static_cast<char>('a' + level);
  }
  return filter;
}

// Each identifier takes five bytes: together they are more than a small packet's worth.
TEST_P(PacketOfAnySize, HasTheIdentifiersOfVeryManySubscriptions) {  // [MQTT-3.3.4-4]
  Scene scene;
  auto& watcher = scene.connect("watcher");
  for (std::uint32_t number = 0; number < 128; ++number) {
    watcher.subscribe(matching_filter(number), {.qos = GetParam()}, 200'000'000 + number);
  }
  scene.publish({.topic = "a/b/c/d/e/f/g", .payload = "x", .qos = GetParam()});
  const auto publish = watcher.expect<mqtt::Publish>();
  EXPECT_EQ(publish.properties.encoded().size(), 128u * 5);
  EXPECT_EQ(as_text(publish.payload), "x");
}

// 268,435,455 bytes behind the fixed header, and not one more: a Subscription Identifier would make it more.
TEST(LargestPacketOfAll, IsNotExceededByWhatAReceiverAddsToIt) {  // [MQTT-3.1.2-25]
  Scene scene;
  auto& watcher = scene.connect("watcher").subscribe("a", {}, 1);
  scene.publish({.topic = "a", .payload = std::string(mqtt::kMaxVarint - 4, 'x')});
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(scene.dropped(DropCause::larger_than_client_accepts), 1u);
}

TEST(LargestPacketOfAll, IsNotExceededOnTheWayFrom3xTo5) {  // [MQTT-3.1.2-25]
  Scene scene;
  auto& watcher = scene.connect("watcher", {.maximum_packet_size = 0xFFFFFFFF}).subscribe("a");
  scene.publish({.topic = "a", .payload = std::string(mqtt::kMaxVarint - 3, 'x')});  // as 3.x may send it
  EXPECT_TRUE(watcher.silent());
  EXPECT_EQ(scene.dropped(DropCause::larger_than_client_accepts), 1u);
}

// limits.maximum_packet_size: what a client may send.
class OurMaximum : public EachVersion {
 protected:
  OurMaximum() : EachVersion(hundred_bytes()) {}
  static core::EngineOptions hundred_bytes() {
    core::EngineOptions options = Scene::defaults();
    options.limits.maximum_packet_size = 100;
    return options;
  }
  // A PUBLISH to "a" at QoS 0 of this many bytes in all.
  void publish(Peer& client, std::size_t bytes) {
    const std::size_t head = GetParam() == ProtocolVersion::v5 ? 6 : 5;
    client.publish("a", std::string(bytes - head, 'x'));
  }
};
INSTANTIATE_TEST_SUITE_P(, OurMaximum, kEachVersion, version_name);

TEST_P(OurMaximum, LetsAPacketInThatJustFits) {  // [MQTT-3.2.2-15]
  auto& client = connect("client");
  publish(client, 100);
  EXPECT_FALSE(client.closed());
}

TEST_P(OurMaximum, EndsTheConnectionOfALargerPacketAndCountsIt) {  // [MQTT-3.2.2-15]
  auto& client = connect("client");
  publish(client, 101);
  expect_ended(client, ReasonCode::packet_too_large);
  EXPECT_EQ(scene.limit_hits("maximum_packet_size"), 1u);
}

TEST_P(OurMaximum, EndsTheConnectionBeforeTheLargePacketIsWholeThere) {  // [MQTT-3.2.2-15]
  auto& client = connect("client").send_raw({0x30, 0xFF, 0xFF, 0xFF, 0x7F});
  expect_ended(client, ReasonCode::packet_too_large);
}

}  // namespace
}  // namespace pint::test
