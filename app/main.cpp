// pintbroker: the broker as an executable. Exit codes: 0 stopped as asked, 1 cannot start, 2 the command line
// is wrong. `pintbroker bench` is the load generator, with exit codes of its own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <pint/error.hpp>

#include "arguments.hpp"
#include "bench/bench.hpp"
#include "configuration_page.hpp"
#include "help.hpp"
#include "service.hpp"

namespace {

using namespace pint;
using app::Task;

constexpr int kCannotStart = 1;
constexpr int kBadUsage = 2;

int print(const std::string& text) { return app::write_all(STDOUT_FILENO, text) ? 0 : kCannotStart; }

// One line for each sentence of the text.
void complain(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) std::fprintf(stderr, "pintbroker: %s\n", line.c_str());
}

// Everything that is wrong, at once; 0 if nothing is.
int complain(const std::vector<settings::Problem>& problems) {
  for (const settings::Problem& problem : problems) complain(problem.sentence);
  if (problems.empty()) return 0;
  const bool usage =
      std::ranges::count(problems, settings::Source::arguments, &settings::Problem::source) > 0;
  return usage ? kBadUsage : kCannotStart;
}

int check_config(const settings::Resolved& resolved) {
  if (complain(resolved.problems) != 0) return kCannotStart;
  const std::vector<std::string> problems = problems_of(settings::options_of(resolved.settings));
  for (const std::string& problem : problems) complain(problem);
  return problems.empty() ? print(settings::effective_toml(resolved)) : kCannotStart;
}

// The C library gives the memory of a large message back to the system when it is freed, and the next one has
// a page fault for each 4 KiB, which costs more than the message. What is not needed after a peak goes back
// all the same: the broker sees to that when it has nothing to do.
void keep_memory_between_messages() {
#ifdef __GLIBC__
  constexpr int kMiB = 1 << 20;
  // NOLINTBEGIN(concurrency-mt-unsafe): there is one thread yet
  ::mallopt(M_MMAP_THRESHOLD, 32 * kMiB);  // the most there can be
  ::mallopt(M_TRIM_THRESHOLD, 64 * kMiB);
  // NOLINTEND(concurrency-mt-unsafe)
#endif
}

int serve(const app::Arguments& arguments, std::chrono::steady_clock::time_point started) {
  settings::Resolved resolved = app::load_settings(arguments);
  if (const int code = complain(resolved.problems); code != 0) return code;
  keep_memory_between_messages();
  try {
    app::Service(arguments, std::move(resolved.settings)).run(started);
  } catch (const Error& error) {
    const bool listener = error.code() == Errc::listener_failed;
    complain(error.what() + std::string(listener ? " (settings port, bind and listen)" : ""));
    return kCannotStart;
  } catch (const std::exception& error) {
    complain(error.what());
    return kCannotStart;
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const auto started = std::chrono::steady_clock::now();
  const std::span<const char* const> given(words, static_cast<std::size_t>(count));
  if (count > 1 && std::string_view(words[1]) == "bench") return bench::run(given.subspan(2));
  const app::Arguments arguments = app::parse_arguments(count, words);
  switch (arguments.task) {
    case Task::print_help: return print(app::help_text());
    case Task::print_version: return print("pintbroker " PINT_VERSION "\n");
    case Task::print_markdown: return print(app::configuration_page());
    case Task::check_config: return check_config(app::load_settings(arguments));
    case Task::serve: return serve(arguments, started);
  }
  return kBadUsage;
}
