// pint_sim_mutants: run the simulation with mistakes in the engine, one after the other, and say which of
// them it noticed. Each runs in a process of its own: a mistake may as well crash or never end.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "sim/mutation.hpp"
#include "sim/run.hpp"

namespace {

using namespace pint::sim;

constexpr std::uint64_t kSeeds = 150;  // so many may be needed, at most
constexpr unsigned kSecondsEach = 30;  // of processor time and more: then it hangs, which is noticed, too

Setup setup_for(std::uint64_t seed) {
  return {.seed = seed, .steps = 400, .clients = 8, .faults = static_cast<Faults>(seed % 3)};
}

// Runs until the first violation; 0: none. Tells what it was.
std::uint64_t first_caught(std::string& violation, std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const Setup setup = setup_for(seed);
    violation = run(setup, make_schedule(setup)).violation;
    if (!violation.empty()) return seed;
  }
  return 0;
}

// The child tells the seed and the violation through a pipe, unless it ends before.
[[noreturn]] void run_child(int mutation, int out) {
  std::freopen("/dev/null", "w", stderr);
  alarm(kSecondsEach);
  switch_mutation_on(mutation);
  std::string violation;
  const std::uint64_t seed = first_caught(violation, kSeeds);
  const std::string text = seed == 0 ? "-" : "seed " + std::to_string(seed) + ": " + violation;
  const bool written = write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  _exit(written ? 0 : 1);
}

// What came of it: empty if the mutation was not noticed.
std::string outcome_of(int mutation) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) run_child(mutation, ends[1]);
  close(ends[1]);
  std::string text;
  char buffer[1'024];
  for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
    text.append(buffer, static_cast<std::size_t>(size));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return std::string("ended by ") + strsignal(WTERMSIG(status));
  return text == "-" ? std::string() : text;
}

int run_all() {
  int caught = 0, all = 0;
  for (const char* name : mutation_names()) {
    const std::string outcome = outcome_of(all++);
    caught += outcome.empty() ? 0 : 1;
    std::printf("%-40s %s\n", name, outcome.empty() ? "NOT NOTICED" : outcome.substr(0, 110).c_str());
  }
  std::printf("mutation score: %d of %d noticed\n", caught, all);
  return caught == all ? 0 : 1;
}

// Without a mutation nothing may be noticed.
int run_one(const std::string& name) {
  int index = 0;
  for (const char* each : mutation_names()) {
    if (name == each) {
      const std::string outcome = outcome_of(index);
      std::printf("%s: %s\n", each, outcome.empty() ? "not noticed" : outcome.c_str());
      return outcome.empty() ? 1 : 0;
    }
    ++index;
  }
  if (name != "none") return std::fprintf(stderr, "there is no mutation '%s'\n", name.c_str()), 2;
  std::string violation;
  const std::uint64_t seed = first_caught(violation, kSeeds);
  std::printf("none: %s\n", seed == 0 ? "nothing noticed" : violation.c_str());
  return seed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string option = argc > 1 ? argv[1] : "";
  if (option == "--all" && argc == 2) return run_all();
  if (option == "--mutation" && argc == 3) return run_one(argv[2]);
  std::fprintf(stderr, "usage: pint_sim_mutants --all | --mutation NAME (or none)\n");
  return 2;
}
