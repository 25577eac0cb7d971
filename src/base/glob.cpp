#include "base/glob.hpp"

#include <cstddef>

namespace pint {
namespace {

// The bytes of the character at the front; 1 where it is none.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
  return size;
}

}  // namespace

// Greedy matching with one place to come back to: the last "*" and what it has swallowed so far.
bool glob_matches(std::string_view pattern, std::string_view name) {
  std::size_t at = 0, name_at = 0, star = std::string_view::npos, swallowed = 0;
  while (name_at < name.size()) {
    if (at < pattern.size() && pattern[at] == '*') {
      star = at++;
      swallowed = name_at;
    } else if (at < pattern.size() && pattern[at] == '?') {
      ++at;
      name_at += character_size(name.substr(name_at));
    } else if (at < pattern.size() && pattern[at] == name[name_at]) {
      ++at;
      ++name_at;
    } else if (star != std::string_view::npos) {
      at = star + 1;
      name_at = ++swallowed;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace pint
