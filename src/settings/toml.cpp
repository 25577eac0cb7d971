// A cursor over the text; each take_… moves it behind what it read. Problems unwind by return values: the
// first one of a line ends that line.
#include "settings/toml.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "mqtt/utf8.hpp"

namespace pint::settings {
namespace {

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// The escapes of one character; \uXXXX and \UXXXXXXXX are read as numbers.
struct Escape {
  char letter;
  char meaning;
};
constexpr Escape kEscapes[] = {{'b', '\b'}, {'t', '\t'}, {'n', '\n'}, {'f', '\f'},
                               {'r', '\r'}, {'"', '"'},  {'\\', '\\'}};

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto continuation = [&](int shift) {
    text += static_cast<char>(0x80 | (code_point >> shift & 0x3F));
  };
  if (code_point < 0x80) {
    text += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    text += static_cast<char>(0xC0 | code_point >> 6);
    continuation(0);
  } else if (code_point < 0x10000) {
    text += static_cast<char>(0xE0 | code_point >> 12);
    continuation(6);
    continuation(0);
  } else {
    text += static_cast<char>(0xF0 | code_point >> 18);
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

// "1_000" is a number, "_1" and "1__0" are not; the digits come back without "_".
std::optional<std::string> number_in(std::string_view word) {
  std::string digits;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] != '_') {
      digits += word[i];
    } else if (i == 0 || i + 1 == word.size() || word[i - 1] == '_') {
      return std::nullopt;
    }
  }
  const std::string_view unsigned_part = std::string_view(digits).substr(digits.starts_with('+') ? 1 : 0);
  double value = 0;
  const char* last = unsigned_part.data() + unsigned_part.size();
  const auto [end, error] = std::from_chars(unsigned_part.data(), last, value);
  const bool numeric =
      error == std::errc{} && end == last && unsigned_part.find_first_of("0123456789") != std::string::npos;
  return numeric ? std::optional<std::string>(unsigned_part) : std::nullopt;
}

class TomlReader {
 public:
  explicit TomlReader(std::string_view text) : rest_(text) {}

  TomlText read() {
    while (!rest_.empty()) {
      read_line();
      skip_line();
    }
    return std::move(result_);
  }

 private:
  void read_line() {
    skip_blanks();
    if (at_end_of_line()) return;
    if (rest_.front() == '[')
      return (void)fail("tables are not used; put every key at the top, as in port = 1883");
    TomlItem item;
    item.line = line_;
    item.key = take_key();
    if (item.key.empty()) return (void)fail("is not a setting; write key = value");
    skip_blanks();
    if (!take('='))
      return (void)fail("\"" + item.key + "\" is not followed by \"=\"; write " + item.key + " = value");
    skip_blanks();
    if (rest_.starts_with('[')) {
      // Where a broken array ends is anybody's guess: the rest of the file would give nothing but wrong
      // problems.
      if (!take_array(item)) return rest_.remove_prefix(rest_.size());
    } else if (!take_value(item)) {
      return;
    }
    skip_blanks();
    if (!at_end_of_line()) return (void)fail("goes on after its value; begin a comment with #");
    const auto same = std::ranges::find(result_.items, item.key, &TomlItem::key);
    if (same != result_.items.end()) {
      return (void)fail("\"" + item.key + "\" is already set in line " + std::to_string(same->line) +
                        "; remove one of them");
    }
    result_.items.push_back(std::move(item));
  }

  bool take_array(TomlItem& item) {
    item.is_array = true;
    rest_.remove_prefix(1);
    for (;;) {
      skip_blanks_comments_and_lines();
      if (take(']')) return true;
      if (rest_.empty()) return fail("the array of \"" + item.key + "\" has no end; close it with ]");
      if (rest_.front() == '[' || !take_value(item)) {
        return rest_.starts_with('[') ? fail("an array may not contain arrays; list the values") : false;
      }
      skip_blanks_comments_and_lines();
      if (take(',') || rest_.starts_with(']') || rest_.empty()) continue;
      return fail("the values of \"" + item.key + "\" are not separated by commas; write [\"a\", \"b\"]");
    }
  }

  bool take_value(TomlItem& item) {
    if (rest_.starts_with("\"\"\"") || rest_.starts_with("'''")) {
      return fail("strings of several lines are not supported; use one pair of quotes");
    }
    if (rest_.starts_with('\'')) return take_literal_string(item);
    if (rest_.starts_with('"')) return take_basic_string(item);
    return take_word(item);
  }

  bool take_literal_string(TomlItem& item) {
    const std::size_t end = rest_.find_first_of("'\n", 1);
    if (end == std::string_view::npos || rest_[end] == '\n')
      return fail("a string has no end; close it with '");
    item.values.emplace_back(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return true;
  }

  bool take_basic_string(TomlItem& item) {
    rest_.remove_prefix(1);
    std::string value;
    while (!rest_.empty() && rest_.front() != '\n') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') {
        item.values.push_back(std::move(value));
        return true;
      }
      if (c != '\\')
        value += c;
      else if (!take_escape(value))
        return false;
    }
    return fail("a string has no end; close it with \"");
  }

  bool take_escape(std::string& value) {
    const char letter = rest_.empty() ? '\n' : rest_.front();
    if (letter == 'u' || letter == 'U') return take_code_point(value, letter == 'u' ? 4 : 8);
    const auto escape = std::ranges::find(kEscapes, letter, &Escape::letter);
    if (escape == std::end(kEscapes))
      return fail("a backslash stands alone; write \\\\, or use 'single quotes'");
    value += escape->meaning;
    rest_.remove_prefix(1);
    return true;
  }

  bool take_code_point(std::string& value, std::size_t digits) {
    const std::string_view hex = rest_.substr(1, digits);
    std::uint32_t code_point = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code_point, 16);
    const bool complete = error == std::errc{} && hex.size() == digits && end == hex.data() + hex.size();
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (!complete || surrogate || code_point > 0x10FFFF)
      return fail("a \\u does not name a character; write \\u00E9");
    append_utf8(value, code_point);
    rest_.remove_prefix(1 + digits);
    return true;
  }

  bool take_word(TomlItem& item) {
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t\r\n,]#"));
    if (word.empty()) return fail("\"" + item.key + "\" has no value; write " + item.key + " = value");
    if (word == "true" || word == "false") {
      item.values.emplace_back(word);
    } else if (std::optional<std::string> number = number_in(word)) {
      item.values.push_back(*std::move(number));
    } else {
      return fail(std::string(word) + " is neither a number, true nor false; put text in quotes");
    }
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string take_key() {
    const auto end = std::ranges::find_if_not(rest_, is_key_character);
    std::string key(rest_.begin(), end);
    rest_.remove_prefix(key.size());
    return key;
  }

  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r"), rest_.size())); }
  void skip_comment() { rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size())); }
  void skip_line() {
    skip_comment();
    if (take('\n')) ++line_;
  }
  void skip_blanks_comments_and_lines() {
    for (skip_blanks(); !rest_.empty() && at_end_of_line(); skip_blanks()) skip_line();
  }
  [[nodiscard]] bool at_end_of_line() const {
    return rest_.empty() || rest_.front() == '\n' || rest_.front() == '#';
  }

  bool fail(std::string sentence) {
    result_.problems.push_back({line_, std::move(sentence)});
    return false;
  }

  std::string_view rest_;
  int line_ = 1;
  TomlText result_;
};

}  // namespace

TomlText parse_toml(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!mqtt::is_utf8_text(text))
    return {.items = {}, .problems = {{1, "the file is not UTF-8 text; save it as UTF-8"}}};
  return TomlReader(text).read();
}

std::string quoted_toml(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto escape = std::ranges::find(kEscapes, c, &Escape::meaning);
    if (escape != std::end(kEscapes)) {
      quoted += '\\';
      quoted += escape->letter;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      constexpr std::string_view kDigits = "0123456789ABCDEF";
      quoted += "\\u00";
      quoted += kDigits[static_cast<unsigned char>(c) >> 4];
      quoted += kDigits[static_cast<unsigned char>(c) & 0x0F];
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

}  // namespace pint::settings
