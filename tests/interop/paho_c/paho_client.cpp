// PahoClient on top of MQTTClient.h.
#include "paho_client.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <utility>

namespace interop {
namespace {

constexpr int kDeadlineMilliseconds = 30'000;

std::string broker_url() {
  const char* port = std::getenv("PINT_PORT");
  if (port == nullptr) {
    ADD_FAILURE() << "PINT_PORT is not set: run this by with_broker.py";
    return {};
  }
  return std::string("tcp://127.0.0.1:") + port;
}

MQTTLenString borrowed(const std::string& text) {
  return {static_cast<int>(text.size()), const_cast<char*>(text.data())};
}

std::string text_of(const MQTTLenString& text) {
  return std::string(text.data, static_cast<std::size_t>(text.len));
}

// Paho's list of properties, which must be freed.
class Properties {
 public:
  explicit Properties(const std::vector<Property>& properties) {
    for (const Property& property : properties) {
      MQTTProperty added{};
      added.identifier = property.code;
      set_value(added, property);
      EXPECT_EQ(MQTTProperties_add(&properties_, &added), 0);
    }
  }
  ~Properties() { MQTTProperties_free(&properties_); }
  Properties(const Properties&) = delete;
  Properties& operator=(const Properties&) = delete;

  MQTTProperties* get() { return &properties_; }

 private:
  static void set_value(MQTTProperty& added, const Property& property) {
    switch (MQTTProperty_getType(property.code)) {
      case MQTTPROPERTY_TYPE_BYTE: added.value.byte = static_cast<unsigned char>(property.number); break;
      case MQTTPROPERTY_TYPE_TWO_BYTE_INTEGER:
        added.value.integer2 = static_cast<unsigned short>(property.number);
        break;
      case MQTTPROPERTY_TYPE_FOUR_BYTE_INTEGER:
      case MQTTPROPERTY_TYPE_VARIABLE_BYTE_INTEGER: added.value.integer4 = property.number; break;
      default: added.value.data = borrowed(property.value); added.value.value = borrowed(property.pair_value);
    }
  }

  MQTTProperties properties_ = MQTTProperties_initializer;
};

Property property_of(const MQTTProperty& property) {
  Property result{.code = property.identifier};
  switch (MQTTProperty_getType(property.identifier)) {
    case MQTTPROPERTY_TYPE_BYTE: result.number = property.value.byte; break;
    case MQTTPROPERTY_TYPE_TWO_BYTE_INTEGER: result.number = property.value.integer2; break;
    case MQTTPROPERTY_TYPE_FOUR_BYTE_INTEGER:
    case MQTTPROPERTY_TYPE_VARIABLE_BYTE_INTEGER: result.number = property.value.integer4; break;
    case MQTTPROPERTY_TYPE_UTF_8_STRING_PAIR:
      result.pair_value = text_of(property.value.value);
      [[fallthrough]];
    default: result.value = text_of(property.value.data);
  }
  return result;
}

std::vector<Property> properties_of(const MQTTProperties& properties) {
  std::vector<Property> result;
  for (int index = 0; index < properties.count; ++index)
    result.push_back(property_of(properties.array[index]));
  return result;
}

// The reason code of an answer; frees it.
int reason_of(MQTTResponse response) {
  const int reason = response.reasonCode;
  MQTTResponse_free(response);
  return reason;
}

}  // namespace

PahoClient::PahoClient(const ConnectOptions& options) : version_(options.version) {
  MQTTClient_createOptions create = MQTTClient_createOptions_initializer;
  create.MQTTVersion = version_;
  EXPECT_EQ(MQTTClient_createWithOptions(&client_, broker_url().c_str(), options.client_id.c_str(),
                                         MQTTCLIENT_PERSISTENCE_NONE, nullptr, &create),
            MQTTCLIENT_SUCCESS);
  MQTTClient_setCommandTimeout(client_, kDeadlineMilliseconds);
  connect(options);
}

PahoClient::~PahoClient() {
  if (is_connected()) disconnect();
  MQTTClient_destroy(&client_);
}

void PahoClient::connect(const ConnectOptions& options) {
  MQTTClient_connectOptions connect = MQTTClient_connectOptions_initializer;
  if (version_ == MQTTVERSION_5) connect = MQTTClient_connectOptions_initializer5;
  connect.MQTTVersion = version_;
  (version_ == MQTTVERSION_5 ? connect.cleanstart : connect.cleansession) = options.clean ? 1 : 0;

  MQTTClient_willOptions will = MQTTClient_willOptions_initializer;
  Properties will_properties(options.will ? options.will->properties : std::vector<Property>{});
  if (options.will) {
    will.topicName = options.will->topic.c_str();
    will.message = options.will->payload.c_str();
    will.qos = options.will->qos;
    will.retained = options.will->retained ? 1 : 0;
    connect.will = &will;
  }
  Properties properties(options.properties);
  if (version_ != MQTTVERSION_5) {
    connected_.reason = MQTTClient_connect(client_, &connect);
    connected_.session_present = connect.returned.sessionPresent != 0;
    return;
  }
  const MQTTResponse response = MQTTClient_connect5(client_, &connect, properties.get(),
                                                    options.will ? will_properties.get() : nullptr);
  connected_.reason = response.reasonCode;
  connected_.session_present = connect.returned.sessionPresent != 0;
  if (response.properties != nullptr) {
    for (const Property& property : properties_of(*response.properties)) {
      if (property.code == MQTTPROPERTY_CODE_ASSIGNED_CLIENT_IDENTIFER)
        connected_.assigned_client_id = property.value;
    }
  }
  MQTTResponse_free(response);
}

int PahoClient::subscribe(const std::string& filter, int qos, std::vector<Property> properties) {
  if (version_ != MQTTVERSION_5) {
    // Paho tells a QoS other than the one asked for by writing to it.
    char* filters[] = {const_cast<char*>(filter.c_str())};
    int granted[] = {qos};
    return MQTTClient_subscribeMany(client_, 1, filters, granted) == MQTTCLIENT_SUCCESS ? granted[0] : -1;
  }
  MQTTSubscribe_options options = MQTTSubscribe_options_initializer;
  Properties own(properties);
  return reason_of(MQTTClient_subscribe5(client_, filter.c_str(), qos, &options, own.get()));
}

int PahoClient::unsubscribe(const std::string& filter) {
  if (version_ != MQTTVERSION_5) return MQTTClient_unsubscribe(client_, filter.c_str());
  return reason_of(MQTTClient_unsubscribe5(client_, filter.c_str(), nullptr));
}

int PahoClient::publish(const Message& message) {
  MQTTClient_message sent = MQTTClient_message_initializer;
  sent.payload = const_cast<char*>(message.payload.data());
  sent.payloadlen = static_cast<int>(message.payload.size());
  sent.qos = message.qos;
  sent.retained = message.retained ? 1 : 0;
  Properties properties(message.properties);
  MQTTClient_deliveryToken token = 0;
  if (version_ != MQTTVERSION_5) {
    EXPECT_EQ(MQTTClient_publishMessage(client_, message.topic.c_str(), &sent, &token), MQTTCLIENT_SUCCESS);
  } else {
    sent.properties = *properties.get();
    const int reason = reason_of(MQTTClient_publishMessage5(client_, message.topic.c_str(), &sent, &token));
    if (reason != 0) return reason;
  }
  if (message.qos == 0) return 0;
  return MQTTClient_waitForCompletion(client_, token, kDeadlineMilliseconds);
}

std::optional<Message> PahoClient::receive() {
  char* topic = nullptr;
  int topic_size = 0;
  MQTTClient_message* arrived = nullptr;
  MQTTClient_receive(client_, &topic, &topic_size, &arrived, kDeadlineMilliseconds);
  if (arrived == nullptr) return {};
  Message message{.topic = std::string(topic, static_cast<std::size_t>(topic_size)),
                  .payload = std::string(static_cast<const char*>(arrived->payload),
                                         static_cast<std::size_t>(arrived->payloadlen)),
                  .qos = arrived->qos,
                  .retained = arrived->retained != 0,
                  .properties = properties_of(arrived->properties)};
  MQTTClient_freeMessage(&arrived);
  MQTTClient_free(topic);
  return message;
}

std::vector<std::string> PahoClient::receive_payloads(std::size_t count) {
  std::vector<std::string> payloads;
  while (payloads.size() < count) {
    const std::optional<Message> message = receive();
    if (!message) break;
    payloads.push_back(message->payload);
  }
  return payloads;
}

void PahoClient::disconnect(MQTTReasonCodes reason) {
  if (version_ == MQTTVERSION_5) {
    MQTTClient_disconnect5(client_, kDeadlineMilliseconds, reason, nullptr);
  } else {
    MQTTClient_disconnect(client_, kDeadlineMilliseconds);
  }
}

}  // namespace interop
