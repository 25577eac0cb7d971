// Two ways to write the same rows.
#include "bench/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace pint::bench {
namespace {

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, std::isfinite(value) ? value : 0.0);
  return text;
}

std::string json_string(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result.append({'\\', c});
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof escaped, "\\u%04x", static_cast<unsigned>(c));
      result += escaped;
    } else {
      result += c;
    }
  }
  return result + '"';
}

}  // namespace

std::string with_commas(double value, int digits) {
  std::string text = fixed(value, digits);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::size_t first = text[0] == '-' ? 1 : 0;
  for (std::size_t at = point; at > first + 3;) text.insert(at -= 3, 1, ',');
  return text;
}

Report& Report::put(std::string_view key, std::string_view label, double value, int digits) {
  rows_.push_back({std::string(key), std::string(label), with_commas(value, digits), fixed(value, digits)});
  return *this;
}

Report& Report::put(std::string_view key, std::string_view label, std::string_view text) {
  rows_.push_back({std::string(key), std::string(label), std::string(text), json_string(text)});
  return *this;
}

Report& Report::put_quantiles(std::string_view prefix, const Histogram& histogram) {
  struct Quantile {
    const char* key;
    const char* label;
    double share;
  };
  constexpr Quantile kQuantiles[] = {
      {"p50", "p50", 0.5}, {"p90", "p90", 0.9}, {"p99", "p99", 0.99}, {"p999", "p99.9", 0.999}};
  const std::string name(prefix);
  for (const Quantile& quantile : kQuantiles) {
    put(name + '_' + quantile.key + "_us", name + ' ' + quantile.label + ", µs",
        static_cast<double>(histogram.quantile(quantile.share)) / 1e3, 1);
  }
  return put(name + "_max_us", name + " max, µs", static_cast<double>(histogram.max()) / 1e3, 1);
}

Report& Report::problem(std::string sentence) {
  problems_.push_back(std::move(sentence));
  return *this;
}

Report& Report::put_findings(const Findings& findings, bool duplicates_allowed) {
  struct Kind {
    const char* name;
    std::uint64_t count;
    bool allowed;
  };
  const Kind kinds[] = {{"lost", findings.lost, false},
                        {"duplicated", findings.duplicated, duplicates_allowed},
                        {"reordered", findings.reordered, false},
                        {"unknown", findings.unknown, false}};
  for (const Kind& kind : kinds) {
    put(kind.name, kind.name, static_cast<double>(kind.count));
    if (kind.count != 0 && !kind.allowed)
      problem(std::string(kind.name) + ": " + with_commas(static_cast<double>(kind.count)));
  }
  return *this;
}

std::string Report::table() const {
  std::size_t width = 0;
  for (const Row& row : rows_) width = std::max(width, row.label.size());
  std::string text;
  for (const Row& row : rows_) {
    std::string line = "  " + row.label;
    line.resize(width + 4, ' ');
    text += line + row.text + '\n';
  }
  for (const std::string& sentence : problems_) text += "  NOT RIGHT: " + sentence + '\n';
  return text;
}

std::string Report::json() const {
  std::string text = "{";
  for (const Row& row : rows_) text += json_string(row.key) + ": " + row.value + ", ";
  text += std::string("\"complete\": ") + (complete() ? "true" : "false") + ", \"problems\": [";
  for (std::size_t i = 0; i < problems_.size(); ++i) text += (i == 0 ? "" : ", ") + json_string(problems_[i]);
  return text + "]}\n";
}

}  // namespace pint::bench
