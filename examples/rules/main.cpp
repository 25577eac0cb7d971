// Three ways to hear messages: a queue that any thread may wait at, a function of topic and payload, and a
// function that answers by publishing.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include <pint/broker.hpp>

using namespace std::chrono_literals;

int main() {
  pint::Broker broker({.listeners = {pint::Listener::tcp(0)}});

  //! [function]
  broker.add_rule("log/#", [](std::string_view topic, std::string_view payload) {  // on the broker thread
    std::cout << topic << ": " << payload << "\n";
  });
  //! [function]

  //! [republish]
  broker.add_rule("celsius/+", [&broker](const pint::Message& message) {
    const double fahrenheit = std::strtod(message.payload.c_str(), nullptr) * 9 / 5 + 32;
    pint::Message answer = message;  // its QoS and properties too
    answer.topic.replace(0, std::string_view("celsius").size(), "fahrenheit");
    answer.payload = std::to_string(fahrenheit).substr(0, 5);
    broker.publish(std::move(answer));
  });
  //! [republish]

  //! [queue]
  const auto readings = std::make_shared<pint::MessageQueue>();
  broker.add_rule("fahrenheit/#", readings);
  //! [queue]

  broker.start();
  broker.publish("log/start", "here we go");
  broker.publish("celsius/kitchen", "21.5");

  //! [pop]
  const auto reading = readings->pop(10s);  // on whichever thread
  if (!reading) return EXIT_FAILURE;
  std::cout << reading->topic << " = " << reading->payload << "\n";
  //! [pop]
}
