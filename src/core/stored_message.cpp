#include "core/stored_message.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>

#include "base/assert.hpp"

namespace pint::core {

StoredMessage::StoredMessage(const MessageView& message, MemoryMeter& meter)
    : meter_(&meter),
      expires_at_(message.expires_at),
      payload_size_(static_cast<std::uint32_t>(message.payload.size())),
      properties_size_(static_cast<std::uint32_t>(message.properties.encoded().size())),
      topic_size_(static_cast<std::uint16_t>(message.topic.size())),
      qos_(message.qos),
      retain_(message.retain) {
  auto* out = reinterpret_cast<std::uint8_t*>(this + 1);
  const auto copy = [&out](ByteView bytes) {
    if (!bytes.empty()) std::memcpy(out, bytes.data(), bytes.size());
    out += bytes.size();
  };
  copy(as_bytes(message.topic));
  copy(message.properties.encoded());
  copy(message.payload);
}

MessageRef StoredMessage::make(const MessageView& message, MemoryMeter& meter) {
  PINT_ASSERT(message.topic.size() <= 0xFFFF);
  const std::size_t size = sizeof(StoredMessage) + message.topic.size() +
                           message.properties.encoded().size() + message.payload.size();
  auto* stored = new (::operator new(size)) StoredMessage(message, meter);
  meter.bytes += stored->bytes();
  return MessageRef(stored);
}

void StoredMessage::destroy(StoredMessage* message) {
  message->meter_->bytes -= message->bytes();
  message->~StoredMessage();
  ::operator delete(message);
}

namespace {

void fill_property(Properties& out, const mqtt::Property& property) {
  switch (property.id) {
    case mqtt::PropertyId::payload_format_indicator: out.payload_is_utf8 = property.number == 1; break;
    case mqtt::PropertyId::content_type: out.content_type = property.text; break;
    case mqtt::PropertyId::response_topic: out.response_topic = property.text; break;
    case mqtt::PropertyId::correlation_data: out.correlation_data = property.text; break;
    case mqtt::PropertyId::user_property:
      out.user_properties.push_back({std::string(property.text), std::string(property.value)});
      break;
    default: break;  // what differs per receiver is not stored
  }
}

}  // namespace

Message to_message(const MessageView& view, Time now) {
  Message message{.topic = std::string(view.topic), .payload = std::string(as_text(view.payload)),
                  .qos = view.qos, .retain = view.retain};
  view.properties.for_each(
      [&](const mqtt::Property& property) { fill_property(message.properties, property); });
  if (view.expires_at != kNever) message.properties.message_expiry = remaining_expiry(view.expires_at, now);
  return message;
}

std::chrono::seconds remaining_expiry(Time expires_at, Time now) {
  return std::max(std::chrono::seconds{0}, std::chrono::ceil<std::chrono::seconds>(expires_at - now));
}

}  // namespace pint::core
