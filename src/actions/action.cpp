// From the word to the class.
#include "actions/action.hpp"

#include <utility>

#include "actions/exec_action.hpp"
#include "actions/file_action.hpp"
#include "actions/print_action.hpp"
#include "actions/topic_action.hpp"

namespace pint::actions {

std::shared_ptr<Action> make_action(const RuleText& rule, Surroundings around) {
  switch (rule.kind) {
    case ActionKind::print:
      return std::make_shared<PrintAction>(std::move(around.out), std::move(around.log));
    case ActionKind::file: return std::make_shared<FileAction>(rule.argument, std::move(around.log));
    case ActionKind::topic:
      return std::make_shared<TopicAction>(rule.argument, std::move(around.publish), std::move(around.log));
    case ActionKind::exec: return std::make_shared<ExecAction>(rule.argument, std::move(around.log));
  }
  return nullptr;
}

}  // namespace pint::actions
