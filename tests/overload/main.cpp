// pint_overload: hostile clients and overload against a real broker process, with figures.
//
//   pint_overload [--scale ci|full] [--markdown] [scenario…]      all of them without a name
//   pint_overload --list
//   pint_overload --serve SCENARIO ci|full DESCRIPTOR             the broker's process; started by the above
//
// Exit code 0 if everything claimed holds, 1 if something does not, 2 for a bad command line.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "overload/report.hpp"
#include "overload/scenario.hpp"
#include "overload/served_broker.hpp"
#include "overload/stage.hpp"

namespace {

using namespace pint::overload;

constexpr int kBadUsage = 2;
constexpr rlim_t kDescriptorsWanted = 65'536;

struct Arguments {
  Scale scale = Scale::ci;
  bool markdown = false;
  std::vector<const Scenario*> chosen;
};

const Scenario* find(std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  return found == scenarios().end() ? nullptr : &*found;
}

std::optional<Scale> scale_of(std::string_view word) {
  if (word == "ci") return Scale::ci;
  if (word == "full") return Scale::full;
  return std::nullopt;
}

std::optional<Arguments> parse(std::span<char*> words) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--markdown") {
      arguments.markdown = true;
    } else if (word == "--scale" && i + 1 < words.size()) {
      const std::optional<Scale> scale = scale_of(words[++i]);
      if (!scale) return std::nullopt;
      arguments.scale = *scale;
    } else if (const Scenario* scenario = find(word)) {
      arguments.chosen.push_back(scenario);
    } else {
      return std::nullopt;
    }
  }
  if (arguments.chosen.empty()) {
    for (const Scenario& each : scenarios()) arguments.chosen.push_back(&each);
  }
  return arguments;
}

// Ours and, as it is inherited, the broker's. Only root may raise it above what the administrator allows.
void raise_descriptor_limit() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  const rlimit wanted{.rlim_cur = kDescriptorsWanted,
                      .rlim_max = std::max(files.rlim_max, kDescriptorsWanted)};
  if (::setrlimit(RLIMIT_NOFILE, &wanted) == 0) return;
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

bool run(const Scenario& scenario, const Arguments& arguments) {
  try {
    Stage stage(scenario, arguments.scale);
    scenario.run(stage);
    stage.finish();
    const Outcome outcome = std::move(stage).outcome();
    std::fputs((arguments.markdown ? markdown_row(outcome) : text_of(outcome)).c_str(), stdout);
    std::fflush(stdout);
    return outcome.good();
  } catch (const std::exception& error) {
    std::printf("FAILED  %s: %s\n", std::string(scenario.name).c_str(), error.what());
    return false;
  }
}

int usage() {
  std::fputs("usage: pint_overload [--scale ci|full] [--markdown] [scenario...] | --list\n", stderr);
  return kBadUsage;
}

int serve(std::span<char*> words) {
  const Scenario* scenario = words.size() == 3 ? find(words[0]) : nullptr;
  const std::optional<Scale> scale = scenario != nullptr ? scale_of(words[1]) : std::nullopt;
  return scale ? serve(*scenario, *scale, std::atoi(words[2])) : usage();
}

}  // namespace

int main(int count, char** words) {
  const std::span<char*> given(words + 1, static_cast<std::size_t>(count - 1));
  if (!given.empty() && given[0] == std::string_view("--serve")) return serve(given.subspan(1));
  if (given.size() == 1 && given[0] == std::string_view("--list")) {
    for (const Scenario& each : scenarios()) std::printf("%s\n", std::string(each.name).c_str());
    return 0;
  }
  const std::optional<Arguments> arguments = parse(given);
  if (!arguments) return usage();
  raise_descriptor_limit();
  if (arguments->markdown) std::fputs(markdown_head().c_str(), stdout);
  bool good = true;
  for (const Scenario* each : arguments->chosen) good = run(*each, *arguments) && good;
  return good ? 0 : 1;
}
