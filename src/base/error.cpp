// The category behind pint::Errc: one whole sentence for each code, so that a logged error_code explains
// itself.
#include <pint/error.hpp>

namespace pint {
namespace {

std::string_view sentence_of(Errc code) {
  switch (code) {
    case Errc::not_running: return "The broker is not running; call start() first.";
    case Errc::already_running: return "The broker is already running; call stop() before starting it again.";
    case Errc::invalid_topic_name:
      return "The topic name is invalid: it must be 1 to 65,535 bytes of UTF-8 without +, # and U+0000.";
    case Errc::invalid_topic_filter:
      return "The topic filter is invalid: # stands last in a level of its own, + fills a whole level, and a "
             "shared "
             "filter reads $share/name/filter.";
    case Errc::invalid_message:
      return "The message cannot be encoded: each text must be UTF-8 and at most 65,535 bytes, an expiry at "
             "most "
             "4,294,967,295 seconds, and a response topic a topic name.";
    case Errc::packet_too_large: return "The message does not fit into one MQTT packet of 268,435,460 bytes.";
    case Errc::queue_full:
      return "The mailbox is full; the caller is faster than the broker (limits.mailbox_bytes).";
    case Errc::unknown_rule: return "There is no rule with this id; it may have been removed before.";
    case Errc::unknown_client: return "No client with this Client Identifier is connected.";
    case Errc::invalid_options: return "One or more options are invalid.";
    case Errc::listener_failed: return "The operating system refused to open a listener.";
    case Errc::invalid_config: return "The configuration is unreadable, or has unknown keys or bad values.";
  }
  return "Unknown error of the broker.";
}

class Category final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "pint"; }
  [[nodiscard]] std::string message(int code) const override {
    return std::string(sentence_of(static_cast<Errc>(code)));
  }
};

}  // namespace

// The one object with static storage: stateless, and compared by address, as std::error_category demands.
const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), error_category()}; }

}  // namespace pint
