// Packets out of a script: each byte of it chooses something a client might well send, now and then something
// it must not. Packets borrow, so that each is handed to a function instead of returned.
#pragma once

#include <functional>
#include <string>

#include "base/bytes.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/packet.hpp"
#include "mqtt/topic.hpp"

namespace pint::fuzz {

// A few names each, so that different bytes often mean the same and things meet.
[[nodiscard]] std::string scripted_client_id(std::uint8_t choice);
[[nodiscard]] std::string scripted_topic(std::uint8_t choice);
[[nodiscard]] std::string scripted_filter(std::uint8_t choice);
[[nodiscard]] std::string scripted_payload(std::uint8_t choice);

class ScriptedPackets {
 public:
  using Send = std::function<void(const mqtt::Packet&)>;
  explicit ScriptedPackets(Reader& script) : script_(script) {}

  void connect(const std::function<void(const mqtt::Connect&)>& send) const;
  void publish(ProtocolVersion version, const Send& send) const;
  void subscribe(ProtocolVersion version, const Send& send) const;
  void unsubscribe(ProtocolVersion version, const Send& send) const;
  void acknowledge(ProtocolVersion version, const Send& send) const;  // one of the four
  void end(ProtocolVersion version, const Send& send) const;          // DISCONNECT, or AUTH

 private:
  [[nodiscard]] mqtt::PropertyList properties(ProtocolVersion version,
                                              std::span<const mqtt::PropertyId> legal) const;
  Reader& script_;
};

}  // namespace pint::fuzz
