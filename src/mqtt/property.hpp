// Properties of MQTT 5.0 packets. One table (property.cpp) says for each property its type, the packets it is
// legal in and the values it may have; reading, checking and writing all follow it.
//
// PropertyView is a checked run of encoded properties, without its length prefix; looking one up walks the
// run, which is short. It costs nothing to forward. PropertyList builds such a run.
//
//   wire:  length (varint) | id value | id value | …
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.hpp"
#include "base/result.hpp"

namespace pint::mqtt {

enum class PropertyId : std::uint8_t {
  payload_format_indicator = 0x01,
  message_expiry_interval = 0x02,
  content_type = 0x03,
  response_topic = 0x08,
  correlation_data = 0x09,
  subscription_identifier = 0x0B,
  session_expiry_interval = 0x11,
  assigned_client_identifier = 0x12,
  server_keep_alive = 0x13,
  authentication_method = 0x15,
  authentication_data = 0x16,
  request_problem_information = 0x17,
  will_delay_interval = 0x18,
  request_response_information = 0x19,
  response_information = 0x1A,
  server_reference = 0x1C,
  reason_string = 0x1F,
  receive_maximum = 0x21,
  topic_alias_maximum = 0x22,
  topic_alias = 0x23,
  maximum_qos = 0x24,
  retain_available = 0x25,
  user_property = 0x26,
  maximum_packet_size = 0x27,
  wildcard_subscription_available = 0x28,
  subscription_identifiers_available = 0x29,
  shared_subscription_available = 0x2A,
};

enum class PropertyType : std::uint8_t { byte, u16, u32, varint, text, binary, text_pair };

// Where a property set stands: the packet it belongs to, and the Will inside CONNECT. Bits, for the table.
enum class PropertyPlace : std::uint16_t {
  connect = 1 << 0,
  connack = 1 << 1,
  publish = 1 << 2,
  will = 1 << 3,
  acknowledgement = 1 << 4,  // PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK
  subscribe = 1 << 5,
  unsubscribe = 1 << 6,
  disconnect = 1 << 7,
  auth = 1 << 8,
};

// One property, decoded. Which members mean something depends on its type.
struct Property {
  PropertyId id{};
  std::uint32_t number = 0;  // byte, u16, u32, varint
  std::string_view text;     // text and binary; the name of a pair
  std::string_view value;    // the value of a pair
  ByteView encoded;          // id and value as on the wire
};

// A run of encoded properties. Precondition of all lookups: it came from checked_properties() or a
// PropertyList.
class PropertyView {
 public:
  PropertyView() = default;
  explicit PropertyView(ByteView encoded) : encoded_(encoded) {}

  [[nodiscard]] ByteView encoded() const { return encoded_; }
  [[nodiscard]] bool empty() const { return encoded_.empty(); }

  // Whether it is this view, and not only one with the same properties.
  [[nodiscard]] bool is(const PropertyView& other) const {
    return encoded_.data() == other.encoded_.data() && encoded_.size() == other.encoded_.size();
  }

  [[nodiscard]] std::optional<Property> find(PropertyId id) const;  // the first one
  [[nodiscard]] std::optional<std::uint32_t> number(PropertyId id) const {
    if (empty()) return std::nullopt;  // as most are
    return number_of_some(id);
  }
  [[nodiscard]] std::optional<std::string_view> text(PropertyId id) const;  // also binary data

  // Visit each property in wire order.
  template <class Visitor>
  void for_each(Visitor visit) const {
    for (ByteView rest = encoded_; !rest.empty();) visit(next(rest));
  }

  friend bool operator==(const PropertyView& a, const PropertyView& b) {
    return same(a.encoded_, b.encoded_);
  }

 private:
  static Property next(ByteView& rest);
  [[nodiscard]] std::optional<std::uint32_t> number_of_some(PropertyId id) const;
  ByteView encoded_;
};

// Take a property set off the reader (length prefix and run), checked against the table: known ids legal in
// `place`, right types, values in range, none twice except User Property (and Subscription Identifier in
// PUBLISH). Errors: 0x81 for form, 0x82 for repeats and forbidden values. [section 2.2.2]
[[nodiscard]] Result<PropertyView> checked_properties(Reader& reader, PropertyPlace place);

// Builds a run of encoded properties, in the order of the calls. Owns its bytes.
class PropertyList {
 public:
  PropertyList& add(PropertyId id, std::uint32_t number);   // one that fits the property's type
  PropertyList& add(PropertyId id, std::string_view text);  // at most 65,535 bytes
  PropertyList& add_user_property(std::string_view name, std::string_view value);
  PropertyList& add_encoded(ByteView property) {
    encoded_.insert(encoded_.end(), property.begin(), property.end());
    return *this;
  }
  void clear() { encoded_.clear(); }

  [[nodiscard]] PropertyView view() const { return PropertyView(encoded_); }
  [[nodiscard]] std::size_t size() const { return encoded_.size(); }

 private:
  Bytes encoded_;
};

}  // namespace pint::mqtt
