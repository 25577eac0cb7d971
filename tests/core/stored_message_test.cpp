// StoredMessage and MessageRef: what is kept, who keeps it alive, and what the meter says meanwhile.
#include "core/stored_message.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pint::core::test {
namespace {

using namespace std::chrono_literals;

constexpr Time kNow{1'000s};

// What a message of the tests is made from; may be changed afterwards.
struct Source {
  std::string topic = "a/b";
  std::string payload = "hello";
  mqtt::PropertyList properties = std::move(mqtt::PropertyList{}.add_user_property("name", "value"));
  [[nodiscard]] MessageView view() const {
    return {.topic = topic, .payload = as_bytes(payload), .properties = properties.view(),
            .expires_at = kNow + 5s, .qos = QoS::at_least_once, .retain = true};
  }
};

TEST(StoredMessage, CopiesEverythingItIsMadeFrom) {
  MemoryMeter meter;
  Source source;
  const MessageRef message = StoredMessage::make(source.view(), meter);
  source.topic = "?/?";
  source.payload = "?????";
  source.properties.clear();
  EXPECT_EQ(message->topic(), "a/b");
  EXPECT_EQ(as_text(message->payload()), "hello");
  EXPECT_EQ(message->properties(), Source{}.properties.view());
  EXPECT_EQ(message->expires_at(), kNow + 5s);
  EXPECT_EQ(message->qos(), QoS::at_least_once);
  EXPECT_TRUE(message->retain());
}

TEST(StoredMessage, GivesBackWhatItWasMadeFrom) {
  MemoryMeter meter;
  const Source source;
  const MessageRef message = StoredMessage::make(source.view(), meter);
  const MessageView view = message->view();
  EXPECT_EQ(view.topic, source.topic);
  EXPECT_TRUE(same(view.payload, as_bytes(source.payload)));
  EXPECT_EQ(view.properties, source.properties.view());
  EXPECT_EQ(view.expires_at, kNow + 5s);
  EXPECT_EQ(view.qos, QoS::at_least_once);
  EXPECT_TRUE(view.retain);
}

TEST(StoredMessage, MayHaveNothingButATopic) {
  MemoryMeter meter;
  const MessageRef message = StoredMessage::make({.topic = "a", .payload = {}}, meter);
  EXPECT_EQ(message->topic(), "a");
  EXPECT_TRUE(message->payload().empty());
  EXPECT_TRUE(message->properties().empty());
  EXPECT_FALSE(message->expired(kNever - 1ns));
}

TEST(StoredMessage, HasExpiredFromItsVeryTimeOn) {  // [MQTT-3.3.2-5]
  MemoryMeter meter;
  const MessageRef message = StoredMessage::make(Source{}.view(), meter);
  EXPECT_FALSE(message->expired(kNow + 5s - 1ns));
  EXPECT_TRUE(message->expired(kNow + 5s));
}

TEST(StoredMessage, IsMeteredAsLongAsAnybodyRefersToIt) {
  MemoryMeter meter;
  MessageRef first = StoredMessage::make(Source{}.view(), meter);
  const std::size_t bytes = first->bytes();
  EXPECT_GE(bytes, 3u + 5u + Source{}.properties.size());
  EXPECT_EQ(meter.bytes, bytes);
  MessageRef second = first;
  EXPECT_EQ(meter.bytes, bytes);  // one message, however many refer to it
  first = {};
  EXPECT_EQ(second->topic(), "a/b");
  EXPECT_EQ(meter.bytes, bytes);
  second = {};
  EXPECT_EQ(meter.bytes, 0u);
}

TEST(MessageRef, IsNullOnceMovedFrom) {
  MemoryMeter meter;
  MessageRef first = StoredMessage::make(Source{}.view(), meter);
  const MessageRef second = std::move(first);
  EXPECT_FALSE(first);  // NOLINT(bugprone-use-after-move): that is the question
  EXPECT_TRUE(second);
}

TEST(MessageRef, MayBeAssignedToItself) {
  MemoryMeter meter;
  MessageRef message = StoredMessage::make(Source{}.view(), meter);
  const MessageRef& alias = message;
  message = alias;
  EXPECT_EQ(message->topic(), "a/b");
  message = {};
  EXPECT_EQ(meter.bytes, 0u);
}

TEST(MessageRef, LetsGoOfTheOldMessageWhenGivenANewOne) {
  MemoryMeter meter;
  MessageRef message = StoredMessage::make(Source{}.view(), meter);
  message = StoredMessage::make({.topic = "x", .payload = {}}, meter);
  EXPECT_EQ(meter.bytes, message->bytes());
}

struct Expiry {
  Duration left;
  std::chrono::seconds told;
};

TEST(RemainingExpiry, IsToldInWholeSecondsRoundedUp) {  // [MQTT-3.3.2-6]
  constexpr Expiry kRows[] = {{5s, 5s},  {5s - 1ns, 5s}, {4s + 1ns, 5s}, {4s, 4s},
                              {1ns, 1s}, {0s, 0s},       {-1s, 0s}};
  for (const Expiry& row : kRows)
    EXPECT_EQ(remaining_expiry(kNow + row.left, kNow), row.told) << row.left.count();
}

TEST(ToMessage, MakesEveryPropertyReadable) {
  using mqtt::PropertyId;
  mqtt::PropertyList list;
  list.add(PropertyId::payload_format_indicator, 1)
      .add(PropertyId::content_type, "text/plain")
      .add(PropertyId::response_topic, "re/ply")
      .add(PropertyId::correlation_data, "\x01\x02")
      .add_user_property("k", "1")
      .add_user_property("k", "2");
  const Message message = to_message({.topic = "a", .payload = as_bytes("p"), .properties = list.view(),
                                      .expires_at = kNow + 1500ms, .qos = QoS::exactly_once, .retain = true},
                                     kNow);
  const Message expected{.topic = "a",
                         .payload = "p",
                         .qos = QoS::exactly_once,
                         .retain = true,
                         .properties = {.payload_is_utf8 = true,
                                        .message_expiry = 2s,
                                        .content_type = "text/plain",
                                        .response_topic = "re/ply",
                                        .correlation_data = "\x01\x02",
                                        .user_properties = {{"k", "1"}, {"k", "2"}}}};
  EXPECT_EQ(message, expected);
}

TEST(ToMessage, LeavesAbsentPropertiesAbsent) {
  EXPECT_EQ(to_message({.topic = "a", .payload = {}}, kNow), Message{.topic = "a"});
}

}  // namespace
}  // namespace pint::core::test
