// PahoClient: Paho's synchronous C client (MQTTClient) in the words our tests use. Every call waits for the
// broker's answer; one that does not come within Paho's own time limit (30 s) fails the test.
#pragma once

#include <MQTTClient.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace interop {

struct Property {
  MQTTPropertyCodes code{};
  std::uint32_t number = 0;     // of numeric properties
  std::string value = {};       // of text and binary properties, and the name of a User Property
  std::string pair_value = {};  // of a User Property
};

struct Message {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retained = false;
  std::vector<Property> properties = {};
};

struct ConnectOptions {
  int version = MQTTVERSION_5;
  std::string client_id = {};
  bool clean = true;
  std::optional<Message> will = {};
  std::vector<Property> properties = {};
};

struct Connected {
  int reason = 0;
  bool session_present = false;
  std::string assigned_client_id;
};

class PahoClient {
 public:
  explicit PahoClient(const ConnectOptions& options);
  ~PahoClient();
  PahoClient(const PahoClient&) = delete;
  PahoClient& operator=(const PahoClient&) = delete;

  const Connected& connected() const { return connected_; }

  int subscribe(const std::string& filter, int qos,
                std::vector<Property> properties = {});  // gives the answer
  int unsubscribe(const std::string& filter);
  int publish(const Message& message);  // gives the reason of PUBACK or PUBREC; for QoS 0 and 3.x: 0
  std::optional<Message> receive();     // the next message, or nothing in 30 s
  std::vector<std::string> receive_payloads(std::size_t count);
  bool is_connected() const { return MQTTClient_isConnected(client_) != 0; }
  void disconnect(MQTTReasonCodes reason = MQTTREASONCODE_SUCCESS);

 private:
  void connect(const ConnectOptions& options);

  MQTTClient client_ = nullptr;
  int version_;
  Connected connected_;
};

}  // namespace interop
