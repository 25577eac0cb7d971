// A device built on libmosquitto, with the thread it brings, for the device scenarios.
#pragma once

#include <mosquitto.h>

#include <memory>
#include <stdexcept>
#include <string>

#include <pint/device_scenario.hpp>

namespace pint::test {

class MosquittoDevice {
 public:
  MosquittoDevice() = default;
  MosquittoDevice(const MosquittoDevice&) = delete;
  MosquittoDevice& operator=(const MosquittoDevice&) = delete;

  [[nodiscard]] DeviceUnderTest under_test() {
    return {.client = "dev-1",
            .start = [this](std::uint16_t port) { start(port); },
            .stop = [this] { stop(); },
            .publish = [this](QoS qos) { publish(qos); },
            .subscribe = [] {}};  // it does so whenever it connects
  }

 private:
  static void must(int code, const char* what) {
    if (code != MOSQ_ERR_SUCCESS) throw std::runtime_error(what);
  }

  void start(std::uint16_t port) {
    client_.reset(mosquitto_new("dev-1", false, this));
    mosquitto_reconnect_delay_set(client_.get(), 1, 30, true);
    mosquitto_connect_callback_set(client_.get(), [](mosquitto* client, void*, int) {
      mosquitto_subscribe(client, nullptr, "cmd/#", 1);
    });
    must(mosquitto_connect(client_.get(), "127.0.0.1", port, kKeepAlive), "mosquitto_connect");
    must(mosquitto_loop_start(client_.get()), "mosquitto_loop_start");
  }
  void stop() {
    mosquitto_disconnect(client_.get());
    mosquitto_loop_stop(client_.get(), true);
    client_.reset();
  }
  void publish(QoS qos) {
    const std::string payload = std::to_string(++published_);
    must(mosquitto_publish(client_.get(), nullptr, "dev-1/temp", static_cast<int>(payload.size()),
                           payload.data(), static_cast<int>(qos), false),
         "mosquitto_publish");
  }

  static constexpr int kKeepAlive = 5;  // seconds; the least it allows
  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_{nullptr, &mosquitto_destroy};
  int published_ = 0;
};

}  // namespace pint::test
