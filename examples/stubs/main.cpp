// A test of a client that pairs with a hub, and then asks it for its room. No hub is there: stubs answer. The
// client under test uses libmosquitto; any client will do.
#include <mosquitto.h>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pint/testkit.hpp>

namespace {

// The code under test: subscribes, asks its questions one after the other, and keeps the answers.
class Lamp {
 public:
  Lamp(const char* client_id, int port) : client_(mosquitto_new(client_id, true, this), &mosquitto_destroy) {
    mosquitto_subscribe_callback_set(
        client_.get(), [](mosquitto*, void* lamp, int, int, const int*) { static_cast<Lamp*>(lamp)->ask(); });
    mosquitto_message_callback_set(
        client_.get(), [](mosquitto*, void* lamp, const mosquitto_message* message) {
          static_cast<Lamp*>(lamp)->take(
              std::string(static_cast<const char*>(message->payload), std::size_t(message->payloadlen)));
        });
    if (mosquitto_connect(client_.get(), "127.0.0.1", port, 60) != MOSQ_ERR_SUCCESS)
      throw std::runtime_error("no broker");
    mosquitto_subscribe(client_.get(), nullptr, "hub/answer/lamp-1", 1);
  }
  std::vector<std::string> run() {
    mosquitto_loop_forever(client_.get(), -1, 1);
    return answers_;
  }

 private:
  void ask() {
    mosquitto_publish(client_.get(), nullptr, questions_[answers_.size()], 6, "lamp-1", 1, false);
  }
  void take(std::string answer) {
    answers_.push_back(std::move(answer));
    if (answers_.size() < questions_.size()) return ask();
    mosquitto_disconnect(client_.get());
  }

  const std::vector<const char*> questions_ = {"hub/room", "hub/pair", "hub/room"};
  std::vector<std::string> answers_;
  std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client_;
};

}  // namespace

int main() try {
  //! [stubs]
  pint::TestBroker broker;
  const auto pairing = when(pint::published("hub/pair")).scenario("pairing");
  const auto asking = when(pint::published("hub/+").client("lamp-*")).scenario("pairing");
  broker.add_stub(asking.in_state("started").reply("hub/answer/{client}", "pair first"));
  const pint::Stub pair = broker.add_stub(
      pairing.in_state("started").then("paired").reply("hub/answer/{payload}", "welcome, {payload}"));
  const pint::Stub room = broker.add_stub(
      asking.in_state("paired").reply("hub/answer/{client}", R"({"{1}": "kitchen"})", {.qos = pint::QoS{1}}));
  //! [stubs]

  const std::vector<std::string> answers = Lamp("lamp-1", broker.port()).run();

  //! [verify]
  pair.verify(pint::times(1));
  room.verify(pint::times(1));
  broker.verify(pint::published("hub/answer/lamp-1").payload_json("/room", "\"kitchen\""), pint::times(1));
  //! [verify]
  for (const std::string& answer : answers) std::cout << answer << '\n';
} catch (const std::exception& failure) {
  std::cerr << failure.what() << '\n';
  return EXIT_FAILURE;
}
