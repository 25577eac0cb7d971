// The rows. Ranges are those of pint::Options; a default is what a fresh Settings has, so it is written
// nowhere twice.
#include "settings/option_table.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <type_traits>

#include "actions/rule_text.hpp"
#include "mqtt/utf8.hpp"

namespace pint::settings {
namespace {

// --- how numbers of all sorts are read and written ---

template <class T>
constexpr std::optional<std::uint64_t> to_number(const T& value) {
  return static_cast<std::uint64_t>(value);
}
template <class Rep, class Period>
constexpr std::optional<std::uint64_t> to_number(const std::chrono::duration<Rep, Period>& value) {
  return static_cast<std::uint64_t>(value.count());
}
template <class T>
constexpr std::optional<std::uint64_t> to_number(const std::optional<T>& value) {
  return value ? to_number(*value) : std::nullopt;
}

template <class T>
constexpr void from_number(T& place, std::uint64_t value) {
  place = static_cast<T>(value);
}
template <class Rep, class Period>
constexpr void from_number(std::chrono::duration<Rep, Period>& place, std::uint64_t value) {
  place = std::chrono::duration<Rep, Period>(static_cast<Rep>(value));
}
template <class T>
constexpr void from_number(std::optional<T>& place, std::uint64_t value) {
  place = static_cast<T>(value);
}

// The path of members from Settings to the place, as in at<&Settings::options, &Options::limits,
// &Limits::inflight>.
template <auto... Path>
constexpr NumberAccess number_at{
    .get = [](const Settings& settings) { return to_number((settings.*....*Path)); },
    .set = [](Settings& settings, std::uint64_t value) { from_number((settings.*....*Path), value); }};
template <auto... Path>
constexpr TextAccess text_at = [](Settings& settings) -> std::string& { return (settings.*....*Path); };
template <auto Member>
constexpr ListAccess list_at =
    [](Settings& settings) -> std::vector<std::string>& { return settings.*Member; };

template <auto Member>
constexpr NumberAccess option = number_at<&Settings::options, Member>;
template <auto Member>
constexpr NumberAccess limit = number_at<&Settings::options, &Options::limits, Member>;
template <auto Member>
constexpr NumberAccess feature = number_at<&Settings::options, &Options::features, Member>;

// --- words and checks ---

constexpr std::string_view kFalseOrTrue[] = {"false", "true"};
constexpr std::string_view kQualities[] = {"0", "1", "2"};
constexpr std::string_view kLogLevels[] = {"debug", "info", "warning", "error", "off"};
constexpr std::string_view kVerbosities[] = {"off", "packets"};

constexpr std::uint64_t kMax16 = 65'535;
constexpr std::uint64_t kMax32 = 4'294'967'295;
constexpr std::uint64_t kMax64 = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kMaxBytes = std::uint64_t{1} << 40;  // 1 TiB: above it a slip is likelier than a wish
constexpr std::uint64_t kMaxPacketBytes = 268'435'460;
constexpr std::uint64_t kMaxRuleHops = 254;

constexpr NumberRange count(std::uint64_t minimum, std::uint64_t maximum) {
  return {NumberKind::count, minimum, maximum};
}
constexpr NumberRange bytes(std::uint64_t minimum, std::uint64_t maximum) {
  return {NumberKind::bytes, minimum, maximum};
}
constexpr NumberRange seconds(std::uint64_t minimum, std::uint64_t maximum) {
  return {NumberKind::seconds, minimum, maximum};
}

std::string check_address(std::string_view text) {
  if (is_ip_address(text)) return "";
  return "is not an IP address; give one such as 127.0.0.1, ::1 or, for every interface, 0.0.0.0";
}
std::string check_listener(std::string_view text) {
  return parse_listener(text)
             ? ""
             : "is not ADDRESS:PORT; give an IP address and a port, as in 127.0.0.1:1884 or [::1]:1884";
}
std::string check_rule(std::string_view text) { return actions::parse_rule(text).problem; }
// A string as MQTT carries it: at most 65,535 bytes of UTF-8 without U+0000. [MQTT-1.5.4-1]
std::string check_mqtt_text(std::string_view text) {
  if (text.size() <= kMax16 && mqtt::is_utf8_text(text)) return "";
  return "is not a string of MQTT; give at most 65535 bytes of UTF-8";
}
std::string check_name(std::string_view text) {
  if (text.empty()) return "is empty; give a name or leave it out";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::ranges::any_of(text, is_control) ? "has a control character; leave it out"
                                               : check_mqtt_text(text);
}

// --- the table ---

constexpr std::string_view kListening = "Listening";
constexpr std::string_view kRules = "Rules";
constexpr std::string_view kLimits = "Limits";
constexpr std::string_view kFeatures = "Features";
constexpr std::string_view kBroker = "Broker";
constexpr std::string_view kProgram = "Program";

constexpr Setting kTable[] = {
    {.name = "port",
     .group = kListening,
     .placeholder = "PORT",
     .documentation = "TCP port of the first listener. 0 takes any free one; the ready line, --ready-fd and "
                      "--port-file tell which.",
     .number = number_at<&Settings::listener, &Listener::port>,
     .range = count(0, kMax16)},
    {.name = "bind",
     .group = kListening,
     .placeholder = "ADDRESS",
     .documentation =
         "IPv4 or IPv6 address of the first listener. Anything but loopback lets other machines in, and "
         "there is no password.",
     .text = text_at<&Settings::listener, &Listener::address>,
     .check = check_address},
    {.name = "listen",
     .group = kListening,
     .placeholder = "ADDRESS:PORT",
     .documentation = "One more listener, as in [::1]:1883; may be given several times.",
     .list = list_at<&Settings::more_listeners>,
     .check = check_listener},

    {.name = "rule",
     .group = kRules,
     .placeholder = "FILTER=ACTION",
     .documentation =
         "Do something with every message that matches a Topic Filter: print, file:PATH, topic:NAME or "
         "exec:COMMAND; may be given several times.",
     .list = list_at<&Settings::rules>,
     .check = check_rule},

    {.name = "connections",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "Clients connected at once; one more is refused with CONNACK 0x9F (3.x: 3).",
     .number = limit<&Limits::connections>,
     .range = count(1, kMax32)},
    {.name = "connect-timeout",
     .group = kLimits,
     .placeholder = "DURATION",
     .documentation =
         "How long a connection may take to send its CONNECT and finish AUTH; then it is closed.",
     .number = limit<&Limits::connect_timeout>,
     .range = {NumberKind::milliseconds, 1, 86'400'000}},
    {.name = "maximum-packet-size",
     .group = kLimits,
     .placeholder = "SIZE",
     .documentation =
         "Largest packet a client may send, fixed header included; a larger one ends its connection with "
         "DISCONNECT 0x95.",
     .number = limit<&Limits::maximum_packet_size>,
     .range = bytes(1, kMaxPacketBytes)},
    {.name = "receive-maximum",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "QoS 1 and 2 messages a 5.0 client may have open towards the broker; one more ends its "
                      "connection with DISCONNECT 0x93.",
     .number = limit<&Limits::receive_maximum>,
     .range = count(1, kMax16)},
    {.name = "topic-alias-maximum",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation =
         "Topic Aliases a client may use towards the broker; 0 is none. Each keeps its topic in memory.",
     .number = limit<&Limits::topic_alias_maximum>,
     .range = count(0, kMax16)},
    {.name = "outgoing-topic-aliases",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "Topic Aliases the broker uses towards a client that allows them; 0 is none.",
     .number = limit<&Limits::outgoing_topic_aliases>,
     .range = count(0, kMax16)},
    {.name = "keep-alive-maximum",
     .group = kLimits,
     .placeholder = "DURATION",
     .documentation =
         "Largest Keep Alive granted; 0 is any. 5.0 clients are told (Server Keep Alive), 3.x clients "
         "keep their own.",
     .number = limit<&Limits::keep_alive_maximum>,
     .range = seconds(0, kMax16)},
    {.name = "session-expiry-maximum",
     .group = kLimits,
     .placeholder = "DURATION",
     .documentation =
         "Longest time a Session outlives its connection; 4294967295 is for ever, 0 ends every Session "
         "with its connection.",
     .number = limit<&Limits::session_expiry_maximum>,
     .range = seconds(0, kMax32)},
    {.name = "inflight",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation =
         "QoS 1 and 2 messages sent to a client and not yet acknowledged; the rest waits in its Session. "
         "A 5.0 client may ask for fewer.",
     .number = limit<&Limits::inflight>,
     .range = count(1, kMax16)},
    {.name = "queue-messages",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "Messages that may wait in one Session; the newest is dropped.",
     .number = limit<&Limits::queue_messages>,
     .range = count(0, kMax32)},
    {.name = "queue-bytes",
     .group = kLimits,
     .placeholder = "SIZE",
     .documentation = "Bytes of messages that may wait in one Session; the newest is dropped.",
     .number = limit<&Limits::queue_bytes>,
     .range = bytes(0, kMaxBytes)},
    {.name = "outbox-bytes",
     .group = kLimits,
     .placeholder = "SIZE",
     .documentation =
         "Bytes for one connection that the operating system has not yet taken; above it the newest QoS 0 "
         "messages are dropped, and above a quarter of it the client's own packets are not read.",
     .number = limit<&Limits::outbox_bytes>,
     .range = bytes(1'024, kMaxBytes)},
    {.name = "hold-publishers",
     .group = kLimits,
     .placeholder = "DURATION",
     .documentation =
         "How long clients that publish to a connected client that cannot keep up are not read, so that it "
         "loses nothing; after that it holds nobody back until it has drained. 0 is never.",
     .number = limit<&Limits::hold_publishers>,
     .range = {NumberKind::milliseconds, 0, 3'600'000}},
    {.name = "subscriptions-per-client",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "Subscriptions of one Session; one more is refused with 0x97 (3.x: 0x80).",
     .number = limit<&Limits::subscriptions_per_client>,
     .range = count(1, kMax32)},
    {.name = "retained-messages",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation = "Topics with a retained message; a message for one more is delivered but not stored.",
     .number = limit<&Limits::retained_messages>,
     .range = count(0, kMax32)},
    {.name = "memory-bytes",
     .group = kLimits,
     .placeholder = "SIZE",
     .documentation =
         "All message bytes the broker holds; above it nothing more is queued or retained and "
         "clients that have no Session are refused with CONNACK 0x97.",
     .number = limit<&Limits::memory_bytes>,
     .range = bytes(1'024, kMaxBytes)},
    {.name = "mailbox-bytes",
     .group = kLimits,
     .placeholder = "SIZE",
     .documentation =
         "Bytes of calls from other threads of an embedding program that the broker has not yet taken; "
         "above it they are refused.",
     .number = limit<&Limits::mailbox_bytes>,
     .range = bytes(1, kMaxBytes)},
    {.name = "rule-hops",
     .group = kLimits,
     .placeholder = "COUNT",
     .documentation =
         "How many topic: rules a message may pass one after another; one more drops it, which ends loops.",
     .number = limit<&Limits::rule_hops>,
     .range = count(0, kMaxRuleHops)},

    {.name = "maximum-qos",
     .group = kFeatures,
     .placeholder = "QOS",
     .documentation =
         "Highest QoS offered. A 5.0 client is told and must not publish above it; subscriptions are "
         "granted at most this.",
     .number = feature<&Features::maximum_qos>,
     .choices = kQualities},
    {.name = "retain-available",
     .group = kFeatures,
     .placeholder = "BOOL",
     .documentation = "Whether retained messages are offered.",
     .number = feature<&Features::retain_available>,
     .choices = kFalseOrTrue},
    {.name = "wildcard-subscription-available",
     .group = kFeatures,
     .placeholder = "BOOL",
     .documentation = "Whether Topic Filters may contain + and #.",
     .number = feature<&Features::wildcard_subscription_available>,
     .choices = kFalseOrTrue},
    {.name = "subscription-identifiers-available",
     .group = kFeatures,
     .placeholder = "BOOL",
     .documentation = "Whether SUBSCRIBE may carry a Subscription Identifier.",
     .number = feature<&Features::subscription_identifiers_available>,
     .choices = kFalseOrTrue},
    {.name = "shared-subscription-available",
     .group = kFeatures,
     .placeholder = "BOOL",
     .documentation = "Whether Shared Subscriptions ($share/name/filter) are offered.",
     .number = feature<&Features::shared_subscription_available>,
     .choices = kFalseOrTrue},
    {.name = "response-information",
     .group = kFeatures,
     .placeholder = "TEXT",
     .documentation = "Response Information given to 5.0 clients that ask for it; empty is none.",
     .text = text_at<&Settings::options, &Options::features, &Features::response_information>,
     .check = check_mqtt_text},

    {.name = "name",
     .group = kBroker,
     .placeholder = "TEXT",
     .documentation = "The broker's name in logs and in $SYS/broker/name.",
     .text = text_at<&Settings::options, &Options::name>,
     .check = check_name},
    {.name = "sys-interval",
     .group = kBroker,
     .placeholder = "DURATION",
     .documentation =
         "How often $SYS topics are refreshed while somebody subscribes to them; 0 turns $SYS off.",
     .number = option<&Options::sys_interval>,
     .range = seconds(0, kMax32)},
    {.name = "seed",
     .group = kBroker,
     .placeholder = "NUMBER",
     .documentation = "Seed of all randomness (assigned Client Identifiers), so that a run can be repeated.",
     .number = option<&Options::seed>,
     .range = count(0, kMax64),
     .unset = "random"},

    {.name = "log-level",
     .group = kProgram,
     .placeholder = "LEVEL",
     .documentation = "Least important kind of line that is logged to standard error.",
     .number = number_at<&Settings::log_level>,
     .choices = kLogLevels},
    {.name = "verbose",
     .group = kProgram,
     .placeholder = "WHAT",
     .documentation = "packets logs every MQTT packet in one line, at level info; each is copied for it.",
     .number = number_at<&Settings::verbose_packets>,
     .choices = kVerbosities},
    {.name = "port-file",
     .group = kProgram,
     .placeholder = "PATH",
     .documentation =
         "File that holds the port of the first listener, and a newline, as long as the broker runs; it "
         "appears whole, once connections are accepted.",
     .text = text_at<&Settings::port_file>},
    {.name = "ready-fd",
     .group = kProgram,
     .placeholder = "NUMBER",
     .documentation =
         "Inherited file descriptor that gets the port of the first listener and a newline, and is "
         "closed, once connections are accepted.",
     .number = number_at<&Settings::ready_fd>,
     .range = count(3, 1'048'576),
     .unset = "none",
     .in_file = false},
};

std::string with(std::string_view prefix, std::string_view name, char dash, bool upper) {
  std::string text(prefix);
  for (const char c : name) {
    const bool lower_letter = c >= 'a' && c <= 'z';
    text += c == '-' ? dash : upper && lower_letter ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

}  // namespace

std::string Setting::flag() const { return with("--", name, '-', false); }
std::string Setting::key() const { return with("", name, '_', false); }
std::string Setting::variable() const { return with("PINT_", name, '_', true); }

std::span<const Setting> option_table() { return kTable; }

const Setting* find_by_key(std::string_view key) {
  const auto found = std::ranges::find_if(kTable, [&](const Setting& row) { return row.key() == key; });
  return found == std::end(kTable) ? nullptr : &*found;
}

}  // namespace pint::settings
