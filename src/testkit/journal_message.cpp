#include "testkit/journal_message.hpp"

#include <cstdint>
#include <cstring>

#include "base/assert.hpp"

namespace pint::testkit {
namespace {

struct Head {
  std::uint32_t receivers;
  std::uint32_t client_id_bytes;
  std::uint32_t topic_bytes;
  QoS qos;
  bool retain;
  bool duplicate;
};

char* put(char* out, std::string_view text) {
  if (!text.empty()) std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

std::string_view take(std::string_view& rest, std::size_t size) {
  const std::string_view front = rest.substr(0, size);
  rest.remove_prefix(size);
  return front;
}

}  // namespace

bool can_pack(const MessagePublished& event) {
  const Properties& properties = event.message.properties;
  return !properties.payload_is_utf8 && !properties.message_expiry && !properties.content_type &&
         !properties.response_topic && !properties.correlation_data && properties.user_properties.empty() &&
         properties.subscription_identifiers.empty();
}

std::size_t packed_size(const MessagePublished& event) {
  return sizeof(Head) + event.client_id.size() + event.message.topic.size() + event.message.payload.size();
}

void pack(char* out, const MessagePublished& event) {
  const Message& message = event.message;
  const Head head{.receivers = event.receivers,
                  .client_id_bytes = static_cast<std::uint32_t>(event.client_id.size()),
                  .topic_bytes = static_cast<std::uint32_t>(message.topic.size()),
                  .qos = message.qos,
                  .retain = message.retain,
                  .duplicate = event.duplicate};
  std::memcpy(out, &head, sizeof head);
  out = put(out + sizeof head, event.client_id);
  out = put(out, message.topic);
  put(out, message.payload);
}

void unpack(Record& record, std::string_view packed) {
  Head head;
  PINT_ASSERT(packed.size() >= sizeof head);
  std::memcpy(&head, packed.data(), sizeof head);
  packed.remove_prefix(sizeof head);
  record.kind = RecordKind::published;
  record.client_id = take(packed, head.client_id_bytes);
  record.topic = take(packed, head.topic_bytes);
  record.payload = packed;
  record.qos = head.qos;
  record.retain = head.retain;
  record.duplicate = head.duplicate;
  record.detail = receivers_text(head.receivers);
}

std::string receivers_text(std::uint32_t receivers) {
  return std::to_string(receivers) + (receivers == 1 ? " receiver" : " receivers");
}

}  // namespace pint::testkit
