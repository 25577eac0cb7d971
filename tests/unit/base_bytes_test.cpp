// Reader and Writer: big-endian fields, and what a Reader says once it has run out.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace pint {
namespace {

TEST(Reader, TakesFieldsOffTheFront) {
  const Bytes bytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x00, 0x02, 'h', 'i', 0xFF};
  Reader reader(bytes);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_EQ(as_text(reader.prefixed()), "hi");
  EXPECT_EQ(reader.rest().size(), 1u);
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, GivesZeroForAFieldThatIsNotWhollyThere) {
  const Bytes bytes = {0x01, 0x02, 0x03};
  Reader reader(bytes);
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_TRUE(reader.failed());
}

TEST(Reader, StaysFailedThoughSmallerFieldsWouldFit) {
  const Bytes bytes = {0x01, 0x02, 0x03};
  Reader reader(bytes);
  (void)reader.u32();
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_TRUE(reader.failed());
}

TEST(Reader, FailsAtATextLongerThanWhatIsLeft) {
  const Bytes bytes = {0x00, 0x03, 'h', 'i'};
  Reader reader(bytes);
  EXPECT_TRUE(reader.prefixed().empty());
  EXPECT_TRUE(reader.failed());
}

TEST(Reader, TakesNothingFromNothing) {
  Reader reader(ByteView{});
  EXPECT_TRUE(reader.take(0).empty());
  EXPECT_TRUE(reader.empty());
  EXPECT_FALSE(reader.failed());
}

TEST(Reader, ReadsATextOfTheLargestSize) {
  Bytes bytes(2 + 65'535, 'x');
  bytes[0] = bytes[1] = 0xFF;
  Reader reader(bytes);
  EXPECT_EQ(reader.prefixed().size(), 65'535u);
  EXPECT_TRUE(reader.empty());
}

TEST(Writer, AppendsBigEndianFields) {
  Bytes out;
  out.reserve(16);
  Writer writer(out);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.prefixed("hi");
  writer.raw(as_bytes("!"));
  EXPECT_EQ(out, (Bytes{1, 2, 3, 4, 5, 6, 7, 0, 2, 'h', 'i', '!'}));
}

TEST(ByteViews, AreComparedByWhatTheyShow) {
  const Bytes left = {1, 2, 3};
  const Bytes right = {1, 2, 3};
  EXPECT_TRUE(same(left, right));
  EXPECT_FALSE(same(left, ByteView(right).first(2)));
  EXPECT_TRUE(same({}, ByteView(right).first(0)));
}

}  // namespace
}  // namespace pint
