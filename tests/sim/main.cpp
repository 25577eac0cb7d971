// pint_sim: run the simulation for a range of seeds. Exits 1 at the first seed that fails, with the command
// that repeats it.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>

#include "sim/minimise.hpp"
#include "sim/run.hpp"

namespace {

using namespace pint::sim;

constexpr const char* kUsage =
    "usage: pint_sim [--seed N] [--seeds M] [--steps S] [--clients C] [--faults off|light|heavy|all]\n"
    "                [--keep 0-3,7] [--minimise] [--show]\n"
    "  --seed N      the first seed (1)\n"
    "  --seeds M     how many (1)\n"
    "  --steps S     actions of each run (400); each makes several inputs of the engine\n"
    "  --clients C   (8)\n"
    "  --faults F    what goes wrong (light); all: by seed, each in turn\n"
    "  --keep LIST   only these actions of the schedule\n"
    "  --minimise    make the schedule of a failing seed as small as it gets\n"
    "  --show        print every packet and event\n";

struct Command {
  Setup setup;
  std::uint64_t seeds = 1;
  bool all_faults = false;
  bool minimise = false;
  std::string keep;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "pint_sim: %s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

std::uint64_t number(const char* text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 10);
  if (end == text || *end != '\0') stop(std::string("'") + text + "' is not a number");
  return value;
}

void read_faults(Command& command, const std::string& text) {
  command.all_faults = text == "all";
  for (const Faults faults : {Faults::off, Faults::light, Faults::heavy}) {
    if (name_of(faults) != text) continue;
    command.setup.faults = faults;
    return;
  }
  if (!command.all_faults) stop("--faults takes off, light, heavy or all");
}

Command read(int argc, char** argv) {
  Command command;
  for (int i = 1; i < argc; ++i) {
    const std::string option = argv[i];
    if (option == "--minimise") {
      command.minimise = true;
      continue;
    }
    if (option == "--show") {
      command.setup.show = true;
      continue;
    }
    if (i + 1 == argc) stop("'" + option + "' is not known, or needs a value");
    const char* value = argv[++i];
    if (option == "--seed")
      command.setup.seed = number(value);
    else if (option == "--seeds")
      command.seeds = number(value);
    else if (option == "--steps")
      command.setup.steps = number(value);
    else if (option == "--clients")
      command.setup.clients = static_cast<unsigned>(number(value));
    else if (option == "--faults")
      read_faults(command, value);
    else if (option == "--keep")
      command.keep = value;
    else
      stop("'" + option + "' is not known");
  }
  if (command.setup.clients == 0 || command.setup.clients > 1'000) stop("--clients takes 1 to 1000");
  return command;
}

Schedule schedule_of(const Command& command, const Setup& setup) {
  const Schedule whole = make_schedule(setup);
  if (command.keep.empty()) return whole;
  const auto kept = kept_from(command.keep);
  if (!kept) stop("--keep takes positions such as 0-3,7");
  return only(whole, *kept);
}

std::string command_for(const Setup& setup, const std::string& keep) {
  return "pint_sim --seed " + std::to_string(setup.seed) + " --steps " + std::to_string(setup.steps) +
         " --clients " + std::to_string(setup.clients) + " --faults " + std::string(name_of(setup.faults)) +
         (keep.empty() ? "" : " --keep " + keep);
}

// So much of a violation's text says what is wrong, without for whom.
constexpr std::size_t kKindLength = 18;

void report(const Command& command, const Setup& setup, const std::string& violation) {
  std::printf("seed %llu: %s\nreproduce: %s\n", static_cast<unsigned long long>(setup.seed),
              violation.c_str(), command_for(setup, command.keep).c_str());
  if (!command.minimise) return;
  const Schedule whole = make_schedule(setup);
  Kept kept(whole.size());
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  if (!command.keep.empty()) kept = *kept_from(command.keep);
  const std::string kind = violation.substr(0, kKindLength);
  kept = minimise(
      kept, [&](const Kept& fewer) { return run(setup, only(whole, fewer)).violation.starts_with(kind); });
  std::printf("minimised to %zu of %zu actions: %s\nreproduce: %s\n", kept.size(), whole.size(),
              run(setup, only(whole, kept)).violation.c_str(), command_for(setup, to_text(kept)).c_str());
}

// What comes out must be the same again.
constexpr std::uint64_t kRepeatEvery = 16;

}  // namespace

int main(int argc, char** argv) {
  const Command command = read(argc, argv);
  const auto started = std::chrono::steady_clock::now();
  std::uint64_t inputs = 0;
  for (std::uint64_t i = 0; i < command.seeds; ++i) {
    Setup setup = command.setup;
    setup.seed += i;
    if (command.all_faults) setup.faults = static_cast<Faults>(setup.seed % 3);
    const Schedule schedule = schedule_of(command, setup);
    Outcome outcome = run(setup, schedule);
    inputs += outcome.inputs;
    if (!outcome.failed() && setup.seed % kRepeatEvery == 0 && run(setup, schedule).trace != outcome.trace) {
      outcome.violation = "the same seed gave another trace";
    }
    if (!outcome.failed()) continue;
    report(command, setup, outcome.violation);
    return 1;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  std::printf("pint_sim: %llu seeds, %llu engine inputs, no violation; %.1f s, %.0f inputs/s\n",
              static_cast<unsigned long long>(command.seeds), static_cast<unsigned long long>(inputs),
              seconds, static_cast<double>(inputs) / seconds);
  return 0;
}
