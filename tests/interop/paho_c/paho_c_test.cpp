// Paho's synchronous C client, which nobody here wrote, talks to the broker in MQTT 3.1, 3.1.1 and 5.0. Run
// by with_broker.py; all tests share its broker, so each has topics of its own.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "paho_client.hpp"

namespace interop {
namespace {

// A topic that no other test uses.
std::string own_topic(const std::string& name) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test->test_suite_name()) + "/" + test->name() + "/" + name;
}

std::vector<std::string> numbers(int count) {
  std::vector<std::string> result;
  for (int number = 0; number < count; ++number) result.push_back(std::to_string(number));
  return result;
}

const Property* find(const std::optional<Message>& message, MQTTPropertyCodes code) {
  if (!message) return nullptr;
  for (const Property& property : message->properties) {
    if (property.code == code) return &property;
  }
  return nullptr;
}

ConnectOptions session(int version, const std::string& client_id) {
  ConnectOptions options{.version = version, .client_id = client_id, .clean = false};
  if (version == MQTTVERSION_5) {
    options.properties = {{MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, 600}};
  }
  return options;
}

class PahoC : public ::testing::TestWithParam<int> {
 protected:
  ConnectOptions options(const std::string& client_id = "") const {
    // 3.1 has no empty Client Identifier.
    const std::string fresh = std::string("c").append(std::to_string(++clients_));
    return {.version = GetParam(), .client_id = client_id.empty() ? fresh : client_id};
  }

 private:
  mutable int clients_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Mqtt, PahoC, ::testing::Values(MQTTVERSION_3_1, MQTTVERSION_3_1_1, MQTTVERSION_5),
                         [](const auto& version) {
                           return version.param == MQTTVERSION_3_1     ? "31"
                                  : version.param == MQTTVERSION_3_1_1 ? "311"
                                                                       : "5";
                         });

TEST_P(PahoC, EachQosIsGrantedAndArrives) {
  PahoClient client(options());
  ASSERT_EQ(client.connected().reason, 0);
  for (const int qos : {0, 1, 2}) {
    const std::string topic = own_topic(std::to_string(qos));
    EXPECT_EQ(client.subscribe(topic, qos), qos);
    EXPECT_EQ(client.publish({.topic = topic, .payload = "hello", .qos = qos}), 0);
    const auto message = client.receive();
    ASSERT_TRUE(message);
    EXPECT_EQ(message->topic, topic);
    EXPECT_EQ(message->payload, "hello");
    EXPECT_EQ(message->qos, qos);
    EXPECT_FALSE(message->retained);
  }
}

TEST_P(PahoC, RetainedMessageIsSentUntilItIsRemoved) {
  const std::string topic = own_topic("lamp");
  PahoClient client(options());
  client.publish({.topic = topic, .payload = "on", .qos = 1, .retained = true});
  client.subscribe(topic, 1);
  const auto message = client.receive();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->payload, "on");
  EXPECT_TRUE(message->retained);

  client.publish({.topic = topic, .payload = "", .qos = 1, .retained = true});
  PahoClient late(options());
  late.subscribe(topic, 1);
  client.publish({.topic = topic, .payload = "live", .qos = 1});
  EXPECT_EQ(late.receive_payloads(1), std::vector<std::string>{"live"});
}

// Paho C cannot break its connection; being taken over breaks it as well.
TEST_P(PahoC, WillIsSentWhenAnotherTakesOver) {
  const std::string topic = own_topic("gone");
  PahoClient watcher(options());
  watcher.subscribe(topic, 2);
  ConnectOptions with_will = options("victim");
  with_will.will = Message{.topic = topic, .payload = "bye", .qos = 2};
  PahoClient victim(with_will);
  ASSERT_EQ(victim.connected().reason, 0);
  PahoClient successor(options("victim"));
  ASSERT_EQ(successor.connected().reason, 0);
  EXPECT_EQ(watcher.receive_payloads(1), std::vector<std::string>{"bye"});
}

TEST_P(PahoC, NoWillAfterDisconnect) {
  const std::string topic = own_topic("gone");
  PahoClient watcher(options());
  watcher.subscribe(topic, 1);
  ConnectOptions with_will = options("leaver");
  with_will.will = Message{.topic = topic, .payload = "bye", .qos = 1};
  PahoClient(with_will).disconnect();
  watcher.publish({.topic = topic, .payload = "no will before me", .qos = 1});
  EXPECT_EQ(watcher.receive_payloads(1), std::vector<std::string>{"no will before me"});
}

TEST_P(PahoC, SessionResumesWithQueuedMessages) {
  const std::string topic = own_topic("news");
  const ConnectOptions kept = session(GetParam(), "session" + std::to_string(GetParam()));
  PahoClient(kept).subscribe(topic, 2);
  PahoClient publisher(options());
  for (const std::string& number : numbers(3)) {
    EXPECT_EQ(publisher.publish({.topic = topic, .payload = number, .qos = 2}), 0);
  }
  PahoClient returned(kept);
  EXPECT_EQ(returned.receive_payloads(3), numbers(3));
  if (GetParam() == MQTTVERSION_3_1_1) {  // Paho tells it for no other
    EXPECT_TRUE(returned.connected().session_present);
  }
}

TEST_P(PahoC, UnsubscribeEndsDelivery) {
  PahoClient client(options());
  client.subscribe(own_topic("left"), 1);
  client.subscribe(own_topic("kept"), 1);
  EXPECT_EQ(client.unsubscribe(own_topic("left")), 0);
  client.publish({.topic = own_topic("left"), .payload = "nobody", .qos = 1});
  client.publish({.topic = own_topic("kept"), .payload = "somebody", .qos = 1});
  EXPECT_EQ(client.receive_payloads(1), std::vector<std::string>{"somebody"});
}

TEST_P(PahoC, MegabyteArrivesWhole) {
  const std::string topic = own_topic("big");
  std::string payload(1 << 20, '\0');
  for (std::size_t at = 0; at < payload.size(); ++at) payload[at] = static_cast<char>(at * 31 + at / 251);
  PahoClient client(options());
  client.subscribe(topic, 2);
  for (const int qos : {0, 1, 2}) {
    EXPECT_EQ(client.publish({.topic = topic, .payload = payload, .qos = qos}), 0);
    EXPECT_TRUE(client.receive_payloads(1) == std::vector<std::string>{payload});
  }
}

TEST(PahoC5, PropertiesOfAMessageArrive) {
  const std::string topic = own_topic("a");
  const std::string binary("\0\1", 2);
  PahoClient client({.client_id = "properties"});
  client.subscribe(topic, 1, {{MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER, 7}});
  EXPECT_EQ(client.publish({.topic = topic,
                            .payload = "x",
                            .qos = 1,
                            .properties = {{MQTTPROPERTY_CODE_CONTENT_TYPE, 0, "text/plain"},
                                           {MQTTPROPERTY_CODE_RESPONSE_TOPIC, 0, "answers"},
                                           {MQTTPROPERTY_CODE_CORRELATION_DATA, 0, binary},
                                           {MQTTPROPERTY_CODE_USER_PROPERTY, 0, "k", "v"},
                                           {MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL, 1000}}}),
            0);
  const auto message = client.receive();
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_CONTENT_TYPE));
  EXPECT_EQ(find(message, MQTTPROPERTY_CODE_CONTENT_TYPE)->value, "text/plain");
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_RESPONSE_TOPIC));
  EXPECT_EQ(find(message, MQTTPROPERTY_CODE_RESPONSE_TOPIC)->value, "answers");
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_CORRELATION_DATA));
  EXPECT_EQ(find(message, MQTTPROPERTY_CODE_CORRELATION_DATA)->value, binary);
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_USER_PROPERTY));
  EXPECT_EQ(find(message, MQTTPROPERTY_CODE_USER_PROPERTY)->pair_value, "v");
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL));
  EXPECT_LE(find(message, MQTTPROPERTY_CODE_MESSAGE_EXPIRY_INTERVAL)->number, 1000u);
  ASSERT_TRUE(find(message, MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER));
  EXPECT_EQ(find(message, MQTTPROPERTY_CODE_SUBSCRIPTION_IDENTIFIER)->number, 7u);
}

TEST(PahoC5, TopicAliasStandsForItsTopic) {
  const std::string topic = own_topic("a");
  const Property alias{MQTTPROPERTY_CODE_TOPIC_ALIAS, 1};
  PahoClient client({.client_id = "alias"});
  client.subscribe(topic, 1);
  client.publish({.topic = topic, .payload = "first", .qos = 1, .properties = {alias}});
  client.publish({.topic = "", .payload = "second", .qos = 1, .properties = {alias}});
  EXPECT_EQ(client.receive_payloads(1), std::vector<std::string>{"first"});
  const auto second = client.receive();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->topic, topic);
}

TEST(PahoC5, ClientIdIsAssigned) {
  PahoClient one({.client_id = ""});
  PahoClient other({.client_id = ""});
  EXPECT_NE(one.connected().assigned_client_id, "");
  EXPECT_NE(one.connected().assigned_client_id, other.connected().assigned_client_id);
}

TEST(PahoC5, ReceiveMaximumOfOneStillDeliversAll) {
  const std::string topic = own_topic("a");
  PahoClient client({.client_id = "one", .properties = {{MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, 1}}});
  client.subscribe(topic, 2);
  PahoClient publisher({.client_id = "many"});
  for (const std::string& number : numbers(5))
    publisher.publish({.topic = topic, .payload = number, .qos = 2});
  EXPECT_EQ(client.receive_payloads(5), numbers(5));
}

TEST(PahoC5, ReasonCodesAreTold) {
  PahoClient client({.client_id = "reasons"});
  EXPECT_EQ(client.unsubscribe(own_topic("never")), MQTTREASONCODE_NO_SUBSCRIPTION_FOUND);
}

TEST(PahoC5, DisconnectWithWillMessageSendsIt) {
  const std::string topic = own_topic("gone");
  PahoClient watcher({.client_id = "watcher"});
  watcher.subscribe(topic, 1);
  PahoClient client({.client_id = "leaver", .will = Message{.topic = topic, .payload = "bye", .qos = 1}});
  client.disconnect(MQTTREASONCODE_DISCONNECT_WITH_WILL_MESSAGE);
  EXPECT_EQ(watcher.receive_payloads(1), std::vector<std::string>{"bye"});
}

}  // namespace
}  // namespace interop
