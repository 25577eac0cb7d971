// The words for codes: no enumerator without a text, no two with the same.
#include <pint/error.hpp>
#include <pint/event.hpp>

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace pint {
namespace {

TEST(ErrorCodes, AreComparableWithErrc) {
  const std::error_code code = Errc::queue_full;
  EXPECT_EQ(code, Errc::queue_full);
  EXPECT_NE(code, Errc::not_running);
  EXPECT_TRUE(bool{code});
  EXPECT_EQ(&code.category(), &error_category());
  EXPECT_STREQ(code.category().name(), "pint");
}

TEST(ErrorCodes, EachHaveASentenceOfTheirOwn) {
  std::set<std::string> sentences;
  for (int code = static_cast<int>(Errc::not_running); code <= static_cast<int>(Errc::invalid_config);
       ++code) {
    const std::string sentence = error_category().message(code);
    EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
    EXPECT_EQ(sentence.back(), '.') << sentence;
    EXPECT_NE(sentence, error_category().message(0));
  }
}

TEST(Errors, SayWhatTheyWereGiven) {
  const Error error(Errc::listener_failed, "listener tcp 1883: address in use; choose another port");
  EXPECT_STREQ(error.what(), "listener tcp 1883: address in use; choose another port");
  EXPECT_EQ(error.code(), Errc::listener_failed);
}

TEST(ReasonCodes, HaveTheStandardsNames) {
  EXPECT_EQ(name_of(ReasonCode::success), "Success");
  EXPECT_EQ(name_of(ReasonCode::not_authorized), "Not authorized");
  EXPECT_EQ(name_of(ReasonCode::malformed_packet), "Malformed Packet");
  EXPECT_EQ(name_of(ReasonCode{0x42}), "Unknown reason code");
}

TEST(ReasonCodes, AreFortyThreeWithANameEach) {
  std::set<std::string_view> names;
  for (int code = 0; code <= 0xFF; ++code) names.insert(name_of(static_cast<ReasonCode>(code)));
  EXPECT_EQ(names.size(), 43u + 1u);  // and "Unknown reason code"
}

TEST(ReasonCodes, FailFrom0x80Up) {
  EXPECT_FALSE(is_failure(ReasonCode{0x7F}));
  EXPECT_TRUE(is_failure(ReasonCode{0x80}));
}

TEST(Causes, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(DisconnectCause::broker_stopping); ++i) {
    EXPECT_TRUE(names.insert(name_of(static_cast<DisconnectCause>(i))).second) << i;
  }
  names.clear();
  for (int i = 0; i <= static_cast<int>(DropCause::memory_full); ++i) {
    EXPECT_TRUE(names.insert(name_of(static_cast<DropCause>(i))).second) << i;
  }
  EXPECT_FALSE(names.contains("unknown cause"));
}

}  // namespace
}  // namespace pint
