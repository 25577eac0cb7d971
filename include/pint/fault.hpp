// Faults on packets: what goes wrong, with which packets, how often. A fault is a value:
//
//   faults.add({.name = "lost acknowledgement", .on = sent(PacketType::puback).client("dev-*"),
//               .action = drop(), .times = 1});
//
// A packet is offered to the faults in the order in which they were added; the first that takes it is the
// only one that does. All times are broker time, and all chance comes from the test's seed: the same seed and
// the same packets give the same faults, byte for byte. What the packets are that each action admits stands
// in docs/faults.md.
//
// What cannot be (a negative delay, an action the packet type does not admit, a probability of 2) is refused
// with std::invalid_argument and a sentence, where it is made or when it is added.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/error.hpp>
#include <pint/message.hpp>
#include <pint/packet_type.hpp>
#include <pint/pattern.hpp>

namespace pint {

namespace testkit {
class FaultPlan;
}

// What happens to a packet. Made by the functions below.
class FaultAction {
 public:
  struct Terms;  // the test kit's own
  explicit FaultAction(std::shared_ptr<const Terms> terms) : terms_(std::move(terms)) {}
  [[nodiscard]] const Terms& terms() const { return *terms_; }
  // "delay by 0.200 s".
  [[nodiscard]] std::string describe() const;

 private:
  std::shared_ptr<const Terms> terms_;
};

// How a Network Connection ends: closed in order, or reset.
enum class ConnectionEnd : std::uint8_t { fin, rst };

struct DelayTerms {
  std::chrono::nanoseconds jitter{};  // each delay is between delay - jitter and delay + jitter
  // Jitter may let a later packet overtake an earlier one. By default delayed packets keep their order on
  // each connection, each way. Either way packets that no fault delays pass the delayed ones by.
  bool may_reorder = false;
};

// The fields of a packet to change; those that are absent stay as they are. MQTT 5.0 properties are added,
// or take the place of what was there, and are left out towards and from 3.x clients. Values need not make
// sense together: that is what faults are for.
struct PacketFields {
  std::optional<std::string> topic = {};    // PUBLISH
  std::optional<std::string> payload = {};  // PUBLISH
  // PUBLISH. Raised from 0, the packet takes the Packet Identifier given here, or else 1.
  std::optional<QoS> qos = {};
  std::optional<bool> retain = {};              // PUBLISH
  std::optional<bool> duplicate = {};           // PUBLISH
  std::optional<std::uint16_t> packet_id = {};  // PUBLISH above QoS 0, acknowledgements, SUBSCRIBE, …
  // CONNACK, acknowledgements, SUBACK and UNSUBACK (every one of them), DISCONNECT, AUTH. Need not be one the
  // packet admits. In 3.x only CONNACK and SUBACK have one.
  std::optional<ReasonCode> reason = {};
  std::optional<bool> session_present = {};               // CONNACK
  std::optional<std::string> client_id = {};              // CONNECT
  std::optional<bool> clean_start = {};                   // CONNECT
  std::optional<std::uint16_t> keep_alive = {};           // CONNECT; seconds
  std::optional<std::string> user_name = {};              // CONNECT
  std::optional<std::string> password = {};               // CONNECT
  std::optional<std::string> topic_filter = {};           // SUBSCRIBE, UNSUBSCRIBE: the first one
  std::optional<std::uint32_t> session_expiry = {};       // property of CONNECT, CONNACK, DISCONNECT; seconds
  std::optional<std::uint16_t> receive_maximum = {};      // property of CONNECT, CONNACK
  std::optional<std::uint32_t> maximum_packet_size = {};  // property of CONNECT, CONNACK
  std::optional<std::uint16_t> topic_alias_maximum = {};  // property of CONNECT, CONNACK
  std::optional<std::uint8_t> maximum_qos = {};           // property of CONNACK
  std::optional<std::uint16_t> server_keep_alive = {};    // property of CONNACK; seconds
  std::optional<std::uint32_t> message_expiry = {};       // property of PUBLISH; seconds
  std::optional<std::uint16_t> topic_alias = {};          // property of PUBLISH
  std::optional<std::string> reason_string = {};  // property of CONNACK, acknowledgements, DISCONNECT, …
};

// The packet disappears.
[[nodiscard]] FaultAction drop();
// The packet comes later, in broker time.
[[nodiscard]] FaultAction delay(std::chrono::nanoseconds delay, DelayTerms terms = {});
// The packet, and so many copies of it, byte for byte.
[[nodiscard]] FaultAction duplicate(unsigned copies = 1);
// The packet changes places with the next one that the fault's pattern matches on the same connection. If
// none comes `at_most` later, it goes on alone.
[[nodiscard]] FaultAction reorder(std::chrono::nanoseconds at_most = std::chrono::seconds{1});
// The packet is kept until Faults::release(), or until the fault is removed.
[[nodiscard]] FaultAction hold();
// The broker does not see the packet, and the client is answered: CONNECT with CONNACK (and the connection
// ends), PUBLISH with PUBACK or PUBREC (at QoS 0 nothing happens), PUBREC with PUBREL, PUBREL with PUBCOMP,
// SUBSCRIBE with SUBACK, UNSUBSCRIBE with UNSUBACK. The reason must be legal in the answer.
//   3.x: CONNACK has the nearest return code, or if there is none the connection ends without it; SUBACK says
//   0x80; the other answers cannot tell a failure and look like success.
[[nodiscard]] FaultAction answer(ReasonCode reason);
// The packet's identifier is another one, by chance.
[[nodiscard]] FaultAction wrong_packet_id();
[[nodiscard]] FaultAction edit(PacketFields fields);
// The packet is what the function makes of it, fixed header and all. `says` describes it. If it throws, the
// packet goes on unchanged and the journal says so. It may not change faults.
[[nodiscard]] FaultAction edit(std::string_view says, std::function<std::string(std::string_view)> change);
// These bytes come instead, whatever they are. Handed to the broker they must end with a whole packet;
// otherwise it takes them for malformed.
[[nodiscard]] FaultAction replace(std::string bytes);
// The fixed header becomes malformed, in one of three ways by chance: packet type 0, flags that are reserved,
// a Remaining Length of five bytes.
[[nodiscard]] FaultAction corrupt_header();
// The packet disappears and the connection ends. What was sent before still goes out.
[[nodiscard]] FaultAction disconnect_before(ConnectionEnd end = ConnectionEnd::fin);
// The connection ends once the packet has been sent; or once the broker has handled it, and its answers have
// been sent. Nothing follows.
[[nodiscard]] FaultAction disconnect_after(ConnectionEnd end = ConnectionEnd::fin);

// A fault: which packets, what happens to them, and to how many. Counted over all clients that `on` matches.
// Of the packets that match, the first `skip` are left alone, then each `every`th one is taken, with
// `probability`, until `times` have been.
//   The 3rd one only: .skip = 2, .times = 1.    The first 3, then behave: .times = 3.
struct Fault {
  std::string name = {};  // empty: made of action and pattern. Unique
  // received(type) or sent(type), and refined; not after(). A predicate that throws does not match, and the
  // journal says so. Malformed packets have no fields but those of the fixed header.
  Pattern on;
  FaultAction action;
  std::uint64_t skip = 0;
  std::uint64_t every = 1;
  double probability = 1;                   // 0 .. 1
  std::optional<std::uint64_t> times = {};  // absent: without end
};

// What becomes of one packet in an outcome queue.
enum class Reply : std::uint8_t {
  ok,         // it goes out as it is, and no fault added later touches it
  no_reply,   // it does not go out
  disconnect  // … and the connection ends
};
inline constexpr Reply ok = Reply::ok;
inline constexpr Reply no_reply = Reply::no_reply;

// ok, no_reply, Reply::disconnect; a Reason Code, which the packet then has (a CONNACK with a failure also
// ends the connection); or any action that the packet type admits when it is sent.
class Outcome {
 public:
  Outcome(Reply reply);         // NOLINT(google-explicit-constructor): they stand in lists
  Outcome(ReasonCode reason);   // NOLINT(google-explicit-constructor)
  Outcome(FaultAction action);  // NOLINT(google-explicit-constructor)
  [[nodiscard]] const std::optional<FaultAction>& action() const { return action_; }  // none: ok

 private:
  std::optional<FaultAction> action_;
};

// How far a fault has come.
struct FaultState {
  std::string name;
  std::string description;    // "sent PUBACK, client dev-*: drop, at most 1 times"
  std::uint64_t matched = 0;  // packets
  std::uint64_t applied = 0;  // to packets
  std::size_t kept = 0;       // packets it keeps now: delayed, held, waiting for the next one
  bool spent = false;         // it will not be applied any more
};

// The faults of a running TestBroker: TestBroker::faults(). A cheap handle; copies mean the same faults.
// Threads: any; each call runs on the broker thread and returns when it has.
// Errors: std::invalid_argument as said above; std::logic_error if the broker is stopped, or from within a
//   predicate of a fault.
class Faults {
 public:
  // Runs what it is given on the broker thread, and waits.
  using Executor = std::function<void(const std::function<void()>&)>;
  // For TestBroker. The plan must outlive the handle.
  Faults(testkit::FaultPlan& plan, Executor executor) : plan_(&plan), executor_(std::move(executor)) {}

  // Gives the fault's name. Refused if there is another one with that name.
  std::string add(Fault fault);
  // What the fault holds goes on its way; what it delays keeps its time. False if there is no such fault.
  bool remove(std::string_view name);
  void clear();
  // Let what the fault holds go on its way, in order; gives the number. The fault stays. Refused if there is
  // no such fault.
  std::size_t release(std::string_view name);
  // The next packets of this type that the broker is about to send: one outcome each, whoever of `client`
  // they are for; afterwards all is well. Another call for the same type and clients adds to the queue. The
  // queue is a fault with the name "next PUBACK", or "next PUBACK for dev-*".
  void next(PacketType type, std::vector<Outcome> outcomes, std::string_view client = "*");

  // To how many packets the fault has been applied. Refused if there is no such fault.
  [[nodiscard]] std::uint64_t applied(std::string_view name) const;
  [[nodiscard]] std::vector<FaultState> list() const;  // in the order of adding

 private:
  testkit::FaultPlan* plan_;
  Executor executor_;
};

}  // namespace pint
