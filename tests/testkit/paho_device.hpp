// A device built on Paho's asynchronous C client with automatic reconnection, for the device scenarios.
#pragma once

#include <MQTTAsync.h>

#include <stdexcept>
#include <string>

#include <pint/device_scenario.hpp>

namespace pint::test {

class PahoDevice {
 public:
  explicit PahoDevice(int version) : version_(version) {}
  PahoDevice(const PahoDevice&) = delete;
  PahoDevice& operator=(const PahoDevice&) = delete;

  [[nodiscard]] DeviceUnderTest under_test() {
    return {.client = "dev-1",
            .start = [this](std::uint16_t port) { start(port); },
            .stop = [this] { stop(); },
            .publish = [this](QoS qos) { publish(qos); },
            .subscribe = [] {}};  // it does so whenever it connects
  }

 private:
  static void must(int code, const char* what) {
    if (code != MQTTASYNC_SUCCESS) throw std::runtime_error(what);
  }

  void start(std::uint16_t port) {
    const std::string url = "tcp://127.0.0.1:" + std::to_string(port);
    MQTTAsync_createOptions create = MQTTAsync_createOptions_initializer;
    create.MQTTVersion = version_;
    create.sendWhileDisconnected = 1;
    must(MQTTAsync_createWithOptions(&client_, url.c_str(), "dev-1", MQTTCLIENT_PERSISTENCE_NONE, nullptr,
                                     &create),
         "MQTTAsync_create");
    MQTTAsync_setConnected(client_, this, &on_connected);
    MQTTAsync_setMessageArrivedCallback(client_, this, &on_message);
    MQTTAsync_connectOptions connect = MQTTAsync_connectOptions_initializer;
    MQTTProperties properties = MQTTProperties_initializer;
    if (version_ == MQTTVERSION_5) {
      connect = MQTTAsync_connectOptions_initializer5;
      connect.cleanstart = 0;
      MQTTProperty expiry{};
      expiry.identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL;
      expiry.value.integer4 = 3600;
      MQTTProperties_add(&properties, &expiry);
      connect.connectProperties = &properties;
    } else {
      connect.cleansession = 0;
    }
    connect.MQTTVersion = version_;
    connect.keepAliveInterval = 1;
    connect.connectTimeout = 1;
    connect.automaticReconnect = 1;
    connect.minRetryInterval = 1;
    connect.maxRetryInterval = 4;
    connect.context = this;
    connect.onFailure = nullptr;
    const int code = MQTTAsync_connect(client_, &connect);
    MQTTProperties_free(&properties);
    must(code, "MQTTAsync_connect");
  }
  void stop() { MQTTAsync_destroy(&client_); }
  void publish(QoS qos) {
    const std::string payload = std::to_string(++published_);
    must(MQTTAsync_send(client_, "dev-1/temp", static_cast<int>(payload.size()), payload.data(),
                        static_cast<int>(qos), 0, nullptr),
         "MQTTAsync_send");
  }

  static void on_connected(void* self, char*) {
    MQTTAsync_subscribe(static_cast<PahoDevice*>(self)->client_, "cmd/#", 1, nullptr);
  }
  static int on_message(void*, char* topic, int, MQTTAsync_message* message) {
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
  }

  const int version_;
  MQTTAsync client_ = nullptr;
  int published_ = 0;
};

}  // namespace pint::test
