// An MQTT broker inside a program: start it, watch who comes, hear what is published, publish.
#include <iostream>
#include <latch>

#include <pint/broker.hpp>

int main() {
  std::latch heard(1);

  //! [start]
  pint::Broker broker({
      .listeners = {pint::Listener::tcp(0)},  // 0: any free port
      .on_connect =
          [](const pint::ClientConnected& event) { std::cout << event.client.client_id << " is here\n"; },
  });
  broker.start();
  std::cout << "clients may connect to " << broker.url() << "\n";
  //! [start]

  //! [rule]
  broker.add_rule("devices/+/state", [&](const pint::Message& message) {
    std::cout << message.topic << " is " << message.payload << "\n";
    heard.count_down();
  });
  //! [rule]

  //! [publish]
  broker.publish({.topic = "devices/7/state", .payload = "on", .retain = true});
  //! [publish]

  heard.wait();
  //! [ask]
  for (const pint::Message& message : broker.retained("devices/#")) {
    std::cout << "retained: " << message.topic << "\n";
  }
  //! [ask]
  broker.stop();
}
