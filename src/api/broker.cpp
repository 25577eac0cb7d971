// Broker: the public class, in front of its Implementation.
#include <pint/broker.hpp>

#include <new>
#include <utility>

#include "api/broker_implementation.hpp"
#include "api/message_check.hpp"

namespace pint {

Broker::Broker(Options options) : implementation_(std::make_unique<Implementation>(std::move(options))) {}
Broker::Broker(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}
Broker::~Broker() = default;
Broker::Broker(Broker&&) noexcept = default;
Broker& Broker::operator=(Broker&&) noexcept = default;

void Broker::start() { implementation_->start(); }

void Broker::start(std::error_code& error) noexcept {
  error.clear();
  try {
    start();
  } catch (const std::system_error& refused) {
    error = refused.code();
  } catch (const std::bad_alloc&) {
    error = std::make_error_code(std::errc::not_enough_memory);
  }
}

void Broker::stop(std::chrono::milliseconds grace) { implementation_->stop(grace); }
void Broker::run() { implementation_->run(); }
bool Broker::running() const { return implementation_->running(); }
std::uint16_t Broker::port(std::size_t index) const { return implementation_->port(index); }
std::string Broker::url() const { return implementation_->url(); }
const std::string& Broker::name() const { return implementation_->name(); }

std::error_code Broker::publish(Message message) { return implementation_->publish(std::move(message)); }

std::error_code Broker::publish(std::string_view topic, std::string_view payload) {
  return publish({.topic = std::string(topic), .payload = std::string(payload)});
}

AddedRule Broker::add_rule(std::string_view topic_filter, MessageHandler handler) {
  return add_rule({.topic_filter = std::string(topic_filter), .on_message = std::move(handler)});
}

AddedRule Broker::add_rule(std::string_view topic_filter, TopicPayloadHandler handler) {
  return add_rule({.topic_filter = std::string(topic_filter), .on_payload = std::move(handler)});
}

AddedRule Broker::add_rule(std::string_view topic_filter, std::shared_ptr<MessageQueue> queue) {
  return add_rule({.topic_filter = std::string(topic_filter), .queue = std::move(queue)});
}

AddedRule Broker::add_rule(Rule rule) { return implementation_->add_rule(std::move(rule)); }
std::error_code Broker::remove_rule(RuleId id) { return implementation_->remove_rule(id); }

std::error_code Broker::disconnect(std::string_view client_id, ReasonCode reason) {
  return implementation_->disconnect(client_id, reason);
}

std::vector<ClientState> Broker::clients() const {
  std::vector<ClientState> answer;
  implementation_->ask([&](const RunningBroker& broker) { answer = broker.engine().clients(); });
  return answer;
}

std::vector<Message> Broker::retained(std::string_view topic_filter) const {
  std::vector<Message> answer;
  if (!is_topic_filter(topic_filter)) return answer;
  implementation_->ask([&](const RunningBroker& broker) { answer = broker.engine().retained(topic_filter); });
  return answer;
}

Stats Broker::stats() const {
  Stats answer;
  implementation_->ask([&](const RunningBroker& broker) { answer = broker.stats(); });
  return answer;
}

}  // namespace pint
