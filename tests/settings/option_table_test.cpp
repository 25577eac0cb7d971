// The table: that it is whole and consistent, and what setting a row does.
#include "settings/option_table.hpp"

#include <set>

#include <gtest/gtest.h>

namespace pint::settings {
namespace {

std::string set(const char* key, Settings& settings, std::vector<std::string> texts) {
  const Setting* setting = find_by_key(key);
  if (setting == nullptr) return std::string("no setting ") + key;
  return set_value(*setting, settings, texts);
}

std::size_t rows_in(std::string_view group) {
  std::size_t count = 0;
  for (const Setting& row : option_table()) count += row.group == group ? 1 : 0;
  return count;
}

TEST(OptionTable, HasARowForEachLimitAndFeature) {
  // Bindings have to name every member: whoever adds one comes by here, and to the table.
  [[maybe_unused]] const auto [a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17,
                               a18] = Limits{};
  [[maybe_unused]] const auto [b1, b2, b3, b4, b5, b6] = Features{};
  EXPECT_EQ(rows_in("Limits"), 18u);
  EXPECT_EQ(rows_in("Features"), 6u);
}

TEST(OptionTable, NamesAreUniqueAndSpeltAsFlagKeyAndVariable) {
  std::set<std::string> keys;
  for (const Setting& row : option_table()) {
    EXPECT_TRUE(keys.insert(row.key()).second) << row.name;
    EXPECT_EQ(find_by_key(row.key()), &row);
  }
  const Setting& row = *find_by_key("receive_maximum");
  EXPECT_EQ(row.flag(), "--receive-maximum");
  EXPECT_EQ(row.variable(), "PINT_RECEIVE_MAXIMUM");
}

TEST(OptionTable, EachDefaultIsWithinItsOwnRange) {
  for (const Setting& row : option_table()) {
    Settings settings;
    const std::vector<std::string> texts = values_of(row, settings);
    if (texts.empty() && row.list == nullptr) continue;  // absent by default
    EXPECT_EQ(set_value(row, settings, texts), "") << row.name;
    EXPECT_EQ(values_of(row, settings), texts) << row.name;
  }
}

TEST(OptionTable, EachNumberKeepsTheEndsOfItsRange) {
  for (const Setting& row : option_table()) {
    if (row.number.set == nullptr || !row.choices.empty()) continue;
    for (const std::uint64_t value : {row.range.minimum, row.range.maximum}) {
      Settings settings;
      const std::string text = format_number(value, row.range.kind);
      EXPECT_EQ(set_value(row, settings, std::vector{text}), "") << row.name;
      EXPECT_EQ(row.number.get(settings), value) << row.name;
    }
  }
}

TEST(OptionTable, EachChoiceIsTakenByItsWord) {
  for (const Setting& row : option_table()) {
    for (const std::string_view word : row.choices) {
      Settings settings;
      EXPECT_EQ(set_value(row, settings, std::vector{std::string(word)}), "") << row.name;
      EXPECT_EQ(values_of(row, settings), std::vector{std::string(word)}) << row.name;
    }
  }
}

TEST(OptionTable, NothingThatTheTableAllowsIsRefusedByTheBroker) {
  for (const Setting& row : option_table()) {
    if (row.number.set == nullptr || !row.choices.empty()) continue;
    for (const std::uint64_t value : {row.range.minimum, row.range.maximum}) {
      Settings settings;
      row.number.set(settings, value);
      EXPECT_EQ(problems_of(options_of(settings)), std::vector<std::string>{}) << row.name << " = " << value;
    }
  }
}

TEST(OptionTable, SetsTheOptionItIsNamedAfter) {
  Settings settings;
  EXPECT_EQ(set("port", settings, {"0"}), "");
  EXPECT_EQ(set("bind", settings, {"::1"}), "");
  EXPECT_EQ(set("listen", settings, {"127.0.0.1:1884", "[::1]:0"}), "");
  EXPECT_EQ(set("connect_timeout", settings, {"1500ms"}), "");
  EXPECT_EQ(set("session_expiry_maximum", settings, {"2h"}), "");
  EXPECT_EQ(set("queue_bytes", settings, {"1MiB"}), "");
  EXPECT_EQ(set("maximum_qos", settings, {"1"}), "");
  EXPECT_EQ(set("retain_available", settings, {"false"}), "");
  EXPECT_EQ(set("name", settings, {"lab"}), "");
  EXPECT_EQ(set("seed", settings, {"7"}), "");
  EXPECT_EQ(set("log_level", settings, {"error"}), "");
  EXPECT_EQ(set("verbose", settings, {"packets"}), "");

  const Options options = options_of(settings);
  ASSERT_EQ(options.listeners.size(), 3u);
  EXPECT_EQ(options.listeners[0].address, "::1");
  EXPECT_EQ(options.listeners[0].port, 0);
  EXPECT_EQ(options.listeners[1].address, "127.0.0.1");
  EXPECT_EQ(options.listeners[1].port, 1884);
  EXPECT_EQ(options.listeners[2].address, "::1");
  EXPECT_EQ(options.limits.connect_timeout, std::chrono::milliseconds(1'500));
  EXPECT_EQ(options.limits.session_expiry_maximum, std::chrono::hours(2));
  EXPECT_EQ(options.limits.queue_bytes, 1u << 20);
  EXPECT_EQ(options.features.maximum_qos, QoS::at_least_once);
  EXPECT_FALSE(options.features.retain_available);
  EXPECT_EQ(options.name, "lab");
  EXPECT_EQ(options.seed, 7u);
  EXPECT_EQ(settings.log_level, LogLevel::error);
  EXPECT_TRUE(settings.verbose_packets);
}

struct BadCase {
  const char* key;
  std::vector<std::string> texts;
  const char* problem;
};

TEST(OptionTable, RefusesWithOneSentenceThatSaysTheMend) {
  const BadCase rows[] = {
      {"port", {"65536"}, "\"65536\" is out of range; give 0 to 65535"},
      {"port", {"mqtt"}, "\"mqtt\" is not a whole number; give 0 to 65535"},
      {"port", {"1", "2"}, "takes one value; give one"},
      {"bind",
       {"localhost"},
       "\"localhost\" is not an IP address; give one such as 127.0.0.1, ::1 or, for every interface, "
       "0.0.0.0"},
      {"listen",
       {"1883"},
       "\"1883\" is not ADDRESS:PORT; give an IP address and a port, as in 127.0.0.1:1884 or [::1]:1884"},
      {"listen",
       {"::1:1883"},
       "\"::1:1883\" is not ADDRESS:PORT; give an IP address and a port, as in 127.0.0.1:1884 or [::1]:1884"},
      {"listen",
       {"127.0.0.1:99999"},
       "\"127.0.0.1:99999\" is not ADDRESS:PORT; give an IP address and a port, as in 127.0.0.1:1884 or "
       "[::1]:1884"},
      {"rule",
       {"a=print", "b=shout"},
       "\"b=shout\" is not a rule; give FILTER=print, FILTER=file:PATH, FILTER=topic:NAME or "
       "FILTER=exec:COMMAND"},
      {"receive_maximum", {"0"}, "\"0\" is out of range; give 1 to 65535"},
      {"maximum_qos", {"3"}, "\"3\" is not known; give 0, 1 or 2"},
      {"retain_available", {"yes"}, "\"yes\" is not known; give false or true"},
      {"log_level", {"loud"}, "\"loud\" is not known; give debug, info, warning, error or off"},
      {"name", {""}, "\"\" is empty; give a name or leave it out"},
      {"name", {std::string("a\0b", 3)}, "contains U+0000; leave it out"},
      {"ready_fd", {"1"}, "\"1\" is out of range; give 3 to 1048576"},
  };
  for (const BadCase& row : rows) {
    Settings settings;
    const Settings before = settings;
    EXPECT_EQ(set(row.key, settings, row.texts), row.problem) << row.key;
    EXPECT_EQ(values_of(*find_by_key(row.key), settings), values_of(*find_by_key(row.key), before))
        << row.key;
  }
}

TEST(OptionTable, NamesTheNearestOfWhatIsKnown) {
  const std::vector<std::string> known = {"port", "queue_bytes", "queue_messages"};
  EXPECT_EQ(nearest("prot", known), "port");
  EXPECT_EQ(nearest("queue_byte", known), "queue_bytes");
  EXPECT_EQ(nearest("queue_message_count", known), "queue_messages");
  EXPECT_EQ(nearest("colour", known), "");
}

}  // namespace
}  // namespace pint::settings
