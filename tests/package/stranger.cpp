// What a stranger's program does first: start a broker and send a message through it.
#include <chrono>
#include <cstdlib>
#include <memory>

#include <pint/broker.hpp>

int main() {
  pint::Broker broker({.listeners = {pint::Listener::tcp(0)}});
  const auto queue = std::make_shared<pint::MessageQueue>();
  broker.add_rule("a/+", queue);
  broker.start();
  broker.publish("a/b", "hello");
  const auto message = queue->pop(std::chrono::seconds{10});
  return message && message->payload == "hello" && broker.port() != 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
