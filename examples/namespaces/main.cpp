// Two tests at the same time, behind one port: each has a broker of its own, and its clients' names begin
// with its prefix. Neither sees the other. The client under test uses libmosquitto; any client will do.
#include <mosquitto.h>

#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>
#include <string>

#include <pint/shared_port.hpp>
#include <pint/testkit.hpp>

namespace {

// The code under test: publish a reading, and return when the broker has it.
void report(const std::string& client_id, int port, const std::string& celsius) {
  const std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client(
      mosquitto_new(client_id.c_str(), true, nullptr), &mosquitto_destroy);
  mosquitto_publish_callback_set(client.get(),
                                 [](mosquitto* self, void*, int) { mosquitto_disconnect(self); });
  mosquitto_connect(client.get(), "127.0.0.1", port, 60);
  const int length = static_cast<int>(celsius.size());
  mosquitto_publish(client.get(), nullptr, "temperature", length, celsius.data(), 1, true);
  mosquitto_loop_forever(client.get(), -1, 1);
}

//! [test]
// A test that may run beside others of its kind. What is behind the port is its own.
void test(pint::SharedPort port, const std::string& prefix, const std::string& celsius) {
  pint::TestBroker broker;
  const pint::SharedPort::Place place = port.add(prefix, broker.broker());
  report(prefix + "thermometer", port.port(), celsius);
  broker.verify(pint::published("#"), pint::times(1));
  broker.verify(pint::published("temperature").payload(celsius).client(prefix + "*"), pint::times(1));
}
//! [test]

}  // namespace

int main() try {
  //! [port]
  const pint::SharedPort port;
  auto north = std::async(std::launch::async, [&] { test(port, "north-", "4.5"); });
  auto south = std::async(std::launch::async, [&] { test(port, "south-", "21.5"); });
  north.get();
  south.get();
  //! [port]
  std::cout << "neither saw the other\n";
} catch (const pint::TestFailure& failure) {
  std::cerr << failure.what();
  return EXIT_FAILURE;
}
