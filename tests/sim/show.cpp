#include "sim/show.hpp"

#include "mqtt/decode.hpp"

namespace pint::sim {
namespace {

std::string of(const mqtt::Publish& p) {
  std::string text = " QoS " + std::to_string(static_cast<int>(p.qos)) + (p.duplicate ? " DUP" : "") +
                     (p.retain ? " RETAIN" : "") + " id " + std::to_string(static_cast<int>(p.packet_id)) +
                     " topic '" + std::string(p.topic) + "' payload '" +
                     std::string(as_text(p.payload).substr(0, 12)) + "' of " +
                     std::to_string(p.payload.size());
  p.properties.for_each([&](const mqtt::Property& property) {
    text += " [" + std::to_string(static_cast<int>(property.id)) + "=" + std::to_string(property.number) +
            std::string(property.text) + "]";
  });
  return text;
}

std::string of(const mqtt::Connect& p) {
  return " '" + std::string(p.client_id) + "' version " + std::to_string(static_cast<int>(p.version)) +
         (p.clean_start ? " clean" : "") + " keep alive " + std::to_string(p.keep_alive) +
         (p.will ? " Will" : "");
}

std::string of(const mqtt::Subscribe& p) {
  std::string text;
  for (const mqtt::SubscriptionRequest& request : p.requests) {
    text += " '" + std::string(request.topic_filter) + "' QoS " +
            std::to_string(static_cast<int>(request.options.qos)) +
            (request.options.no_local ? " no local" : "") +
            (request.options.retain_as_published ? " rap" : "") + " handling " +
            std::to_string(static_cast<int>(request.options.retain_handling));
  }
  return text;
}

template <mqtt::PacketType Type>
std::string of(const mqtt::Acknowledgement<Type>& p) {
  return " id " + std::to_string(static_cast<int>(p.packet_id)) + " reason " +
         std::to_string(static_cast<int>(p.reason));
}

template <class Other>
std::string of(const Other&) {
  return {};
}

}  // namespace

std::string show(ByteView packet, ProtocolVersion version) {
  const auto frame = mqtt::next_frame(packet, mqtt::kMaxPacketBytes);
  if (!frame || !frame->has_value()) return "not a packet";
  const auto decoded = mqtt::decode(**frame, version);
  if (!decoded) return std::string("unreadable: ") + decoded.refusal().why;
  return std::string(mqtt::name_of(mqtt::type_of(*decoded))) +
         std::visit([](const auto& each) { return of(each); }, *decoded);
}

}  // namespace pint::sim
