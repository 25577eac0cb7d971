// Device scenarios about messages: PUBACK, SUBACK, QoS 2, slow networks, large payloads.
#include <pint/device_scenario.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testkit/device_stage.hpp"

namespace pint {
namespace {

using testkit::DeviceStage;
using enum PacketType;

// The same message again, from the same client.
Pattern again(const Record& publish) {
  return received(PacketType::publish)
      .qos(publish.qos)
      .topic(publish.topic)
      .payload(publish.payload)
      .after(publish);
}

DeviceVerdict act_no_puback(DeviceStage& stage) {
  stage.connect();
  stage.broker().faults().add(
      {.name = "no PUBACK", .on = sent(puback).client(stage.device().client), .action = drop()});
  const Record before = stage.mark();
  stage.device().publish(QoS::at_least_once);
  const Record publish = stage.need(received(PacketType::publish).qos(QoS::at_least_once).after(before));
  if (!stage.see(again(publish), stage.terms().watch)) {
    stage.broker().faults().remove("no PUBACK");
    stage.broker().cut(stage.device().client);
    stage.see(again(publish));
  }
  return check_resent(stage.records(), publish);
}

DeviceVerdict act_no_suback(DeviceStage& stage) {
  stage.broker().faults().add(
      {.name = "no SUBACK", .on = sent(suback).client(stage.device().client), .action = drop()});
  stage.connect();
  if (stage.device().subscribe) stage.device().subscribe();
  const Record first = stage.need(received(subscribe));
  const Pattern second = received(subscribe).topic_filter(first.topic_filter).after(first);
  if (!stage.see(second, stage.terms().watch)) {
    stage.broker().faults().remove("no SUBACK");
    stage.broker().cut(stage.device().client);
    stage.see(second);
  }
  return check_subscribed_again(stage.records(), first);
}

Pattern pattern_of(Qos2Packet packet) {
  switch (packet) {
    case Qos2Packet::publish: return received(publish).qos(QoS::exactly_once);
    case Qos2Packet::pubrec: return sent(pubrec);
    case Qos2Packet::pubrel: return received(pubrel);
    case Qos2Packet::pubcomp: return sent(pubcomp);
  }
  return sent(pubcomp);
}

DeviceVerdict act_qos2_cut(DeviceStage& stage, Qos2Packet lost) {
  stage.connect();
  stage.broker().faults().add({.name = "cut",
                               .on = pattern_of(lost).client(stage.device().client),
                               .action = disconnect_before(ConnectionEnd::rst),
                               .times = 1});
  const Record before = stage.mark();
  stage.device().publish(QoS::exactly_once);
  const Record publish = stage.need(received(PacketType::publish).qos(QoS::exactly_once).after(before));
  const Record cut = stage.need(fault_applied("cut"));
  const bool complete = stage.see(sent(pubcomp).after(cut)).has_value();
  stage.broker().settle();
  DeviceVerdict verdict = check_exactly_once(stage.records(), publish);
  if (!complete) verdict.explanation = "the exchange was not completed; " + verdict.explanation;
  verdict.passed = verdict.passed && complete;
  verdict.evidence.push_back(cut.sequence);
  return verdict;
}

DeviceVerdict act_slow_network(DeviceStage& stage) {
  const DeviceTerms& terms = stage.terms();
  stage.broker().socket_faults().add({.effect = latency(terms.latency)});
  stage.broker().socket_faults().add({.effect = bandwidth(terms.bandwidth)});
  const Record connection = stage.connect();
  const Record before = stage.mark();
  stage.device().publish(QoS::at_least_once);
  const Record publish = stage.need(received(PacketType::publish).qos(QoS::at_least_once).after(before));
  stage.need(sent(puback).packet_id(*publish.packet_id).after(publish));
  stage.see(again(publish), terms.latency + terms.watch);  // it has PUBACK `latency` from now
  if (const auto end = stage.see(disconnected().after(connection), {})) {
    return {.explanation = "the connection ended: " + end->detail, .evidence = {end->sequence}};
  }
  return check_exactly_once(stage.records(), publish);
}

// Remaining Lengths after which one byte more is needed to say it.
constexpr std::array<std::size_t, 3> kBoundaries = {127, 16'383, 2'097'151};

// What is not payload in the Remaining Length of this PUBLISH, whose payload is empty.
std::size_t overhead_of(const Record& publish) {
  std::size_t fixed_header = 2;
  while ((static_cast<unsigned char>(publish.bytes.at(fixed_header - 1)) & 0x80U) != 0) ++fixed_header;
  return publish.bytes.size() - fixed_header;
}

// Payloads with which the Remaining Length is at a boundary and just above it.
std::vector<std::size_t> boundary_sizes(std::size_t overhead) {
  std::vector<std::size_t> sizes;
  for (const std::size_t boundary : kBoundaries) {
    for (const std::size_t length : {boundary, boundary + 1}) {
      if (length > overhead) sizes.push_back(length - overhead);
    }
  }
  return sizes;
}

DeviceVerdict act_boundary_payloads(DeviceStage& stage) {
  stage.connect();
  const std::string topic = testkit::topic_matching(stage.subscribe().topic_filter);
  const auto empty = stage.send(topic, "");
  if (!empty) return {.explanation = "an empty message was not sent: the device is not subscribed"};
  DeviceVerdict verdict = empty->verdict;
  std::string sizes = "0";
  std::string left_out;
  for (const std::size_t size : boundary_sizes(overhead_of(empty->publish))) {
    if (!verdict) break;
    const auto taken = stage.send(topic, std::string(size, 'x'));
    if (taken) verdict = taken->verdict;
    if (taken) sizes.append(", ").append(std::to_string(size));
    if (!taken) left_out.append(" ").append(std::to_string(size));
  }
  verdict.explanation = "payloads of " + sizes + " bytes: at the last, " + verdict.explanation;
  if (!left_out.empty()) verdict.explanation += "; above its Maximum Packet Size:" + left_out;
  return verdict;
}

DeviceVerdict act_oversized(DeviceStage& stage) {
  const DeviceTerms& terms = stage.terms();
  stage.connect();
  const Record subscription = stage.subscribe();
  const std::string topic = testkit::topic_matching(subscription.topic_filter);
  // By a fault, as the broker itself keeps to the client's Maximum Packet Size.
  stage.broker().faults().add({.name = "oversized",
                               .on = sent(publish).client(stage.device().client).topic(topic),
                               .action = edit({.payload = std::string(terms.oversized_bytes, 'x')}),
                               .times = 1});
  const Record before = stage.mark();
  stage.broker().publish({.topic = topic, .payload = "small", .qos = QoS::at_least_once});
  const Record large = stage.need(sent(publish).topic(topic).after(before));
  const std::string size = "a message of " + std::to_string(terms.oversized_bytes) + " bytes: ";
  // Whoever is back quickly acknowledges the small message then, which is why an answer is not enough.
  const bool answered = stage.see_answer(large, terms.watch) && check_taken(stage.records(), large);
  const auto end = answered ? std::nullopt : stage.see(disconnected().after(large), terms.watch);
  DeviceVerdict verdict = check_taken(stage.records(), large);
  if (!end) {
    verdict.explanation = size + verdict.explanation;
    return verdict;
  }
  stage.need(connected().after(*end));
  stage.broker().await_subscription(subscription.topic_filter, stage.device().client, terms.patience);
  const auto next = stage.send(topic, "next");
  verdict.passed = next && next->verdict;
  verdict.explanation = size + verdict.explanation + "; it came back, and then " +
                        (next ? next->verdict.explanation : std::string("was not subscribed"));
  return verdict;
}

std::string_view name_of(Qos2Packet packet) {
  switch (packet) {
    case Qos2Packet::publish: return "PUBLISH";
    case Qos2Packet::pubrec: return "PUBREC";
    case Qos2Packet::pubrel: return "PUBREL";
    case Qos2Packet::pubcomp: return "PUBCOMP";
  }
  return "PUBCOMP";
}

}  // namespace

DeviceReport no_puback(const DeviceUnderTest& device, const DeviceTerms& terms) {
  return testkit::play({.name = "no PUBACK", .publishes = true, .act = act_no_puback}, device, terms);
}

DeviceReport no_suback(const DeviceUnderTest& device, const DeviceTerms& terms) {
  return testkit::play({.name = "no SUBACK", .act = act_no_suback}, device, terms);
}

DeviceReport qos2_cut(const DeviceUnderTest& device, Qos2Packet lost, const DeviceTerms& terms) {
  return testkit::play({.name = "QoS 2, cut at " + std::string(name_of(lost)),
                        .publishes = true,
                        .act = [lost](DeviceStage& stage) { return act_qos2_cut(stage, lost); }},
                       device, terms);
}

DeviceReport slow_network(const DeviceUnderTest& device, const DeviceTerms& terms) {
  return testkit::play({.name = "slow network", .publishes = true, .act = act_slow_network}, device, terms);
}

DeviceReport boundary_payloads(const DeviceUnderTest& device, const DeviceTerms& terms) {
  // A Topic Alias would make later packets shorter than the first, by which sizes are reckoned.
  DeviceTerms without_aliases = terms;
  without_aliases.broker.broker.limits.outgoing_topic_aliases = 0;
  return testkit::play({.name = "boundary payloads", .act = act_boundary_payloads}, device, without_aliases);
}

DeviceReport oversized_payload(const DeviceUnderTest& device, const DeviceTerms& terms) {
  return testkit::play({.name = "oversized payload", .act = act_oversized}, device, terms);
}

}  // namespace pint
