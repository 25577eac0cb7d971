#include "core/message_properties.hpp"

namespace pint::core {

void add_message_properties(mqtt::PropertyList& out, const Properties& properties) {
  using mqtt::PropertyId;
  if (properties.payload_is_utf8) out.add(PropertyId::payload_format_indicator, 1);
  if (properties.content_type) out.add(PropertyId::content_type, *properties.content_type);
  if (properties.response_topic) out.add(PropertyId::response_topic, *properties.response_topic);
  if (properties.correlation_data) out.add(PropertyId::correlation_data, *properties.correlation_data);
  for (const UserProperty& property : properties.user_properties) {
    out.add_user_property(property.name, property.value);
  }
}

}  // namespace pint::core
