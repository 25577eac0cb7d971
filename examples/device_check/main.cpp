// Device scenarios against a client on libmosquitto: what does it make of a lost acknowledgement, a takeover,
// a restart, a cut in the middle of QoS 2? Each takes as long as the client needs to come back, which is a
// second here.
#include <mosquitto.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include <pint/device_scenario.hpp>

int main() {
  //! [device]
  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client{nullptr, &mosquitto_destroy};
  pint::DeviceUnderTest device{.client = "thermometer"};
  device.start = [&](std::uint16_t port) {
    client.reset(mosquitto_new("thermometer", false, nullptr));
    mosquitto_connect_callback_set(client.get(), [](mosquitto* self, void*, int) {
      mosquitto_subscribe(self, nullptr, "thermometer/set/#", 1);
    });
    mosquitto_connect(client.get(), "127.0.0.1", port, 60);
    mosquitto_loop_start(client.get());  // comes back by itself from now on
  };
  device.stop = [&] {
    mosquitto_disconnect(client.get());
    mosquitto_loop_stop(client.get(), false);
  };
  device.publish = [&, reading = 0](pint::QoS qos) mutable {
    const std::string payload = std::to_string(++reading);
    mosquitto_publish(client.get(), nullptr, "thermometer/celsius", static_cast<int>(payload.size()),
                      payload.data(), static_cast<int>(qos), false);
  };
  //! [device]

  //! [scenarios]
  bool passed = true;
  for (const pint::DeviceReport& report :
       {pint::no_puback(device), pint::takeover(device, pint::AfterEnd::comes_back),
        pint::broker_restart(device), pint::qos2_cut(device, pint::Qos2Packet::pubrec)}) {
    std::cout << to_string(report);  // the evidence is below the verdict
    passed = passed && report.passed;
  }
  //! [scenarios]
  return passed ? EXIT_SUCCESS : EXIT_FAILURE;
}
