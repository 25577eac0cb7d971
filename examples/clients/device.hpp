// The client under test in the examples of the test kit: a device that uses libmosquitto, with a thread of
// its own that connects again at once whenever the connection has ended. Any other client would do.
#pragma once

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

namespace example {

struct DeviceOptions {
  bool clean_session = true;
  int version = MQTT_PROTOCOL_V5;
  std::uint32_t session_expiry = 0;  // seconds; MQTT 5.0
  std::string will_topic = {};       // empty: no Will
  std::uint32_t will_delay = 0;      // seconds; MQTT 5.0
  bool comes_back = true;            // connects again
};

class Device {
 public:
  Device(const std::string& client_id, int port, const DeviceOptions& options = {})
      : client_(mosquitto_new(client_id.c_str(), options.clean_session, nullptr), &mosquitto_destroy) {
    mosquitto_threaded_set(get(), true);
    mosquitto_int_option(get(), MOSQ_OPT_PROTOCOL_VERSION, options.version);
    set_will(options);
    mosquitto_property* properties = nullptr;
    if (options.session_expiry != 0)
      mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, options.session_expiry);
    const int error = mosquitto_connect_bind_v5(get(), "127.0.0.1", port, 60, nullptr, properties);
    mosquitto_property_free_all(&properties);
    if (error != MOSQ_ERR_SUCCESS) throw std::runtime_error(mosquitto_strerror(error));
    thread_ = std::jthread(
        [this, comes_back = options.comes_back](const std::stop_token& stop) { run(stop, comes_back); });
  }
  // Says DISCONNECT.
  ~Device() {
    thread_.request_stop();
    mosquitto_disconnect(get());
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  void subscribe(const std::string& topic_filter, int qos = 1) {
    mosquitto_subscribe(get(), nullptr, topic_filter.c_str(), qos);
  }
  void publish(const std::string& topic, const std::string& payload, int qos = 1, bool retain = false) {
    const int size = static_cast<int>(payload.size());
    mosquitto_publish(get(), nullptr, topic.c_str(), size, payload.data(), qos, retain);
  }
  [[nodiscard]] mosquitto* get() { return client_.get(); }

 private:
  void set_will(const DeviceOptions& options) {
    if (options.will_topic.empty()) return;
    mosquitto_property* properties = nullptr;
    if (options.will_delay != 0)
      mosquitto_property_add_int32(&properties, MQTT_PROP_WILL_DELAY_INTERVAL, options.will_delay);
    mosquitto_will_set_v5(get(), options.will_topic.c_str(), 4, "gone", 1, false, properties);  // takes them
  }
  void run(const std::stop_token& stop, bool comes_back) {
    while (!stop.stop_requested()) {
      if (mosquitto_loop(get(), -1, 1) == MOSQ_ERR_SUCCESS) continue;
      if (stop.stop_requested() || !comes_back) return;
      mosquitto_reconnect(get());  // or fails, and so does the loop
    }
  }

  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
  std::jthread thread_;  // ends before the client does
};

}  // namespace example
