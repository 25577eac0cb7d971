// Finding and decoding a PUBLISH takes no memory, in any version and with any properties.
#include <gtest/gtest.h>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "packet_case.hpp"
#include "support/allocation_counter.hpp"

namespace pint::mqtt::test {
namespace {

using pint::test::allocations;

TEST(Publish, IsDecodedWithoutAllocating) {
  for (const PacketRow& row : all_rows()) {
    if (!row.packet.value || type_of(*row.packet.value) != PacketType::publish) continue;
    const std::size_t before = allocations();
    const auto frame = next_frame(row.packet.bytes, kMaxPacketBytes);
    const Result<Publish> publish = decode_publish(**frame, row.version);
    EXPECT_EQ(allocations() - before, 0u) << row.packet.name;
    EXPECT_TRUE(publish);
  }
}

TEST(Publish, IsEncodedIntoReservedMemoryWithoutAllocating) {
  for (const PacketRow& row : all_rows()) {
    if (!row.packet.value || type_of(*row.packet.value) != PacketType::publish) continue;
    Bytes out;
    out.reserve(row.packet.bytes.size());
    const std::size_t before = allocations();
    encode_publish_head(out, std::get<Publish>(*row.packet.value), row.version);
    EXPECT_EQ(allocations() - before, 0u) << row.packet.name;
  }
}

TEST(TheCounterOfAllocations, Counts) {
  const std::size_t before = allocations();
  const Bytes bytes(100);
  EXPECT_EQ(allocations() - before, 1u);
}

}  // namespace
}  // namespace pint::mqtt::test
