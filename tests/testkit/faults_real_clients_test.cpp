// Faults of a TestBroker against clients that nobody here wrote: what Paho's asynchronous C client and
// libmosquitto do about them. Paho's shortest interval between two attempts is a second of real time;
// libmosquitto's loop runs on a thread of ours that connects again at once.
#include <MQTTAsync.h>
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <pint/device_check.hpp>
#include <pint/testkit.hpp>

#include "support/inbox.hpp"

namespace pint::test {
namespace {

using namespace std::chrono_literals;
using enum PacketType;

constexpr auto kPatience = 60s;  // for what comes at once on a machine that has nothing else to do

// Keeps its Session. Made, it knows that it is connected: before, it neither sends nor comes back.
class PahoClient {
 public:
  explicit PahoClient(const TestBroker& broker) {
    const std::string url = "tcp://127.0.0.1:" + std::to_string(broker.port());
    MQTTAsync_create(&client_, url.c_str(), "dev-1", MQTTCLIENT_PERSISTENCE_NONE, nullptr);
    MQTTAsync_setConnected(client_, this, [](void* self, char*) {
      static_cast<PahoClient*>(self)->connections_.put("connected");
    });
    MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer;
    connect.cleansession = 0;
    connect.automaticReconnect = 1;
    connect.minRetryInterval = 1;
    connect.maxRetryInterval = 1;
    EXPECT_EQ(MQTTAsync_connect(client_, &connect), MQTTASYNC_SUCCESS);
    connections_.take();
  }
  ~PahoClient() { MQTTAsync_destroy(&client_); }
  PahoClient(const PahoClient&) = delete;
  PahoClient& operator=(const PahoClient&) = delete;

  void publish(const char* topic, const std::string& payload, int qos) {
    MQTTAsync_responseOptions answered = MQTTAsync_responseOptions_initializer;
    answered.context = this;
    answered.onSuccess = [](void* self, MQTTAsync_successData* sent) {
      static_cast<PahoClient*>(self)->delivered.put(sent->alt.pub.destinationName);
    };
    const int size = static_cast<int>(payload.size());
    EXPECT_EQ(MQTTAsync_send(client_, topic, size, payload.data(), qos, 0, &answered), MQTTASYNC_SUCCESS);
  }

  Inbox<std::string> delivered;  // topics, as messages are acknowledged

 private:
  Inbox<std::string> connections_;
  MQTTAsync client_ = nullptr;
};

// Keeps its Session, and connects again at once.
class MosquittoClient {
 public:
  explicit MosquittoClient(const TestBroker& broker)
      : client_(mosquitto_new("dev-1", false, this), &mosquitto_destroy) {
    mosquitto_threaded_set(get(), true);
    mosquitto_int_option(get(), MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_publish_v5_callback_set(get(),
                                      [](mosquitto*, void* self, int, int reason, const mosquitto_property*) {
                                        static_cast<MosquittoClient*>(self)->acknowledged.put(reason);
                                      });
    mosquitto_message_callback_set(get(), [](mosquitto*, void* self, const mosquitto_message* message) {
      const std::string payload(static_cast<const char*>(message->payload),
                                static_cast<std::size_t>(message->payloadlen));
      static_cast<MosquittoClient*>(self)->messages.put(payload);
    });
    mosquitto_property* properties = nullptr;
    mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, 3'600);
    EXPECT_EQ(mosquitto_connect_bind_v5(get(), "127.0.0.1", broker.port(), 60, nullptr, properties),
              MOSQ_ERR_SUCCESS);
    mosquitto_property_free_all(&properties);
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  }
  ~MosquittoClient() {
    thread_.request_stop();
    mosquitto_disconnect(get());
  }
  MosquittoClient(const MosquittoClient&) = delete;
  MosquittoClient& operator=(const MosquittoClient&) = delete;

  void publish(const char* topic, const std::string& payload, int qos) {
    const int size = static_cast<int>(payload.size());
    EXPECT_EQ(mosquitto_publish(get(), nullptr, topic, size, payload.data(), qos, false), MOSQ_ERR_SUCCESS);
  }
  void subscribe(const char* topic_filter, int qos) {
    EXPECT_EQ(mosquitto_subscribe(get(), nullptr, topic_filter, qos), MOSQ_ERR_SUCCESS);
  }

  Inbox<int> acknowledged;  // Reason Codes that the application was told
  Inbox<std::string> messages;

 private:
  mosquitto* get() { return client_.get(); }
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (mosquitto_loop(get(), -1, 1) != MOSQ_ERR_SUCCESS && !stop.stop_requested())
        mosquitto_reconnect(get());
    }
  }

  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
  std::jthread thread_;  // ends before the client does
};

TEST(FaultsAndPaho, ItComesBackAfterEachRefusal) {
  TestBroker broker({.patience = kPatience});
  PahoClient client(broker);
  const Record first = broker.await(connected("dev-1"));
  broker.faults().next(connack, {ReasonCode::server_unavailable, ReasonCode::not_authorized, ok});
  broker.cut("dev-1");
  const Pattern attempt = received(connect).client("dev-1").after(first);
  const auto steps = broker.verify_order({disconnected("dev-1"), attempt, attempt, attempt});
  broker.await(connected("dev-1").after(steps[3]));
  broker.verify(attempt, times(3));
}

TEST(FaultsAndPaho, ItComesBackAfterACutAndSendsAgain) {
  TestBroker broker({.patience = kPatience});
  PahoClient client(broker);
  broker.await(connected("dev-1"));
  broker.faults().next(puback, {no_reply, ok});
  client.publish("temp", "21.5", 1);
  const Record lost = broker.await(fault_applied("next PUBACK"));
  broker.cut("dev-1");
  broker.await(connected("dev-1").after(lost));
  EXPECT_EQ(client.delivered.take(), "temp");
  const std::vector<Record> both = broker.verify(received(publish).topic("temp"), times(2));
  const DeviceVerdict verdict = check_resent(broker.journal(), both[0]);
  EXPECT_TRUE(verdict) << verdict.explanation;
}

class FaultsAndMosquitto : public testing::Test {
 protected:
  FaultsAndMosquitto() { broker_.await(connected("dev-1")); }
  TestBroker broker_{{.patience = kPatience, .lint = LintMode::fail}};
  MosquittoClient client_{broker_};
};

TEST_F(FaultsAndMosquitto, ItSendsAgainWithDupWhatWasNotAcknowledged) {
  broker_.faults().add({.name = "lost", .on = sent(puback), .action = drop(), .times = 1});
  client_.publish("temp", "21.5", 1);
  broker_.await(fault_applied("lost"));
  EXPECT_TRUE(client_.acknowledged.empty());
  broker_.cut("dev-1");
  EXPECT_EQ(client_.acknowledged.take(), 0x10);  // no matching subscribers
  const std::vector<Record> both = broker_.verify(received(publish).topic("temp"), times(2));
  EXPECT_FALSE(both[0].duplicate);
  EXPECT_TRUE(both[1].duplicate);
  EXPECT_EQ(both[0].packet_id, both[1].packet_id);
}

TEST_F(FaultsAndMosquitto, ItTellsTheApplicationThatAMessageWasRefused) {
  broker_.faults().add({.on = received(publish), .action = answer(ReasonCode::quota_exceeded), .times = 1});
  client_.publish("temp", "21.5", 1);
  EXPECT_EQ(client_.acknowledged.take(), 0x97);
  broker_.verify(published("temp"), never());
}

TEST_F(FaultsAndMosquitto, ItTellsTheApplicationWhateverThePubackSays) {
  broker_.faults().next(puback, {ReasonCode::quota_exceeded});
  client_.publish("temp", "21.5", 1);
  EXPECT_EQ(client_.acknowledged.take(), 0x97);
  broker_.verify(published("temp"), times(1));
}

// Where a QoS 2 handshake is cut: before or after one of its packets.
struct Cut {
  std::string name;
  Pattern at;
  FaultAction how;
};

void PrintTo(const Cut& cut, std::ostream* out) { *out << cut.name; }

std::vector<Cut> cuts_of(const std::vector<std::pair<std::string, Pattern>>& packets) {
  std::vector<Cut> cuts;
  for (const auto& [name, packet] : packets) {
    for (const ConnectionEnd end : {ConnectionEnd::fin, ConnectionEnd::rst}) {
      const std::string suffix = name + (end == ConnectionEnd::fin ? "ByFin" : "ByRst");
      cuts.push_back({"Before" + suffix, packet, disconnect_before(end)});
      cuts.push_back({"After" + suffix, packet, disconnect_after(end)});
    }
  }
  return cuts;
}

std::string name_of_cut(const testing::TestParamInfo<Cut>& cut) { return cut.param.name; }

class QoS2AcrossACut : public testing::TestWithParam<Cut> {
 protected:
  QoS2AcrossACut() {
    broker_.await(connected("dev-1"));
    broker_.faults().add({.name = "cut", .on = GetParam().at, .action = GetParam().how, .times = 1});
  }
  TestBroker broker_{{.patience = kPatience, .lint = LintMode::fail}};
  MosquittoClient client_{broker_};
};

class FromMosquitto : public QoS2AcrossACut {};

TEST_P(FromMosquitto, ArrivesOnce) {
  client_.publish("temp", "21.5", 2);
  client_.acknowledged.take();  // 0x92 if PUBCOMP was lost, which is no error then: PUBREL came twice
  broker_.verify(fault_applied("cut"), times(1));
  broker_.verify(published("temp"), times(1));
  const Record first = broker_.await(received(publish).topic("temp"));
  const DeviceVerdict verdict = check_exactly_once(broker_.journal(), first);
  EXPECT_TRUE(verdict) << verdict.explanation;
  EXPECT_TRUE(client_.acknowledged.empty());
}

INSTANTIATE_TEST_SUITE_P(Handshake, FromMosquitto,
                         testing::ValuesIn(cuts_of({{"Publish", received(publish).topic("temp")},
                                                    {"Pubrec", sent(pubrec)},
                                                    {"Pubrel", received(pubrel)},
                                                    {"Pubcomp", sent(pubcomp)}})),
                         name_of_cut);

class ToMosquitto : public QoS2AcrossACut {};

TEST_P(ToMosquitto, ArrivesOnce) {
  client_.subscribe("temp", 2);
  broker_.await_subscription("temp", "dev-1");
  broker_.publish({.topic = "temp", .payload = "21.5", .qos = QoS::exactly_once});
  broker_.await(fault_applied("cut"));
  broker_.publish({.topic = "temp", .payload = "the next one", .qos = QoS::exactly_once});
  EXPECT_EQ(client_.messages.take(), "21.5");
  EXPECT_EQ(client_.messages.take(), "the next one");
  const Record second = broker_.await(sent(publish).payload("the next one"));
  broker_.await(received(pubcomp).packet_id(*second.packet_id).after(second));  // the client is done
  EXPECT_TRUE(client_.messages.empty());
}

INSTANTIATE_TEST_SUITE_P(Handshake, ToMosquitto,
                         testing::ValuesIn(cuts_of({{"Publish", sent(publish).topic("temp")},
                                                    {"Pubrec", received(pubrec)},
                                                    {"Pubrel", sent(pubrel)},
                                                    {"Pubcomp", received(pubcomp)}})),
                         name_of_cut);

// The journal of a client that hears its own twenty messages through a network that loses, doubles and delays
// by chance. The test goes one message at a time, so that nothing but the seed is left to chance.
std::vector<std::string> story(std::uint64_t seed) {
  TestBroker broker({.seed = seed, .patience = kPatience});
  MosquittoClient client(broker);
  broker.await(connected("dev-1"));
  client.subscribe("count", 0);
  broker.await_subscription("count", "dev-1");
  broker.faults().add({.on = received(publish), .action = delay(2s, {.jitter = 1s})});
  broker.faults().add({.on = sent(publish), .action = duplicate(), .probability = 0.5});
  broker.faults().add({.on = sent(puback), .action = drop(), .probability = 0.5});
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    client.publish("count", number, 1);
    broker.await(received(publish).payload(number));
    broker.advance_until(published("count").payload(number), 3s);
    broker.settle();
  }
  std::vector<std::string> lines;
  for (const Record& record : broker.journal()) lines.push_back(to_string(record));
  return lines;
}

TEST(FaultsByChance, AreTheSameForTheSameSeed) {
  const std::vector<std::string> first = story(7);
  EXPECT_EQ(first, story(7));
  EXPECT_NE(first, story(8));
}

}  // namespace
}  // namespace pint::test
