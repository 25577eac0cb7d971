// Building scripts: each step becomes a sentence and a call of the Conversation, without a deadline, because
// in the background it is verify() that has the patience.
#include <pint/scripted_peer.hpp>

#include <utility>

#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"
#include "testkit/scripted_peer_conversation.hpp"
#include "testkit/scripted_peer_step.hpp"

namespace pint {

using testkit::Conversation;
using testkit::kNoDeadline;
using testkit::refuse_unless;

void testkit::refuse_unless_received(const Pattern& pattern) {
  refuse_unless(
      pattern.kind_matches(RecordKind::packet, Direction::received, pattern.packet_type()),
      "a scripted peer expects packets from the client, as in received(PacketType::publish), not \"" +
          pattern.describe() + '"');
}

Script Script::with(Step step) const {
  Script longer = *this;
  longer.steps_.push_back(std::make_shared<const Step>(std::move(step)));
  return longer;
}

Script Script::accept() const {
  return with({"accept a connection", [](Conversation& peer) { peer.accept(kNoDeadline); }});
}

Script Script::use(std::size_t connection) const {
  return with({std::string("use connection ") + std::to_string(connection),
               [connection](Conversation& peer) { peer.use(connection); }});
}

Script Script::expect(const Pattern& pattern) const {
  testkit::refuse_unless_received(pattern);
  return with(
      {"expect " + pattern.describe(), [pattern](Conversation& peer) { peer.expect(pattern, kNoDeadline); }});
}

Script Script::expect_silence() const {
  return with({"expect silence", [](Conversation& peer) { peer.expect_silence(); }});
}

Script Script::expect_closed() const {
  return with({"expect the client to close", [](Conversation& peer) { peer.expect_closed(kNoDeadline); }});
}

Script Script::reply(packets::Packet packet) const {
  std::string says = "reply " + packet.name();
  return with({std::move(says),
               [packet = std::move(packet)](Conversation& peer) { peer.reply(packet, kNoDeadline); }});
}

Script Script::reply(ReplyFunction function) const {
  refuse_unless(static_cast<bool>(function), "reply() needs a function, and this one is empty");
  return with({"reply what a function makes", [function = std::move(function)](Conversation& peer) {
                 peer.reply(function(peer.request()), kNoDeadline);
               }});
}

Script Script::send(packets::Packet packet) const {
  std::string says = "send " + packet.name();
  return with({std::move(says),
               [packet = std::move(packet)](Conversation& peer) { peer.send(packet, kNoDeadline); }});
}

Script Script::close() const {
  return with({"close", [](Conversation& peer) { peer.close(); }});
}

Script Script::reset() const {
  return with({"reset", [](Conversation& peer) { peer.reset(); }});
}

Script Script::delay(std::chrono::nanoseconds time) const {
  refuse_unless(time.count() >= 0,
                "a delay of " + testkit::span_text(time) + " is impossible: time does not go back");
  return with({"delay " + testkit::span_text(time), [time](Conversation& peer) { peer.delay(time); }});
}

Script Script::then(const Script& more) const {
  Script longer = *this;
  longer.steps_.insert(longer.steps_.end(), more.steps_.begin(), more.steps_.end());
  return longer;
}

}  // namespace pint
