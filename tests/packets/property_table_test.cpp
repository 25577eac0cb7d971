// Every property in every place: legal exactly where the standard's table 2-4 says, whole, in range, and no
// more often than it may. The table here is written from the standard, not from property.cpp.
#include <gtest/gtest.h>

#include <algorithm>

#include "packet_case.hpp"

namespace pint::mqtt::test {
namespace {

struct Place {
  const char* name;
  PropertyPlace place;
};
constexpr Place kPlaces[] = {
    {"connect", PropertyPlace::connect},         {"connack", PropertyPlace::connack},
    {"publish", PropertyPlace::publish},         {"will", PropertyPlace::will},
    {"acknowledgement", PropertyPlace::acknowledgement},
    {"subscribe", PropertyPlace::subscribe},     {"unsubscribe", PropertyPlace::unsubscribe},
    {"disconnect", PropertyPlace::disconnect},   {"auth", PropertyPlace::auth},
};

constexpr const char* kEverywhere =
    "connect connack publish will acknowledgement subscribe unsubscribe disconnect auth";

struct PropertyRow {
  int id;
  const char* name;
  PropertyType type;
  const char* places;
  const char* repeats_in = "";
};
const PropertyRow kTable[] = {
    {0x01, "payload_format_indicator", PropertyType::byte, "publish will"},
    {0x02, "message_expiry_interval", PropertyType::u32, "publish will"},
    {0x03, "content_type", PropertyType::text, "publish will"},
    {0x08, "response_topic", PropertyType::text, "publish will"},
    {0x09, "correlation_data", PropertyType::binary, "publish will"},
    {0x0B, "subscription_identifier", PropertyType::varint, "publish subscribe", "publish"},
    {0x11, "session_expiry_interval", PropertyType::u32, "connect connack disconnect"},
    {0x12, "assigned_client_identifier", PropertyType::text, "connack"},
    {0x13, "server_keep_alive", PropertyType::u16, "connack"},
    {0x15, "authentication_method", PropertyType::text, "connect connack auth"},
    {0x16, "authentication_data", PropertyType::binary, "connect connack auth"},
    {0x17, "request_problem_information", PropertyType::byte, "connect"},
    {0x18, "will_delay_interval", PropertyType::u32, "will"},
    {0x19, "request_response_information", PropertyType::byte, "connect"},
    {0x1A, "response_information", PropertyType::text, "connack"},
    {0x1C, "server_reference", PropertyType::text, "connack disconnect"},
    {0x1F, "reason_string", PropertyType::text, "connack acknowledgement disconnect auth"},
    {0x21, "receive_maximum", PropertyType::u16, "connect connack"},
    {0x22, "topic_alias_maximum", PropertyType::u16, "connect connack"},
    {0x23, "topic_alias", PropertyType::u16, "publish"},
    {0x24, "maximum_qos", PropertyType::byte, "connack"},
    {0x25, "retain_available", PropertyType::byte, "connack"},
    {0x26, "user_property", PropertyType::text_pair, kEverywhere, kEverywhere},
    {0x27, "maximum_packet_size", PropertyType::u32, "connect connack"},
    {0x28, "wildcard_subscription_available", PropertyType::byte, "connack"},
    {0x29, "subscription_identifiers_available", PropertyType::byte, "connack"},
    {0x2A, "shared_subscription_available", PropertyType::byte, "connack"},
};

// Whether one of the blank-separated words is `word`.
bool lists(const std::string& words, const std::string& word) {
  return (' ' + words + ' ').find(' ' + word + ' ') != std::string::npos;
}

PropertyPlace any_legal_place(const PropertyRow& row) {
  const auto is_legal = [&](const Place& place) { return lists(row.places, place.name); };
  return std::ranges::find_if(kPlaces, is_legal)->place;
}

// The value of a property, as bytes: 1, or "t", or "k" = "v".
Bytes sample_value(PropertyType type) {
  switch (type) {
    case PropertyType::byte:
    case PropertyType::varint: return bytes(1);
    case PropertyType::u16: return bytes(0, 1);
    case PropertyType::u32: return bytes(0, 0, 0, 1);
    case PropertyType::text:
    case PropertyType::binary: return bytes(0, 1, "t");
    case PropertyType::text_pair: return bytes(0, 1, "k", 0, 1, "v");
  }
  return {};
}

Bytes sample(const PropertyRow& row) {
  Bytes property = sample_value(row.type);
  property.insert(property.begin(), static_cast<std::uint8_t>(row.id));
  return property;
}

// What checked_properties makes of a run: success, or the Reason Code of its refusal.
ReasonCode judge(const Bytes& run, PropertyPlace place) {
  Bytes set = run;
  set.insert(set.begin(), static_cast<std::uint8_t>(run.size()));
  Reader reader(set);
  const Result<PropertyView> checked = checked_properties(reader, place);
  return checked ? ReasonCode::success : checked.refusal().reason;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

class PropertyTable : public ::testing::TestWithParam<PropertyRow> {};

TEST_P(PropertyTable, IsLegalExactlyWhereTheStandardSays) {
  for (const Place& place : kPlaces) {
    const bool legal = lists(GetParam().places, place.name);
    EXPECT_EQ(judge(sample(GetParam()), place.place),
              legal ? ReasonCode::success : ReasonCode::malformed_packet)
        << place.name;
  }
}

TEST_P(PropertyTable, MayRepeatOnlyWhereTheStandardSays) {
  for (const Place& place : kPlaces) {
    if (!lists(GetParam().places, place.name)) continue;
    const bool legal = lists(GetParam().repeats_in, place.name);
    EXPECT_EQ(judge(sample(GetParam()) + sample(GetParam()), place.place),
              legal ? ReasonCode::success : ReasonCode::protocol_error)
        << place.name;
  }
}

TEST_P(PropertyTable, IsMalformedCutShortAnywhere) {
  const Bytes whole = sample(GetParam());
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(judge(cut, any_legal_place(GetParam())), ReasonCode::malformed_packet) << size << " bytes";
  }
}

TEST_P(PropertyTable, IsWrittenAsItIsRead) {
  const auto id = static_cast<PropertyId>(GetParam().id);
  PropertyList list;
  switch (GetParam().type) {
    case PropertyType::text_pair: list.add_user_property("k", "v"); break;
    case PropertyType::text:
    case PropertyType::binary: list.add(id, "t"); break;
    default: list.add(id, 1); break;
  }
  EXPECT_TRUE(list.view() == PropertyView(sample(GetParam())));
}

TEST_P(PropertyTable, IsFoundBehindAnother) {
  const Bytes run = bytes(0x26, 0, 0, 0, 0) + sample(GetParam());
  const auto id = static_cast<PropertyId>(GetParam().id);
  const bool is_pair = id == PropertyId::user_property;  // which the other is, too
  const Property found = *PropertyView(run).find(id);
  EXPECT_EQ(found.id, id);
  EXPECT_EQ(found.encoded.size(), is_pair ? 5 : sample(GetParam()).size());
  const bool is_text = GetParam().type == PropertyType::text || GetParam().type == PropertyType::binary;
  EXPECT_EQ(found.text, is_text ? "t" : "");
  EXPECT_EQ(found.number, is_text || is_pair ? 0u : 1u);
}

INSTANTIATE_TEST_SUITE_P(Every, PropertyTable, ::testing::ValuesIn(kTable),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Properties, WithUnknownIdsAreMalformedEverywhere) {
  for (int id = 0; id <= 0xFF; ++id) {
    if (std::ranges::any_of(kTable, [&](const PropertyRow& row) { return row.id == id; })) continue;
    for (const Place& place : kPlaces) {
      EXPECT_EQ(judge(bytes(id, 0, 0, 0, 0), place.place), ReasonCode::malformed_packet) << id << place.name;
    }
  }
}

// A value at the edge of what its property allows, and what it earns.
struct EdgeRow {
  const char* name;
  PropertyPlace place;
  Bytes run;
  ReasonCode earns;
};
std::vector<EdgeRow> edges() {
  constexpr ReasonCode kFine = ReasonCode::success;
  constexpr ReasonCode kForbidden = ReasonCode::protocol_error;
  std::vector<EdgeRow> rows = {
      {"subscription identifier 0", PropertyPlace::subscribe, bytes(0x0B, 0), kForbidden},
      {"subscription identifier at its maximum", PropertyPlace::subscribe, bytes(0x0B, 255, 255, 255, 127),
       kFine},
      {"subscription identifier of five bytes", PropertyPlace::subscribe, bytes(0x0B, 255, 255, 255, 255, 1),
       ReasonCode::malformed_packet},
      {"receive maximum 0", PropertyPlace::connack, bytes(0x21, 0, 0), kForbidden},
      {"receive maximum at its maximum", PropertyPlace::connect, bytes(0x21, 255, 255), kFine},
      {"topic alias 0", PropertyPlace::publish, bytes(0x23, 0, 0), ReasonCode::topic_alias_invalid},
      {"topic alias at its maximum", PropertyPlace::publish, bytes(0x23, 255, 255), kFine},
      {"topic alias maximum 0", PropertyPlace::connect, bytes(0x22, 0, 0), kFine},
      {"maximum packet size 0", PropertyPlace::connack, bytes(0x27, 0, 0, 0, 0), kForbidden},
      {"maximum packet size at its maximum", PropertyPlace::connect, bytes(0x27, 255, 255, 255, 255), kFine},
      {"server keep alive 0", PropertyPlace::connack, bytes(0x13, 0, 0), kFine},
      {"message expiry 0", PropertyPlace::publish, bytes(0x02, 0, 0, 0, 0), kFine},
      {"empty content type", PropertyPlace::publish, bytes(0x03, 0, 0), kFine},
      {"empty correlation", PropertyPlace::publish, bytes(0x09, 0, 0), kFine},
      {"empty response topic", PropertyPlace::publish, bytes(0x08, 0, 0), kForbidden},
      {"response topic with plus", PropertyPlace::will, bytes(0x08, 0, 1, "+"), kForbidden},
      {"correlation of any bytes", PropertyPlace::publish, bytes(0x09, 0, 2, 0, 255), kFine},
      {"authentication of any bytes", PropertyPlace::auth, bytes(0x16, 0, 2, 0, 255), kFine},
      {"U+0000 in a text", PropertyPlace::publish, bytes(0x03, 0, 1, 0), ReasonCode::malformed_packet},
      {"ill-formed text", PropertyPlace::connack, bytes(0x1F, 0, 1, 255), ReasonCode::malformed_packet},
      {"ill-formed name", PropertyPlace::auth, bytes(0x26, 0, 1, 255, 0, 0), ReasonCode::malformed_packet},
      {"ill-formed value", PropertyPlace::auth, bytes(0x26, 0, 0, 0, 1, 255), ReasonCode::malformed_packet},
  };
  for (const int flag : {0x24, 0x25, 0x28, 0x29, 0x2A}) {
    rows.push_back({"flag of CONNACK 0", PropertyPlace::connack, bytes(flag, 0), kFine});
    rows.push_back({"flag of CONNACK 2", PropertyPlace::connack, bytes(flag, 2), kForbidden});
  }
  for (const int flag : {0x17, 0x19}) {
    rows.push_back({"flag of CONNECT 0", PropertyPlace::connect, bytes(flag, 0), kFine});
    rows.push_back({"flag of CONNECT 255", PropertyPlace::connect, bytes(flag, 255), kForbidden});
  }
  rows.push_back({"payload format indicator 0", PropertyPlace::will, bytes(0x01, 0), kFine});
  rows.push_back({"payload format indicator 2", PropertyPlace::will, bytes(0x01, 2), kForbidden});
  return rows;
}

TEST(Properties, HaveTheirRangeOfValues) {
  for (const EdgeRow& row : edges()) {
    EXPECT_EQ(judge(row.run, row.place), row.earns) << row.name << ", property " << int{row.run[0]};
  }
}

TEST(Properties, AreGivenUpAtTheFirstThatIsWrong) {
  const Bytes alias_0_then_unknown = bytes(0x23, 0, 0, 0x7F);
  EXPECT_EQ(judge(alias_0_then_unknown, PropertyPlace::publish), ReasonCode::topic_alias_invalid);
}

TEST(Properties, EndWhereTheirLengthSays) {
  const Bytes set = bytes(2, 0x01, 1, "payload");
  Reader reader(set);
  const Result<PropertyView> checked = checked_properties(reader, PropertyPlace::publish);
  ASSERT_TRUE(checked);
  EXPECT_EQ(checked->encoded().size(), 2u);
  EXPECT_EQ(as_text(reader.rest()), "payload");
}

TEST(PropertyViews, AreVisitedInWireOrder) {
  PropertyList list;
  list.add(PropertyId::topic_alias, 7).add_user_property("a", "1").add_user_property("a", "2");
  std::string visited;
  list.view().for_each([&](const Property& property) {
    visited += std::to_string(property.number) + ':';
    visited += std::string(property.text) + '=' + std::string(property.value) + ' ';
  });
  EXPECT_EQ(visited, "7:= 0:a=1 0:a=2 ");
}

TEST(PropertyViews, AnswerNothingForWhatIsNotThere) {
  PropertyList list;
  list.add(PropertyId::content_type, "text");
  EXPECT_EQ(list.view().text(PropertyId::content_type), "text");
  EXPECT_FALSE(list.view().text(PropertyId::response_topic));
  EXPECT_FALSE(list.view().number(PropertyId::topic_alias));
  EXPECT_FALSE(PropertyView().find(PropertyId::user_property));
}

TEST(PropertyLists, CopyEncodedProperties) {
  PropertyList from;
  from.add(PropertyId::topic_alias, 3).add_user_property("k", "v");
  PropertyList to;
  to.add_encoded(from.view().find(PropertyId::user_property)->encoded);
  EXPECT_EQ(to.view().find(PropertyId::user_property)->value, "v");
  EXPECT_EQ(to.size(), 7u);
  to.clear();
  EXPECT_TRUE(to.view().empty());
}

}  // namespace
}  // namespace pint::mqtt::test
