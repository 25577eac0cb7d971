// Pattern: which records a test means. Start with what happened, then refine:
//
//   published("dev/+/temp").client("dev-*").qos(QoS::at_least_once).payload_json("/celsius", "21.5")
//
// A pattern is a value: copy it, keep it, use it with await, verify, faults and stubs alike. An impossible
// one (a filter that is no Topic Filter, a JSON pointer without "/", the payload of a CONNACK, two different
// QoS) throws std::invalid_argument when it is made, with a sentence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/journal.hpp>

namespace pint {

class Pattern {
 public:
  // Refinements; each gives a narrower pattern. Client names: "*" stands for any run of characters, "?" for
  // one (a character, not a byte); "" is the application.
  [[nodiscard]] Pattern client(std::string_view name) const;
  // A Topic Filter that matches the message's topic. Wildcards at the front do not match $-topics.
  [[nodiscard]] Pattern topic(std::string_view topic_filter) const;
  // This very Topic Filter: of a subscription, a rule, the first one of SUBSCRIBE or UNSUBSCRIBE.
  [[nodiscard]] Pattern topic_filter(std::string_view topic_filter) const;
  [[nodiscard]] Pattern qos(QoS qos) const;
  [[nodiscard]] Pattern retain(bool retain = true) const;
  [[nodiscard]] Pattern duplicate(bool duplicate = true) const;
  [[nodiscard]] Pattern dup(bool duplicate = true) const { return this->duplicate(duplicate); }
  [[nodiscard]] Pattern packet_id(std::uint16_t id) const;
  [[nodiscard]] Pattern payload(std::string_view bytes) const;
  [[nodiscard]] Pattern payload_contains(std::string_view part) const;
  // The value at a JSON pointer (RFC 6901) of the payload equals this JSON text: "21.5", "\"on\"", "true",
  // "{…}". "" points to the whole payload; 21 and 21.0 are equal.
  [[nodiscard]] Pattern payload_json(std::string_view pointer, std::string_view json) const;
  // `says` describes the predicate in failure messages. One that throws fails the wait, not the broker.
  [[nodiscard]] Pattern payload_where(std::string_view says,
                                      std::function<bool(std::string_view)> predicate) const;
  [[nodiscard]] Pattern where(std::string_view says, std::function<bool(const Record&)> predicate) const;
  [[nodiscard]] Pattern user_property(std::string_view name, std::string_view value) const;
  [[nodiscard]] Pattern content_type(std::string_view type) const;
  [[nodiscard]] Pattern response_topic(std::string_view topic) const;
  [[nodiscard]] Pattern correlation_data(std::string_view bytes) const;
  [[nodiscard]] Pattern reason(ReasonCode reason) const;
  [[nodiscard]] Pattern version(ProtocolVersion version) const;
  // The limit, stub, fault or handler; "*" and "?" as in client names.
  [[nodiscard]] Pattern name(std::string_view name) const;
  [[nodiscard]] Pattern detail_contains(std::string_view part) const;
  // Records after this one only.
  [[nodiscard]] Pattern after(const Record& record) const;

  // Lets through what a predicate throws.
  [[nodiscard]] bool matches(const Record& record) const;
  // What differs, one row a field, as in `qos: expected 1, was 0`; empty if it matches. The kind comes first.
  // A predicate that throws differs, and `actual` says what it threw.
  struct Difference {
    std::string field;
    std::string expected;
    std::string actual;
  };
  [[nodiscard]] std::vector<Difference> differences(const Record& record) const;
  // Whether the record is at least of the right kind: what happened and, for packets, type and direction.
  [[nodiscard]] bool kind_matches(const Record& record) const;
  [[nodiscard]] bool kind_matches(RecordKind kind, Direction direction, std::optional<PacketType> type) const;
  // "published a/+/c, client dev-*, qos 1".
  [[nodiscard]] std::string describe() const;

  // For who looks for matches or explains their absence.
  [[nodiscard]] RecordKind kind() const { return kind_; }
  [[nodiscard]] const std::optional<PacketType>& packet_type() const { return packet_type_; }
  [[nodiscard]] const std::optional<std::string>& client_pattern() const { return client_; }
  [[nodiscard]] const std::optional<std::string>& topic_pattern() const { return topic_; }  // the last one
  [[nodiscard]] std::uint64_t after_sequence() const { return after_; }  // 0: from the beginning
  [[nodiscard]] std::size_t refinements() const { return criteria_.size(); }

  // A pattern for one kind of record, for the functions below.
  [[nodiscard]] static Pattern of(RecordKind kind, std::string_view says);

 private:
  struct Criterion;
  Pattern() = default;
  [[nodiscard]] Pattern with(Criterion criterion) const;
  static Pattern packet(Direction direction, PacketType type);

  RecordKind kind_ = RecordKind::packet;
  std::optional<Direction> direction_;
  std::optional<PacketType> packet_type_;
  std::string says_;
  std::optional<std::string> client_;
  std::optional<std::string> topic_;
  std::uint64_t after_ = 0;
  std::vector<std::shared_ptr<const Criterion>> criteria_;
  friend Pattern received(PacketType type);
  friend Pattern sent(PacketType type);
};

// What happened. Defaults mean any.
[[nodiscard]] Pattern published(std::string_view topic_filter = "#");  // $-topics only if it names them
[[nodiscard]] Pattern connected(std::string_view client = "*");
[[nodiscard]] Pattern refused(std::string_view client = "*");
[[nodiscard]] Pattern disconnected(std::string_view client = "*");
[[nodiscard]] Pattern subscribed(std::string_view topic_filter = "*");  // this very filter
[[nodiscard]] Pattern unsubscribed(std::string_view topic_filter = "*");
[[nodiscard]] Pattern dropped(std::string_view topic_filter = "#");
[[nodiscard]] Pattern will_published(std::string_view topic_filter = "#");
[[nodiscard]] Pattern session_ended(std::string_view client = "*");
[[nodiscard]] Pattern limit_reached(std::string_view limit = "*");
[[nodiscard]] Pattern rule_called(std::string_view rule_filter = "*");  // the rule's very filter
[[nodiscard]] Pattern stub_called(std::string_view stub = "*");        // answers a message
[[nodiscard]] Pattern fault_applied(std::string_view name = "*");
[[nodiscard]] Pattern handler_failed(std::string_view handler = "*");
[[nodiscard]] Pattern received(PacketType type);  // by the broker
[[nodiscard]] Pattern sent(PacketType type);      // by the broker

// Whether a name matches a client pattern ("*", "?").
[[nodiscard]] bool client_matches(std::string_view pattern, std::string_view client_id);

// The text of a failed wait: what was expected, the closest records and what differed field by field, and the
// last events of the clients concerned. Pure; TestBroker uses it, and so may you. `what_failed` begins the
// text, as in "Nothing within 2 s". Never throws what a predicate throws.
[[nodiscard]] std::string explain_miss(const Pattern& pattern, const std::vector<Record>& records,
                                       std::string_view what_failed);

}  // namespace pint
