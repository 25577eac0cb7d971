// A scene whose clients are linted: the engine, in virtual time, and the lint that reads its events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/scene.hpp"
#include "testkit/lint.hpp"

namespace pint::test {

class LintedScene : public Scene {
 public:
  static constexpr std::uint16_t kReceiveMaximum = 3;

  LintedScene() : Scene(observing()) {}

  // Let the lint read what has happened; give what it has found so far.
  std::vector<std::string> found() {
    for (; read_ < all_events().size(); ++read_) {
      const Duration at = now().time_since_epoch();
      lint_.append(all_events()[read_], {at, {}}, read_ + 1);
    }
    std::vector<std::string> out;
    for (const Finding& finding : lint_.findings()) out.push_back(to_string(finding));
    return out;
  }
  // Time is told to the lint step by step.
  void pass(Duration duration) {
    found();
    advance(duration);
    found();
  }

 private:
  static core::EngineOptions observing() {
    core::EngineOptions options = defaults();
    options.observed.packets = true;
    options.limits.receive_maximum = kReceiveMaximum;
    options.limits.topic_alias_maximum = 2;
    return options;
  }

  testkit::Lint lint_{{.clock = testkit::LintClock::broker}};
  std::size_t read_ = 0;
};

using Nothing = std::vector<std::string>;

}  // namespace pint::test
