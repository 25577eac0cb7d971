#include "overload/report.hpp"

#include <array>
#include <cstdio>

namespace pint::overload {
namespace {

// Figures that say something went wrong for somebody.
bool tells_trouble(std::string_view name) {
  constexpr std::array kNames{std::string_view("connects_refused"), std::string_view("protocol_errors"),
                              std::string_view("handlers_failed")};
  for (const std::string_view each : kNames) {
    if (name == each) return true;
  }
  return name.starts_with("limit.") || name.starts_with("dropped.");
}

std::string counted(const Figures& figures) {
  std::string text;
  for (const auto& [name, value] : figures.all()) {
    if (value == 0 || !tells_trouble(name)) continue;
    text += (text.empty() ? "`" : ", `") + name + "` " + grouped(value);
  }
  return text;
}

std::string mib(std::size_t bytes) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", static_cast<double>(bytes) / double{kMiB});
  return text;
}

std::string memory(const Outcome& outcome) {
  return mib(outcome.resident_before) + " → " + mib(outcome.resident_peak) + " → " +
         mib(outcome.resident_after);
}

std::string cpu(const Outcome& outcome) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", static_cast<double>(outcome.figures["cpu_us"]) / 1e6);
  return text;
}

}  // namespace

std::string text_of(const Outcome& outcome) {
  std::string text = (outcome.good() ? "ok      " : "FAILED  ") + outcome.name + ": " + outcome.done + "\n";
  for (const Outcome::Claim& claim : outcome.claims)
    text += std::string("        ") + (claim.holds ? "holds: " : "DOES NOT HOLD: ") + claim.text + "\n";
  if (!outcome.refused.empty()) text += "        refused with " + outcome.refused + "\n";
  text += "        counted: " + counted(outcome.figures) + "\n";
  text += "        resident MiB " + memory(outcome) + ", " + mib(outcome.resident_trimmed) +
          " if it were trimmed, broker's CPU " + cpu(outcome) + " s, lines to log " +
          grouped(outcome.figures["log_lines"]) + "\n";
  return text;
}

std::string markdown_head() {
  return "| scenario | done | holds | refused with | counted | resident MiB: start → peak → after | CPU s |\n"
         "|---|---|---|---|---|--:|--:|\n";
}

std::string markdown_row(const Outcome& outcome) {
  std::string claims;
  for (const Outcome::Claim& claim : outcome.claims) {
    if (claim.holds && claim.of_every_scenario) continue;
    claims += (claims.empty() ? "" : "; ") + std::string(claim.holds ? "" : "**not:** ") + claim.text;
  }
  return "| `" + outcome.name + "` | " + outcome.done + " | " + claims + " | " + outcome.refused + " | " +
         counted(outcome.figures) + " | " + memory(outcome) + " | " + cpu(outcome) + " |\n";
}

}  // namespace pint::overload
