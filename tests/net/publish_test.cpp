// Broker::publish(): what it refuses, that order is kept, and what happens when the broker cannot keep up.
#include <gtest/gtest.h>

#include <array>
#include <future>
#include <thread>
#include <vector>

#include <pint/broker.hpp>

#include "support/inbox.hpp"
#include "support/wire_client.hpp"

namespace pint::test {
namespace {

class Publish : public testing::Test {
 protected:
  Publish() { broker_.start(); }

  std::error_code with(Properties properties) {
    return broker_.publish({.topic = "a", .payload = "1", .properties = std::move(properties)});
  }

  Broker broker_{{.listeners = {Listener::tcp(0)}}};
};

TEST_F(Publish, ReachesASubscriberWithItsProperties) {  // [MQTT-3.3.2-20] [MQTT-3.3.2-18]
  WireClient client(broker_.port());
  client.connect("c");
  client.subscribe("a/b", QoS::exactly_once);
  Message message{.topic = "a/b", .payload = std::string("\0\xFF", 2), .qos = QoS::exactly_once};
  message.properties.content_type = "text/plain";
  message.properties.user_properties = {{"k", "1"}, {"k", "2"}};
  ASSERT_FALSE(broker_.publish(message));
  const auto publish = client.expect<mqtt::Publish>();
  EXPECT_EQ(publish.topic, "a/b");
  EXPECT_EQ(as_text(publish.payload), message.payload);
  EXPECT_EQ(publish.qos, QoS::exactly_once);
  EXPECT_EQ(publish.properties.text(mqtt::PropertyId::content_type), "text/plain");
}

TEST_F(Publish, RefusesWhatIsNoTopicName) {  // [MQTT-3.3.2-2] [MQTT-4.7.3-1]
  for (const std::string topic : {"", "a/+", "#", "a\xFF"}) {
    EXPECT_EQ(broker_.publish(topic, "1"), Errc::invalid_topic_name) << topic;
  }
  EXPECT_EQ(broker_.publish(std::string("a\0b", 3), "1"), Errc::invalid_topic_name);
  EXPECT_EQ(broker_.publish(std::string(65'536, 'a'), "1"), Errc::invalid_topic_name);
  EXPECT_FALSE(broker_.publish(std::string(65'535, 'a'), "1"));
}

TEST_F(Publish, RefusesPropertiesThatCannotBeEncoded) {
  using std::chrono::seconds;
  EXPECT_EQ(with({.message_expiry = seconds{-1}}), Errc::invalid_message);
  EXPECT_EQ(with({.message_expiry = seconds{4'294'967'296}}), Errc::invalid_message);
  EXPECT_EQ(with({.content_type = "\xFF"}), Errc::invalid_message);
  EXPECT_EQ(with({.content_type = std::string(65'536, 'a')}), Errc::invalid_message);
  EXPECT_EQ(with({.response_topic = "a/#"}), Errc::invalid_message);  // [MQTT-3.3.2-14]
  EXPECT_EQ(with({.correlation_data = std::string(65'536, 'a')}), Errc::invalid_message);
  EXPECT_EQ(with({.user_properties = {{"\xFF", ""}}}), Errc::invalid_message);
  EXPECT_EQ(broker_.publish({.topic = "a", .qos = static_cast<QoS>(3)}), Errc::invalid_message);
  EXPECT_FALSE(with({.message_expiry = seconds{4'294'967'295},
                     .correlation_data = std::string("\xFF\0", 2),
                     .user_properties = {{"", ""}}}));
}

TEST_F(Publish, RefusesWhatFitsNoPacket) {
  EXPECT_EQ(broker_.publish("a", std::string(268'435'455, 'x')), Errc::packet_too_large);
}

TEST_F(Publish, KeepsTheOrderOfEachThread) {
  constexpr int kThreads = 4;
  constexpr int kMessages = 2'000;
  WireClient client(broker_.port());
  client.connect("c");
  client.subscribe("#");
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, topic = std::to_string(i)] {
      for (int n = 0; n < kMessages; ++n) EXPECT_FALSE(broker_.publish(topic, std::to_string(n)));
    });
  }
  std::array<int, kThreads> next{};
  for (int i = 0; i < kThreads * kMessages; ++i) {
    const auto publish = client.expect<mqtt::Publish>();
    const auto thread = static_cast<std::size_t>(publish.topic[0] - '0');
    ASSERT_EQ(as_text(publish.payload), std::to_string(next[thread]++));
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(Publish, IsRefusedWhileTheMailboxIsFull) {
  std::promise<void> inside;
  std::promise<void> go_on;
  Inbox<std::string> heard;
  Broker broker({.listeners = {}, .limits = {.mailbox_bytes = 10'000}});
  broker.add_rule("stall", [&](std::string_view, std::string_view) {
    inside.set_value();
    go_on.get_future().wait();
  });
  broker.add_rule("n", [&](std::string_view, std::string_view payload) { heard.put(std::string(payload)); });
  broker.start();
  broker.publish("stall", "");
  inside.get_future().wait();
  int accepted = 0;
  while (!broker.publish("n", std::to_string(accepted))) ++accepted;
  EXPECT_EQ(broker.publish("n", "one too many"), Errc::queue_full);
  EXPECT_EQ(broker.add_rule("n", [](std::string_view, std::string_view) {}).error, Errc::queue_full);
  EXPECT_GT(accepted, 10);
  EXPECT_LT(accepted, 10'000);
  go_on.set_value();
  for (int n = 0; n < accepted; ++n) EXPECT_EQ(heard.take(), std::to_string(n));
  EXPECT_FALSE(broker.publish("n", "again"));
  EXPECT_EQ(heard.take(), "again");
}

TEST_F(Publish, IsToldToWhoObservesMessages) {
  Inbox<MessagePublished> published;
  Options options{.listeners = {}, .observe_messages = true};
  options.on_event = [&](const Event& event) {
    if (const auto* message = std::get_if<MessagePublished>(&event)) published.put(*message);
  };
  Broker broker(options);
  broker.add_rule("a", [](std::string_view, std::string_view) {});
  broker.start();
  broker.publish("a", "1");
  const MessagePublished told = published.take();
  EXPECT_EQ(told.client_id, "");
  EXPECT_EQ(told.message.topic, "a");
  EXPECT_EQ(told.receivers, 1u);
}

}  // namespace
}  // namespace pint::test
