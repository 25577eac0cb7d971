// A test of a client library, here libmosquitto: does it send a message again when the connection is cut
// before PUBACK? A scripted peer plays the server, and takes nothing else.
#include <mosquitto.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include <pint/scripted_peer.hpp>

int main() try {
  //! [script]
  pint::ScriptedPeer peer;
  const auto connect = received(pint::PacketType::connect).client("thermometer");
  const auto reading = received(pint::PacketType::publish).topic("rooms/kitchen").payload("21.5");
  const auto connects = pint::Script().accept().expect(connect).reply(pint::packets::connack());
  peer.play(connects.expect(reading.dup(false))
                .reset()
                .then(connects)
                .expect(reading.dup())
                .reply(pint::packets::puback()));
  //! [script]

  //! [client]
  bool delivered = false;
  const std::unique_ptr<mosquitto, decltype(&mosquitto_destroy)> client(
      mosquitto_new("thermometer", false, &delivered), &mosquitto_destroy);
  mosquitto_publish_callback_set(client.get(),
                                 [](mosquitto*, void* flag, int) { *static_cast<bool*>(flag) = true; });
  mosquitto_connect(client.get(), "127.0.0.1", peer.port(), 60);
  mosquitto_publish(client.get(), nullptr, "rooms/kitchen", 4, "21.5", 1, false);
  while (!delivered) {
    if (mosquitto_loop(client.get(), -1, 1) == MOSQ_ERR_SUCCESS) continue;
    if (mosquitto_reconnect(client.get()) != MOSQ_ERR_SUCCESS) break;  // the script has failed
  }
  //! [client]

  peer.verify();  // throws, with all that was said
  std::cout << "sent again with DUP\n";
} catch (const pint::TestFailure& failure) {
  std::cerr << failure.what();
  return EXIT_FAILURE;
}
