#include "api/running_broker.hpp"

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <exception>
#include <limits>
#include <random>
#include <utility>

#include "api/event_log.hpp"
#include "net/listener.hpp"

namespace pint {
namespace {

constexpr std::string_view kDescriptorLimit = "file_descriptors";  // the system's, not one of Options
constexpr std::size_t kMessageKept = 64u << 10;  // a payload's capacity that is kept for the next message
constexpr std::string_view kUncounted = "";      // a handler whose failure is logged and nothing else

std::uint8_t one_more(std::uint8_t hops) {
  return static_cast<std::uint8_t>(std::min(hops + 1, int{std::numeric_limits<std::uint8_t>::max()}));
}

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

core::EngineOptions engine_options(const Options& options, const Instruments& instruments) {
  const bool sees_all = instruments.observer != nullptr;
  const bool tells_all = options.on_event || options.log;
  return {.name = options.name,
          .limits = options.limits,
          .features = options.features,
          .observed = {.lifecycle = sees_all || tells_all || options.on_connect || options.on_disconnect,
                       .messages = sees_all || (tells_all && options.observe_messages),
                       .packets = tells_all && options.observe_packets,
                       .logged_messages = tells_all && options.observe_messages},
          .sys_interval = options.sys_interval,
          .seed = options.seed ? *options.seed : random_seed(),
          .separate_wire_time = instruments.separate_wire_time};
}

// A copy into strings that are used again. Most messages have no properties.
void assign(Message& message, const core::MessageView& view, Time now) {
  if (!view.properties.empty() || view.expires_at != kNever) {
    message = core::to_message(view, now);
    return;
  }
  message.topic.assign(view.topic);
  message.payload.assign(as_text(view.payload));
  message.qos = view.qos;
  message.retain = view.retain;
  message.properties = {};
}

}  // namespace

RunningBroker::RunningBroker(const Options& options, net::Mailbox& mailbox, const Instruments& instruments)
    : options_(options),
      observer_(instruments.observer),
      engine_(engine_options(options, instruments), {.policy = options.policy.get(),
                                                     .interceptor = instruments.interceptor,
                                                     .packet_log = instruments.packet_log}),
      loop_(engine_, mailbox, instruments.time != nullptr ? *instruments.time : time_, *this) {
  if (observer_ != nullptr) observer_->on_start(*this);
  for (const Listener& where : options.listeners) {
    net::Listener listener(where, options.on_socket);
    ports_.push_back(listener.port());
    loop_.add(std::move(listener));
  }
}

void RunningBroker::install(RuleId id, std::shared_ptr<const Rule> rule) {
  const core::RuleKey key = engine_.add_rule(rule->topic_filter, loop_.now());
  rules_.add(id, key, std::move(rule));
}

bool RunningBroker::remove(RuleId id) {
  const auto key = rules_.remove(id);
  const bool in_handler = hops_ > 0;  // then it may be the one that runs
  if (!in_handler) rules_.forget_removed();
  return key && engine_.remove_rule(*key);
}

bool RunningBroker::disconnect(std::string_view client_id, ReasonCode reason) {
  return engine_.disconnect(client_id, reason, loop_.now());
}

Stats RunningBroker::stats() const {
  Stats stats = engine_.stats();
  stats.limits.push_back({std::string(kDescriptorLimit), descriptors_exhausted_});
  return stats;
}

void RunningBroker::log(LogLevel level, std::string_view text) const {
  if (!options_.log) return;
  try {
    options_.log(level, text);
  } catch (...) {
    // A log that fails has nobody left to be told.
  }
}

void RunningBroker::on_events(std::vector<Event> events) {
  for (const Event& event : events) {
    if (is_asked_for(event)) tell(event);
  }
  if (observer_ != nullptr) observer_->on_events(std::move(events), engine_.placed());
}

// An observer has events built that the application has not asked for.
bool RunningBroker::is_asked_for(const Event& event) const {
  if (observer_ == nullptr) return true;
  if (std::holds_alternative<MessagePublished>(event)) return options_.observe_messages;
  return true;
}

void RunningBroker::tell(const Event& event) {
  if (const auto* connected = std::get_if<ClientConnected>(&event); connected && options_.on_connect) {
    guarded("on_connect", "", [&] { options_.on_connect(*connected); });
  }
  if (const auto* disconnected = std::get_if<ClientDisconnected>(&event);
      disconnected && options_.on_disconnect) {
    guarded("on_disconnect", "", [&] { options_.on_disconnect(*disconnected); });
  }
  if (options_.log) write(event);
  if (!options_.on_event) return;
  // A handler that fails on the news of its failure would never hear the end of it.
  const bool of_failure = std::holds_alternative<HandlerFailed>(event);
  guarded(of_failure ? kUncounted : "on_event", "", [&] { options_.on_event(event); });
}

// What comes again and again is told now and then, and at level debug each time.
void RunningBroker::write(const Event& event) {
  const std::uint64_t count = repeated_.count(event);
  const LogLevel level = is_told(count) ? log_level(event) : LogLevel::debug;
  if (wants(level)) log(level, log_line(event) + count_text(count));
}

bool RunningBroker::wants(LogLevel level) const {
  try {
    return !options_.log_wants || options_.log_wants(level);
  } catch (...) {
    return true;  // rather a line too many
  }
}

void RunningBroker::on_rule_calls(std::vector<core::RuleCall> calls, Time now) {
  for (const core::RuleCall& each : calls) {
    const Rule* rule = rules_.find(each.rule);
    if (!rule) continue;  // removed by a handler before its turn came
    engine_.count_rule_call();
    hops_ = one_more(each.hops);
    guarded("rule ", rule->topic_filter, [&] { call(*rule, each, now); });
    hops_ = 0;
  }
  rules_.forget_removed();
}

void RunningBroker::handle(std::uint8_t hops, const std::function<void()>& handler) {
  hops_ = one_more(hops);
  handler();
  hops_ = 0;
}

void RunningBroker::call(const Rule& rule, const core::RuleCall& call, Time now) {
  core::MessageView view = call.message->view();
  view.qos = call.qos;
  view.retain = call.retain;
  if (observer_ != nullptr) {
    observer_->on_rule_call(rule.topic_filter, core::to_message(view, now));
  }
  if (rule.on_payload) return rule.on_payload(view.topic, as_text(view.payload));
  if (rule.queue) {
    rule.queue->push(core::to_message(view, now));
    return;
  }
  assign(message_, view, now);
  rule.on_message(message_);
  if (message_.payload.capacity() > kMessageKept) message_ = {};
}

void RunningBroker::on_accepted(NativeSocket socket) {
  if (options_.on_socket)
    guarded("on_socket", "", [&] { options_.on_socket(socket, SocketStage::after_accept); });
}

void RunningBroker::on_descriptors_exhausted() {
  ++descriptors_exhausted_;
  const Event event = LimitReached{.limit = std::string(kDescriptorLimit), .client_id = {}};
  tell(event);
  if (observer_ != nullptr) observer_->on_events({event}, {});
}

void RunningBroker::on_memory_freed() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

// Call a handler of the application; whatever it throws ends here.
template <class Handler>
void RunningBroker::guarded(std::string_view kind, std::string_view which, Handler handler) {
  try {
    handler();
  } catch (const std::exception& error) {
    count_failure(kind, which, error.what());
  } catch (...) {
    count_failure(kind, which, "it threw something that is no std::exception");
  }
}

void RunningBroker::count_failure(std::string_view kind, std::string_view which,
                                  std::string_view explanation) {
  if (kind == kUncounted) return log(LogLevel::error, explanation);
  engine_.count_handler_failure(std::string(kind).append(which), std::string(explanation));
}

}  // namespace pint
