// The words of docs/faults.md; its tables are made.
#include "faults_page.hpp"

#include <cstdio>
#include <initializer_list>

#include "mqtt/reason_table.hpp"
#include "testkit/fault_fields.hpp"
#include "testkit/fault_table.hpp"
#include "testkit/socket_fault_table.hpp"

namespace pint::test {
namespace {

constexpr std::string_view kHead = R"(# Faults

<!-- Made by pint_faults_page (tests/testkit/faults_page.cpp). Do not change this file but the tables
     (src/testkit/fault_table.cpp, fault_fields.cpp, socket_fault_table.hpp) and the words around them. -->

There are two kinds: faults on whole packets, and [faults on bytes and sockets](#bytes-and-sockets).

A fault on packets says which packets, what happens to them, and to how many:

```cpp
broker.faults().add({.name = "lost acknowledgement",
                     .on = sent(PacketType::puback).client("dev-*"),
                     .action = drop(),
                     .times = 1});
```

`on` is a pattern like any other of the test kit: `received(type)` is what clients send, `sent(type)`
what the broker sends, refined by client, topic, QoS, payload and so on. A PUBLISH with a Topic Alias
matches by the topic the alias stands for.

| member | meaning | default |
| --- | --- | --- |
| `name` | for `remove`, `release`, `applied` and the journal; unique | made of action and pattern |
| `on` | which packets | |
| `action` | what happens to them | |
| `skip` | so many of those that match are left alone first | 0 |
| `every` | of the rest every nth is taken | 1: all |
| `probability` | with this probability, 0 to 1 | 1 |
| `times` | at most so many | without end |

The third one only is `.skip = 2, .times = 1`. *The first three, then behave* is `.times = 3`. It is
counted over all clients that `on` matches; to count one client, name it.

**Order.** A packet is offered to the faults in the order in which they were added, and the first
that takes it is the only one. The packets an action gives back are not offered again.

**Chance.** It comes from the test's seed and the fault's name. The same seed and the same packets
give the same faults, byte for byte, whatever other faults there are.

**Time.** Delays are broker time: `advance()` passes them, no test waits.

**The journal** has the packet as it was before any fault, and a record `fault_applied` that says what
the fault did. If a predicate throws, the fault does not take the packet and the journal says so; the
broker goes on.

**No fault, no cost.** A broker without faults does not ask about packets at all.

## What can happen to a packet

)";

constexpr std::string_view kActionsTail = R"(
- **drop** on `sent(PacketType::pingresp)` swallows PINGRESP. A client that gets none must give up the
  connection after a while.
- **delay** keeps the order of the packets it delays, on each connection and each way, whatever the
  jitter; `{.may_reorder = true}` lets jitter decide. Packets that no fault delays pass the others by.
- **reorder** waits for the next packet that matches, for 1 s of broker time or what it is given.
- **hold** keeps packets until `faults.release(name)`, or until the fault is removed.
- What is kept when its connection ends is lost, and the journal says so. Faults keep at most 64 MiB;
  what does not fit passes.
- **disconnect_before** and **disconnect_after** send what was sent before, and nothing that follows;
  then FIN or RST. After a *received* packet its answers still go out: to end the connection when the
  broker has taken a message but not acknowledged it, say `disconnect_before()` on the acknowledgement.
- A **dropped** or delayed PUBLISH that defines a Topic Alias leaves the receiver without it, which then
  is an error when the alias is used.
- Bytes a fault makes for the broker need not be a packet. They are handled as one portion: a packet cut
  short is malformed.

## Fields that can be edited

`edit({.topic = "b", .retain = true})` changes these and leaves all others. Values need not make sense.
3.x has no properties, and reasons only in CONNACK and SUBACK.

)";

constexpr std::string_view kAnswersHead = R"(
A packet that the edit would not change (it has these values already, its version has no such field)
or that is malformed passes, the fault is not applied, and the journal says so.

## Answers

`answer(reason)` keeps the packet from the broker and answers in its place. The reason must be legal in
the answer:

)";

constexpr std::string_view kTail = R"(
Towards 3.x, CONNACK has the nearest return code, or the connection ends without it if there is none;
SUBACK says 0x80; the other answers cannot tell a failure and look like success, which the journal says.

## Outcome queues

```cpp
broker.faults().next(PacketType::puback, {no_reply, no_reply, ok});
broker.faults().next(PacketType::connack, {ReasonCode::server_busy, Reply::disconnect}, "dev-*");
```

Each outcome is for one packet of that type that the broker is about to send, in their order; after the
last one all is well. An outcome is

| outcome | the packet |
| --- | --- |
| `ok` | goes out, and no fault added later touches it |
| `no_reply` | does not go out |
| `Reply::disconnect` | does not go out, and the connection ends |
| a Reason Code | has this reason; a CONNACK with a failure is followed by the end of the connection |
| an action | as above; `reorder()` is for two packets and cannot be one |

The broker has done its part before: after `no_reply` to a PUBLISH the message is delivered all the same.
To keep it from the broker use `answer()` or `drop()` on what it receives.

## Bytes and sockets

```cpp
broker.socket_faults().add({.client = "dev-*", .way = Way::to_client, .effect = latency(200ms)});
broker.socket_faults().add({.name = "gone", .client = "dev-7", .effect = half_open()});
broker.socket_faults().remove("gone");
```

`client` is a client name with `*` and `?`; `""` are those whose CONNECT was not accepted yet. `way` is one
direction or both. Several faults on one connection add up. `set()` changes a fault while it is at work.

)";

constexpr std::string_view kSocketTail = R"(
Delays are broker time here too, and chance comes from the same seed. `fault_applied` is in the journal once
for each connection and way, when the fault first takes effect.

To end connections or to refuse them without a fault, there are `cut()`, `drop()`, `kick()`, `pause()` and
`down()` of the TestBroker.
)";

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line.append(1, ' ').append(cell).append(cell.empty() ? "|" : " |");
  return line += '\n';
}

std::string code(std::string_view text) { return std::string(1, '`').append(text).append(1, '`'); }

std::string actions() {
  std::string text = row({"action", "what happens", "received", "sent"}) + row({"---", "---", "---", "---"});
  for (const testkit::FaultRow& fault : testkit::fault_table()) {
    if (fault.kind == testkit::FaultKind::reply) continue;  // told with the outcome queues
    const auto types = [](testkit::PacketTypes admitted) {
      return admitted == 0 ? "none" : testkit::text_of(admitted);
    };
    text += row({code(fault.call), std::string(fault.does), types(fault.received), types(fault.sent)});
  }
  return text;
}

std::string socket_faults() {
  std::string text = row({"effect", "what happens"}) + row({"---", "---"});
  for (const testkit::SocketFaultRow& fault : testkit::kSocketFaultTable)
    text += row({code(fault.call), std::string(fault.does)});
  return text;
}

std::string fields() {
  std::string text = row({"field", "what it is", "packets"}) + row({"---", "---", "---"});
  for (const testkit::FieldRow& field : testkit::field_table()) {
    text += row({code(field.name), std::string(field.what), testkit::text_of(field.types)});
  }
  return text;
}

// The codes that may stand in the answer, by their names in ReasonCode's own order.
std::string legal_reasons(PacketType request, PacketType answer) {
  std::string text;
  for (unsigned number = 0; number < 256; ++number) {
    const auto reason = static_cast<ReasonCode>(number);
    if (request == PacketType::connect && !is_failure(reason)) continue;
    if (!mqtt::is_legal_reason(reason, answer)) continue;
    char hex[8];
    std::snprintf(hex, sizeof hex, "0x%02X", number);
    text.append(text.empty() ? "" : ", ").append(hex);
  }
  return text;
}

std::string answers() {
  std::string text = row({"received", "answer", "", "reasons"}) + row({"---", "---", "---", "---"});
  for (const testkit::AnswerRow& answer : testkit::answer_table()) {
    text += row({std::string(name_of(answer.request)), std::string(name_of(answer.answer)),
                 std::string(answer.when), legal_reasons(answer.request, answer.answer)});
  }
  return text;
}

}  // namespace

std::string faults_page() {
  return std::string(kHead)
      .append(actions())
      .append(kActionsTail)
      .append(fields())
      .append(kAnswersHead)
      .append(answers())
      .append(kTail)
      .append(socket_faults())
      .append(kSocketTail);
}

}  // namespace pint::test
