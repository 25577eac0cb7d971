// Seven significant bits of each value choose its bucket.
#include "bench/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace pint::bench {

void Histogram::add(std::uint64_t nanoseconds) {
  ++counts_[bucket_of(nanoseconds)];
  ++count_;
  max_ = std::max(max_, nanoseconds);
}

std::uint64_t Histogram::quantile(double share) const {
  if (count_ == 0) return 0;
  const double wanted = std::ceil(share * static_cast<double>(count_));
  const std::uint64_t rank = std::clamp(static_cast<std::uint64_t>(wanted), std::uint64_t{1}, count_);
  std::uint64_t passed = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    passed += counts_[bucket];
    if (passed >= rank) return std::min(last_of(bucket), max_);
  }
  return max_;
}

std::size_t Histogram::bucket_of(std::uint64_t value) {
  const auto bits = static_cast<std::size_t>(std::bit_width(value));
  const std::size_t shift = bits <= 7 ? 0 : bits - 7;
  if (shift > kShiftMax) return kBuckets - 1;
  return shift * 64 + static_cast<std::size_t>(value >> shift);
}

std::uint64_t Histogram::last_of(std::size_t bucket) {
  if (bucket < 128) return bucket;
  const std::size_t shift = bucket / 64 - 1;
  return ((std::uint64_t{bucket} - shift * 64 + 1) << shift) - 1;
}

}  // namespace pint::bench
