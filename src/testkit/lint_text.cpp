#include "testkit/lint_text.hpp"

#include <cstdint>
#include <cstdio>

#include "testkit/lint_concern.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

using mqtt::PropertyId;

// The character at the front, which is taken off. Precondition: well-formed and not empty.
char32_t take_character(std::string_view& utf8) {
  const auto lead = static_cast<unsigned char>(utf8[0]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t character = size == 1 ? lead : lead & (0x7Fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    character = character << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3Fu);
  }
  utf8.remove_prefix(size);
  return character;
}

std::string name_of_character(char32_t character) {
  char text[16];
  std::snprintf(text, sizeof text, "U+%04X", static_cast<unsigned>(character));
  return text;
}

bool is_discouraged(char32_t character) {
  if (character < 0x20 || (character >= 0x7F && character <= 0x9F)) return true;
  return (character >= 0xFDD0 && character <= 0xFDEF) || (character & 0xFFFE) == 0xFFFE;
}

// Which letters an accent has a common character with (Unicode, canonical compositions).
struct Accent {
  char32_t mark;
  std::string_view letters;
};
constexpr Accent kAccents[] = {
    {0x0300, "AEINOUWYaeinouwy"},                    // grave
    {0x0301, "ACEGIKLMNOPRSUWYZacegiklmnoprsuwyz"},  // acute
    {0x0302, "ACEGHIJOSUWYZaceghijosuwyz"},          // circumflex
    {0x0303, "AEINOUVYaeinouvy"},                    // tilde
    {0x0308, "AEHIOUWXYaehiotuwxy"},                 // diaeresis
    {0x030A, "AUauwy"},                              // ring above
    {0x030C, "ACDEGHIKLNORSTUZacdeghijklnorstuz"},   // caron
    {0x0327, "CDEGHKLNRSTcdeghklnrst"},              // cedilla
};

bool have_one_character(char32_t letter, char32_t mark) {
  for (const Accent& accent : kAccents) {
    if (accent.mark == mark) {
      return letter < 0x80 && accent.letters.find(static_cast<char>(letter)) != std::string_view::npos;
    }
  }
  return false;
}

bool is_binary(PropertyId id) {
  return id == PropertyId::correlation_data || id == PropertyId::authentication_data;
}

class TextConcern : public LintConcern {
 public:
  void on_packet(const LintPacket& packet, LintConnection&, LintReport& report) override {
    if (packet.direction == Direction::sent || packet.decoded == nullptr) return;
    report_ = &report;
    std::visit([&](const auto& decoded) { check(decoded); }, *packet.decoded);
  }

 private:
  void check(const mqtt::Connect& connect) {
    check_name("Client Identifier", connect.client_id);
    if (connect.user_name) check_text("User Name", *connect.user_name);
    check_properties(connect.properties);
    if (!connect.will) return;
    check_name("Will Topic", connect.will->topic);
    check_properties(connect.will->properties);
  }
  void check(const mqtt::Publish& publish) {
    check_name("Topic Name", publish.topic);
    check_properties(publish.properties);
  }
  void check(const mqtt::Subscribe& subscribe) {
    for (const auto& request : subscribe.requests) check_name("Topic Filter", request.topic_filter);
    check_properties(subscribe.properties);
  }
  void check(const mqtt::Unsubscribe& unsubscribe) {
    for (const auto filter : unsubscribe.topic_filters) check_name("Topic Filter", filter);
    check_properties(unsubscribe.properties);
  }
  template <class Packet>
  void check(const Packet& packet) {
    if constexpr (requires { packet.properties; }) check_properties(packet.properties);
  }

  void check_properties(const mqtt::PropertyView& properties) {
    properties.for_each([&](const mqtt::Property& property) {
      if (is_binary(property.id)) return;
      if (property.id == PropertyId::response_topic) return check_name("Response Topic", property.text);
      check_text("A property", property.text);
      check_text("A property", property.value);
    });
  }

  void check_text(std::string_view what, std::string_view text) {
    const std::string character = discouraged_character(text);
    if (character.empty()) return;
    report_->add(LintRuleId::discouraged_character,
                 std::string(what) + ' ' + in_quotes(text) + " has the character " + character);
  }

  // Texts that others must give byte by byte to mean the same.
  void check_name(std::string_view what, std::string_view name) {
    check_text(what, name);
    if (begins_with_byte_order_mark(name)) {
      report_->add(LintRuleId::byte_order_mark,
                   std::string(what) + ' ' + in_quotes(name.substr(3)) + " begins with U+FEFF");
    }
    const std::string apart = letter_apart_from_accent(name);
    if (apart.empty()) return;
    report_->add(LintRuleId::not_normalized, std::string(what) + ' ' + in_quotes(name) + " has " + apart +
                                                 " as two characters; Unicode has one for both");
  }

  LintReport* report_ = nullptr;  // during on_packet()
};

}  // namespace

std::string discouraged_character(std::string_view utf8) {
  while (!utf8.empty()) {
    const char32_t character = take_character(utf8);
    if (is_discouraged(character)) return name_of_character(character);
  }
  return {};
}

bool begins_with_byte_order_mark(std::string_view utf8) { return utf8.starts_with("\xEF\xBB\xBF"); }

std::string letter_apart_from_accent(std::string_view utf8) {
  for (char32_t before = 0; !utf8.empty();) {
    const char32_t character = take_character(utf8);
    if (have_one_character(before, character)) {
      return std::string(1, static_cast<char>(before)) + ' ' + name_of_character(character);
    }
    before = character;
  }
  return {};
}

std::unique_ptr<LintConcern> make_text_concern() { return std::make_unique<TextConcern>(); }

}  // namespace pint::testkit
