// Bystander: two clients that do nothing wrong. While somebody is hostile they must be served as ever.
#pragma once

#include <string>

#include "support/wire_client.hpp"

namespace pint::overload {

class Bystander {
 public:
  explicit Bystander(std::uint16_t port) : publisher_(port), subscriber_(port) {
    publisher_.connect("bystander-publisher");
    subscriber_.connect("bystander-subscriber");
    subscriber_.subscribe("bystander", QoS::at_least_once);
  }

  // One message at QoS 1 from the one to the other, acknowledged by all. Throws if it does not arrive within
  // ten seconds, or another does.
  void be_served() {
    const std::string payload = std::to_string(++count_);
    publisher_.publish("bystander", payload, QoS::at_least_once);
    publisher_.expect<mqtt::Puback>();
    const auto message = subscriber_.expect<mqtt::Publish>();
    if (as_text(message.payload) != payload) throw test::WireError("the bystander got another message");
    subscriber_.send(mqtt::Puback{.packet_id = message.packet_id});
  }

 private:
  test::WireClient publisher_;
  test::WireClient subscriber_;
  int count_ = 0;
};

}  // namespace pint::overload
