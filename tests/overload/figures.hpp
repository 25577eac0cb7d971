// Figures: what the broker's process counts, by name: Stats' numbers, "limit.NAME", "dropped.CAUSE",
// "log_lines", "cpu_us". They travel over the control socket as lines "name value", ended by a line with a
// dot.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace pint::overload {

class Figures {
 public:
  void set(std::string name, std::uint64_t value) { values_[std::move(name)] = value; }
  // 0 if there is none of that name.
  [[nodiscard]] std::uint64_t operator[](std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? 0 : found->second;
  }
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& all() const { return values_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> values_;
};

}  // namespace pint::overload
