// PacketIdSet: the whole range of Packet Identifiers, at its edges and at random against std::set.
#include "core/packet_id_set.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/random.hpp"

namespace pint::core::test {
namespace {

using mqtt::PacketId;

constexpr std::uint16_t kEdges[] = {1, 63, 64, 65, 127, 128, 32'767, 32'768, 65'534, 65'535};

TEST(PacketIdSet, IsEmptyAtFirst) {
  const PacketIdSet set;
  EXPECT_EQ(set.size(), 0u);
  for (const std::uint16_t id : kEdges) EXPECT_FALSE(set.contains(PacketId{id}));
}

TEST(PacketIdSet, HoldsEachIdByItself) {
  for (const std::uint16_t id : kEdges) {
    PacketIdSet set;
    set.insert(PacketId{id});
    for (const std::uint16_t other : kEdges) EXPECT_EQ(set.contains(PacketId{other}), other == id);
  }
}

TEST(PacketIdSet, CountsAnIdOnce) {
  PacketIdSet set;
  set.insert(PacketId{7});
  set.insert(PacketId{7});
  EXPECT_EQ(set.size(), 1u);
}

TEST(PacketIdSet, SaysWhetherTheErasedIdWasThere) {
  PacketIdSet set;
  set.insert(PacketId{7});
  EXPECT_FALSE(set.erase(PacketId{8}));
  EXPECT_FALSE(set.erase(PacketId{65'535}));  // beyond what it has room for
  EXPECT_TRUE(set.erase(PacketId{7}));
  EXPECT_FALSE(set.erase(PacketId{7}));
  EXPECT_EQ(set.size(), 0u);
}

TEST(PacketIdSet, AgreesWithASet) {
  Random random(1);
  PacketIdSet set;
  std::set<std::uint16_t> expected;
  for (int step = 0; step < 20'000; ++step) {
    const auto id = static_cast<std::uint16_t>(1 + random.below(2'000));
    ASSERT_EQ(set.contains(PacketId{id}), expected.contains(id)) << id;
    if (random.below(2) == 0) {
      set.insert(PacketId{id});
      expected.insert(id);
    } else {
      ASSERT_EQ(set.erase(PacketId{id}), expected.erase(id) == 1) << id;
    }
    ASSERT_EQ(set.size(), expected.size());
  }
}

}  // namespace
}  // namespace pint::core::test
