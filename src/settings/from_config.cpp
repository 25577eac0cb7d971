// Broker::from_config: a broker from a configuration file, rules and their actions included. The actions live
// in the broker's rules and end with it.
#include <pint/broker.hpp>

#include "actions/action.hpp"
#include "actions/standard_output.hpp"
#include "api/broker_implementation.hpp"
#include "settings/sources.hpp"

namespace pint {
namespace {

std::string one_a_line(const std::vector<settings::Problem>& problems) {
  std::string text;
  for (const settings::Problem& problem : problems) text += (text.empty() ? "" : "\n") + problem.sentence;
  return text;
}

}  // namespace

Broker Broker::from_config(const std::filesystem::path& path) {
  const settings::Resolved resolved = settings::resolve({settings::from_file(path)});
  if (!resolved.problems.empty()) throw Error(Errc::invalid_config, one_a_line(resolved.problems));
  Broker broker(settings::options_of(resolved.settings));
  // Not the Broker, which may be moved, but what it points to, which owns the rules and so outlives them.
  Implementation* const implementation = broker.implementation_.get();
  const auto publish = [implementation](Message message) {
    return implementation->publish(std::move(message));
  };
  const auto out = std::make_shared<actions::StandardOutput>();  // ends with the last rule that prints
  for (const std::string& text : resolved.settings.rules) {
    const actions::ParsedRule parsed = actions::parse_rule(text);
    if (!parsed.rule) continue;  // resolve() has refused it
    const std::shared_ptr<actions::Action> action =
        actions::make_action(*parsed.rule, {publish, out, nullptr});
    action->begin();
    broker.add_rule(parsed.rule->topic_filter, [action](const Message& message) { action->handle(message); });
  }
  return broker;
}

}  // namespace pint
