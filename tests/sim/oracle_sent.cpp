// The oracle on what the engine sent: each packet must be one that was owed.
#include <chrono>

#include "sim/oracle.hpp"
#include "sim/told.hpp"
#include "sim/violation.hpp"

namespace pint::sim {

using mqtt::PacketType;
using mqtt::PropertyId;
using std::chrono::seconds;

namespace {

// An Acknowledgement's Packet Identifier and reasons, whichever packet it is.
struct Reply {
  std::uint16_t packet_id = 0;
  std::vector<ReasonCode> reasons;
  bool session_present = false;
};

struct ReadReply {
  Reply operator()(const mqtt::Connack& p) const { return {0, {p.reason}, p.session_present}; }
  Reply operator()(const mqtt::Suback& p) const {
    return {static_cast<std::uint16_t>(p.packet_id), p.reasons};
  }
  Reply operator()(const mqtt::Unsuback& p) const {
    return {static_cast<std::uint16_t>(p.packet_id), p.reasons};
  }
  Reply operator()(const mqtt::Disconnect& p) const { return {0, {p.reason}}; }
  Reply operator()(const mqtt::Pingresp&) const { return {0, {ReasonCode::success}}; }
  template <PacketType Type>
  Reply operator()(const mqtt::Acknowledgement<Type>& p) const {
    return {static_cast<std::uint16_t>(p.packet_id), {p.reason}};
  }
  template <class Other>
  Reply operator()(const Other&) const {
    throw Violation("the broker sent a packet that only clients send");
  }
};

// A client that accepts less gets answers or not, as they fit.
constexpr std::uint32_t kSmallestUseful = 32;

bool same_order(const Told& one, const Told& other) {
  return one.publisher == other.publisher && one.topic == other.topic;
}

std::vector<std::uint32_t> identifiers_of(const mqtt::Publish& publish) {
  std::vector<std::uint32_t> out;
  publish.properties.for_each([&](const mqtt::Property& property) {
    if (property.id == PropertyId::subscription_identifier) out.push_back(property.number);
  });
  std::ranges::sort(out);
  return out;
}

// What is left, in whole seconds, either way round. [MQTT-3.3.2-6]
bool expiry_fits(Time expires_at, Time now, std::optional<std::uint32_t> told) {
  if (expires_at == kNever || !told) return (expires_at == kNever) == !told;
  const Duration left = std::max(Duration::zero(), expires_at - now);
  const seconds whole{*told};
  return whole == std::chrono::floor<seconds>(left) || whole == std::chrono::ceil<seconds>(left);
}

}  // namespace

// Without learning what Topic Aliases mean from now on: check_sent() does that.
void Oracle::read_publishes() {
  if (!publishes_.empty()) return;
  sent_topics_.clear();
  std::map<std::uint64_t, std::map<std::uint16_t, std::string>> aliases;
  std::map<std::uint64_t, std::size_t> answered;
  for (const Outgoing& sent : news_.sent) {
    const Line* line = line_of(sent.connection);
    const auto frame = mqtt::next_frame(sent.bytes, mqtt::kMaxPacketBytes);
    if (line == nullptr || !frame || !frame->has_value()) continue;
    const PacketType type = (*frame)->type();
    if (type == PacketType::suback || type == PacketType::unsuback) ++answered[line->serial];
    if (type != PacketType::publish) continue;
    auto publish = mqtt::decode_publish(**frame, line->version);
    if (!publish) continue;
    std::string& topic = sent_topics_.emplace_back(publish->topic);
    if (const auto alias = publish->properties.number(PropertyId::topic_alias)) {
      auto& known = aliases.try_emplace(line->serial, line->aliases_out).first->second;
      std::string& meaning = known[static_cast<std::uint16_t>(*alias)];
      if (!topic.empty()) meaning = topic;
      topic = meaning;
    }
    publish->topic = topic;
    publishes_.push_back({line, *publish, answered[line->serial]});
  }
}

void Oracle::check_sent(const Outgoing& sent) {
  Line* line = line_of(sent.connection);
  if (line == nullptr) fail("bytes for a connection that is gone");
  print("<-", *line, sent.bytes);
  const auto frame = mqtt::next_frame(sent.bytes, mqtt::kMaxPacketBytes);
  if (!frame || !frame->has_value()) fail("the broker sent a broken frame");
  const auto packet = mqtt::decode(**frame, line->version);
  if (!packet) fail(std::string("the broker sent a packet that cannot be read: ") + packet.refusal().why);
  if (sent.bytes.size() > line->maximum_packet_size) fail("a packet is larger than the client accepts");
  if (const auto* publish = std::get_if<mqtt::Publish>(&*packet)) {
    return check_publish(*line, *publish);
  }
  check_answer(*line, *packet);
}

void Oracle::check_answer(Line& line, const mqtt::Packet& packet) {
  if (line.maximum_packet_size < kSmallestUseful) return;
  const std::string name(mqtt::name_of(mqtt::type_of(packet)));
  // CONNACK to what could not be read may be left out.
  if (line.answers.empty()) fail(name + " was not owed to " + line.client_id);
  const Answer answer = std::move(line.answers.front());
  line.answers.pop_front();
  const Reply reply = std::visit(ReadReply{}, packet);
  if (mqtt::type_of(packet) != answer.type || reply.packet_id != answer.packet_id) {
    fail(name + " " + std::to_string(reply.packet_id) + " was sent to " + line.client_id + ", owed was " +
         std::string(mqtt::name_of(answer.type)) + " " + std::to_string(answer.packet_id));
  }
  if (reply.session_present != answer.session_present) fail("Session Present is wrong for " + line.client_id);
  if (answer.any_reason) return;
  const bool all = answer.type == PacketType::suback || answer.type == PacketType::unsuback;
  const bool fits = all ? reply.reasons == answer.reasons
                        : std::ranges::find(answer.reasons, reply.reasons.at(0)) != answer.reasons.end();
  if (!fits) fail(name + " has a wrong reason for " + line.client_id);
}

std::string Oracle::topic_of(Line& line, const mqtt::Publish& publish) {
  const auto alias = publish.properties.number(PropertyId::topic_alias);
  if (!alias) return std::string(publish.topic);
  if (*alias > line.alias_maximum) fail("a Topic Alias is above the client's maximum");  // [MQTT-3.1.2-26]
  std::string& meaning = line.aliases_out[static_cast<std::uint16_t>(*alias)];
  if (!publish.topic.empty()) meaning = publish.topic;
  if (meaning.empty()) fail("a Topic Alias means nothing on this connection");
  return meaning;
}

void Oracle::check_publish(Line& line, const mqtt::Publish& publish) {
  if (!line.connected) fail("PUBLISH before CONNACK");
  if (!line.answers.empty() && line.answers.front().type == PacketType::connack) {
    fail("PUBLISH before CONNACK");  // [MQTT-3.2.0-1]
  }
  mqtt::Publish resolved = publish;
  const std::string topic = topic_of(line, publish);
  resolved.topic = topic;
  ModelSession* session = session_of(line.client_id);
  if (line.ended && !line.ended_now) fail("PUBLISH on a connection that has ended");
  // The Session has ended in this step: nobody asks any more what went out before.
  if (session == nullptr || std::ranges::find(ended_sessions_, line.client_id) != ended_sessions_.end())
    return;
  if (resolved.duplicate) return check_resent(line, *session, resolved);
  check_first(line, *session, resolved);
}

bool Oracle::is(const Line& line, const Choice& choice, const mqtt::Publish& publish) const {
  const Told& message = *choice.message;
  const bool retain_fits = publish.retain ? choice.terms.retain_1_allowed : choice.terms.retain_0_allowed;
  if (message.topic != publish.topic || message.payload != as_text(publish.payload) || !retain_fits ||
      choice.terms.qos != publish.qos) {
    return false;
  }
  if (!line.v5()) return true;
  return choice.terms.identifiers == identifiers_of(publish) &&
         message.properties == forwarded_properties(publish.properties) &&
         expiry_fits(message.expires_at, now_,
                     publish.properties.number(PropertyId::message_expiry_interval));
}

// Sent before, and the connection is a new one. [MQTT-4.4.0-1] [MQTT-3.3.1-1]
void Oracle::check_resent(Line& line, ModelSession& session, const mqtt::Publish& publish) {
  const auto id = static_cast<std::uint16_t>(publish.packet_id);
  if (publish.qos == QoS::at_most_once) fail("DUP on a QoS 0 message");  // [MQTT-3.3.1-2]
  for (Sent& sent : session.inflight) {
    if (sent.packet_id != id) {
      if (!sent.released && sent.sent_on != line.serial) {
        fail("resent out of order to " + line.client_id);  // [MQTT-4.6.0-1]
      }
      continue;
    }
    if (sent.released) fail("PUBLISH again after PUBREC, to " + line.client_id);  // [MQTT-4.3.3-6]
    if (sent.sent_on == line.serial) fail("resent on the same connection, to " + line.client_id);
    const auto is_it = [&](const Choice& choice) { return is(line, choice, publish); };
    if (!sent.batch->narrow(sent.sighting, is_it))
      fail("resent, and not the same message, to " + line.client_id);
    sent.sent_on = line.serial;
    return check_window(line, session);
  }
  fail("DUP on a message that was never sent to " + line.client_id);
}

void Oracle::check_first(Line& line, ModelSession& session, const mqtt::Publish& publish) {
  std::optional<Sent> first = take_owed(line, session, publish);
  if (!first) {
    if (line.ended_now && order_unknown()) return;
    fail("nothing like this is owed to " + line.client_id + ": topic " + std::string(publish.topic) +
         ", payload '" + std::string(as_text(publish.payload).substr(0, 24)) + "', QoS " +
         std::to_string(static_cast<int>(publish.qos)) + (publish.retain ? ", RETAIN" : ""));
  }
  if (publish.qos == QoS::at_most_once) return;
  for (const Sent& sent : session.inflight) {
    if (sent.packet_id == first->packet_id) fail("a Packet Identifier is in use twice, to " + line.client_id);
    const bool unsent = !sent.released && sent.sent_on != line.serial;
    if (unsent && sent.qos == publish.qos &&
        same_order(*sent.choices().front().message, *first->choices().front().message)) {
      fail("a new message overtook one that must be resent, to " + line.client_id);
    }
  }
  session.inflight.push_back(std::move(*first));
  check_window(line, session);
}

// [MQTT-3.3.4-9]
void Oracle::check_window(const Line& line, const ModelSession& session) const {
  const auto open = std::ranges::count(session.inflight, line.serial, &Sent::sent_on);
  if (static_cast<std::uint32_t>(open) > line.window)
    fail("more open than Receive Maximum, to " + line.client_id);
}

std::optional<Sent> Oracle::take_owed(const Line& line, ModelSession& session, const mqtt::Publish& publish) {
  const auto find = [&](const Batch::Test& test) {
    return std::ranges::find_if(session.waiting, [&](const BatchRef& each) { return each->can_see(test); });
  };
  const auto is_it = [&](const Choice& choice) { return is(line, choice, publish); };
  // The same text may have been published again, to live longer.
  const auto lives = [&](const Choice& choice) { return choice.message->expires_at > now_ && is_it(choice); };
  auto found = find(lives);
  const bool expired = found == session.waiting.end();
  if (expired) found = find(is_it);
  if (found == session.waiting.end()) return std::nullopt;
  const BatchRef batch = *found;
  if (expired && batch->step != step_)
    fail("delivered though expired, to " + line.client_id);  // [MQTT-3.3.2-5]
  const std::size_t sighting = expired ? *batch->see(is_it) : *batch->see(lives);
  if (batch->waiting() == 0) session.waiting.erase(found);
  const Sent sent{.batch = batch,
                  .sighting = sighting,
                  .qos = publish.qos,
                  .packet_id = static_cast<std::uint16_t>(publish.packet_id),
                  .sent_on = line.serial};
  check_order(line, session, sent);
  return sent;
}

// None that came before it may wait still. [MQTT-4.6.0-5]
void Oracle::check_order(const Line& line, const ModelSession& session, const Sent& sent) const {
  const std::vector<Choice> choices = sent.choices();
  const auto may_wait = [&](const Choice& each) {
    return each.terms.qos != sent.qos || std::ranges::any_of(choices, [&](const Choice& choice) {
             return !same_order(*each.message, *choice.message);
           });
  };
  for (const BatchRef& before : session.waiting) {
    if (before->step >= sent.batch->step) return;
    if (before->can_all_be(may_wait)) continue;
    fail("out of order, to " + line.client_id + ": topic " + choices.front().message->topic);
  }
}

}  // namespace pint::sim
