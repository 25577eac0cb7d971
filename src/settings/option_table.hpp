// The table of all settings: one row each. Flags, environment variables, configuration keys, --help,
// --check-config and docs/configuration.md are made from it and from nothing else.
//
//   row "receive-maximum":   --receive-maximum 20   PINT_RECEIVE_MAXIMUM=20   receive_maximum = 20
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "settings/number_text.hpp"
#include "settings/settings.hpp"

namespace pint::settings {

// How a number lives in Settings. Choices are numbers too: the index of the word.
struct NumberAccess {
  std::optional<std::uint64_t> (*get)(const Settings&) = nullptr;
  void (*set)(Settings&, std::uint64_t) = nullptr;
};
using TextAccess = std::string& (*)(Settings&);
using ListAccess = std::vector<std::string>& (*)(Settings&);

// What is wrong with a text, and the mend, in words that follow the quoted text; empty if nothing is.
using TextCheck = std::string (*)(std::string_view);

struct Setting {
  std::string_view name;           // with dashes, as in flags
  std::string_view group;          // heading in help and documentation
  std::string_view placeholder;    // stands for the value in help
  std::string_view documentation;  // what it is and what follows from it; one or two sentences

  // One of the three is there.
  NumberAccess number = {};
  TextAccess text = nullptr;
  ListAccess list = nullptr;  // may be given several times

  NumberRange range = {};                          // numbers
  std::span<const std::string_view> choices = {};  // numbers that are words
  TextCheck check = nullptr;                       // texts and each element of lists
  std::string_view unset = {};                     // what an absent number means; empty: it is never absent
  bool in_file = true;                             // false: it belongs to one invocation

  [[nodiscard]] std::string flag() const;      // "--receive-maximum"
  [[nodiscard]] std::string key() const;       // "receive_maximum"
  [[nodiscard]] std::string variable() const;  // "PINT_RECEIVE_MAXIMUM"
};

// In the order of help and documentation.
[[nodiscard]] std::span<const Setting> option_table();

[[nodiscard]] const Setting* find_by_key(std::string_view key);

// The key or flag most like the one given, for "did you mean"; empty if none is near.
[[nodiscard]] std::string nearest(std::string_view given, std::span<const std::string> known);

// Set from texts (one unless it is a list). Says what is wrong and the mend; empty if it was set.
[[nodiscard]] std::string set_value(const Setting& setting, Settings& settings,
                                    std::span<const std::string> texts);

// The value as texts that set_value takes; none if it is absent or an empty list.
[[nodiscard]] std::vector<std::string> values_of(const Setting& setting, const Settings& settings);

// What can be given, in words: "1 to 65535", "true or false", "text". For help and documentation.
[[nodiscard]] std::string range_of(const Setting& setting);

}  // namespace pint::settings
