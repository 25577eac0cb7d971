// Report: the results of one benchmark in the order they were put, as a table for people or as one line of
// JSON.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/histogram.hpp"
#include "bench/process_meter.hpp"
#include "bench/sequence_check.hpp"

namespace pint::bench {

class Report {
 public:
  // `key` is the JSON's name, `label` the table's; `digits` after the point.
  Report& put(std::string_view key, std::string_view label, double value, int digits = 0);
  Report& put(std::string_view key, std::string_view label, std::string_view text);

  // p50, p90, p99, p99.9 and max in µs, under keys that begin with `prefix`.
  Report& put_quantiles(std::string_view prefix, const Histogram& histogram);

  // Something is not as it must be: the exit code is 1, and the sentence says why.
  Report& problem(std::string sentence);
  // Each kind of finding as a figure, and as a problem where it is one. QoS 1 may duplicate.
  Report& put_findings(const Findings& findings, bool duplicates_allowed);

  [[nodiscard]] bool complete() const { return problems_.empty(); }
  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string json() const;

 private:
  struct Row {
    std::string key;
    std::string label;
    std::string text;   // for people
    std::string value;  // JSON
  };
  std::vector<Row> rows_;
  std::vector<std::string> problems_;
};

// "1,234,567.8"
[[nodiscard]] std::string with_commas(double value, int digits = 0);

}  // namespace pint::bench
