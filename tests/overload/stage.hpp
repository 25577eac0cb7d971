// Stage: one run of one scenario. Gives the scenario its broker, and keeps what it says about the outcome:
// what was done, what holds and what does not, what was refused, and what memory it took.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "overload/broker_process.hpp"
#include "overload/bystander.hpp"
#include "overload/scenario.hpp"

namespace pint::overload {

constexpr std::size_t kMiB = std::size_t{1} << 20;
constexpr std::uint64_t kFewLines = 60;  // of the log, for a story that happens thousands of times

// What came of it.
struct Outcome {
  struct Claim {
    std::string text;
    bool holds = false;
    bool of_every_scenario = false;  // the table in the documentation does not repeat it
  };
  std::string name;
  std::string done;
  std::vector<Claim> claims;
  std::string refused;
  Figures figures;
  std::size_t resident_before = 0;
  std::size_t resident_peak = 0;
  std::size_t resident_after = 0;
  std::size_t resident_trimmed = 0;  // once the C library has given back what is free
  [[nodiscard]] bool good() const;
};

class Stage {
 public:
  Stage(const Scenario& scenario, Scale scale);

  [[nodiscard]] std::uint16_t port() const { return broker_.port(); }
  [[nodiscard]] const BrokerProcess& broker() const { return broker_; }
  [[nodiscard]] Figures figures() const { return broker_.figures(); }
  [[nodiscard]] std::size_t pick(std::size_t ci, std::size_t full) const {
    return scale_ == Scale::ci ? ci : full;
  }

  // Ask the broker until its figures are as wanted. Throws after a minute.
  Figures await(std::string_view what, const std::function<bool(const Figures&)>& wanted) const;

  // The two clients that do nothing wrong are served.
  void serve_bystander() { bystander_.be_served(); }

  // For the report. `done` is a clause: "1,000 connections, each idle".
  void did(std::string done) { outcome_.done = std::move(done); }
  void refused(std::string with) { outcome_.refused = std::move(with); }
  void check(std::string claim, bool holds) { outcome_.claims.push_back({std::move(claim), holds}); }

  // The attack is over and its connections are closed, but for those that stay: wait until the broker has
  // noticed, measure, and check that memory never grew by more than `peak` and now is at most `after` above
  // where it began.
  struct MemoryBounds {
    std::size_t peak = 0;
    std::size_t after = 0;
    std::size_t stay = 0;
  };
  void check_recovery(const MemoryBounds& bounds);

  [[nodiscard]] Outcome outcome() && { return std::move(outcome_); }
  // The broker has to end as it was asked to.
  void finish();

 private:
  void check_as_ever(std::string claim, bool holds) {
    outcome_.claims.push_back({.text = std::move(claim), .holds = holds, .of_every_scenario = true});
  }

  Scale scale_;
  BrokerProcess broker_;
  Bystander bystander_;
  Outcome outcome_;
};

// 20000 as "20,000".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace pint::overload
