// Batch: the copies of messages that one step brings to one Session (mostly of one topic; QoS 0 apart from
// the rest), and what has been seen of them since: each was sent or dropped. What is seen need not say which
// copy it was: to a client of 3.x, and in what is told of a drop, copies look the same. So the batch chooses
// none: it keeps for each sighting all copies that it can have been, and asks whether every sighting can have
// been another copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/told.hpp"

namespace pint::sim {

class Batch {
 public:
  struct Copy {
    Choice choice;
    bool certain = true;  // false: it, or another of the uncertain ones
    const void* source = nullptr;
  };
  using Test = std::function<bool(const Choice&)>;

  Batch(std::uint64_t in_step, std::string of_topic, bool is_counted)
      : step(in_step), topic(std::move(of_topic)), counted(is_counted) {}

  const std::uint64_t step;  // in which it was routed
  const std::string topic;   // empty: any
  const bool counted;        // QoS 1 and 2: it waits, and every drop is told

  // One more copy waits.
  void add(Choice choice, bool certain = true, const void* source = nullptr);
  // What one of the uncertain ones may be instead; once for each source.
  void add_alternative(Choice choice, const void* source);

  // All of another batch, of which nothing has been seen.
  void absorb(const Batch& other);

  [[nodiscard]] const std::vector<Copy>& copies() const { return copies_; }
  [[nodiscard]] std::size_t waiting() const { return count_ - seen_.size(); }

  // One that waited has been seen, and is such a copy; nothing if that cannot be.
  [[nodiscard]] std::optional<std::size_t> see(const Test& test);
  [[nodiscard]] bool can_see(const Test& test) const;
  // Whether all that wait can be such copies.
  [[nodiscard]] bool can_all_be(const Test& test) const;
  // More is known of what was seen before. False if that cannot be.
  [[nodiscard]] bool narrow(std::size_t sighting, const Test& test);
  [[nodiscard]] std::vector<Choice> choices_of(std::size_t sighting) const;

  using Set = std::vector<std::size_t>;  // of copies, by position
  [[nodiscard]] const std::vector<Set>& sightings() const { return seen_; }

 private:
  [[nodiscard]] Set those(const Test& test) const;
  [[nodiscard]] bool possible(const std::vector<Set>& seen) const;

  std::vector<Copy> copies_;
  std::vector<Set> seen_;
  std::size_t count_ = 0;  // how many of the copies there are; the others are alternatives
};
using BatchRef = std::shared_ptr<Batch>;

// Guests, each of whom wants one of some places, are seated so that as many as can be have one (Kuhn's way:
// who stands in the way is moved elsewhere if he can be).
class Seating {
 public:
  explicit Seating(std::size_t places) : guest_at_(places, kNobody) {}

  std::size_t add_guest(std::vector<std::size_t> wanted);
  // At places that are open. A place that is taken stays taken.
  void seat(const std::vector<bool>& open);
  [[nodiscard]] bool seated(std::size_t guest) const { return seated_[guest]; }
  [[nodiscard]] bool taken(std::size_t place) const { return guest_at_[place] != kNobody; }

 private:
  static constexpr std::size_t kNobody = ~std::size_t{0};
  [[nodiscard]] bool seat(std::size_t guest, const std::vector<bool>& open);

  std::vector<std::vector<std::size_t>> wanted_;
  std::vector<bool> seated_;
  std::vector<std::size_t> guest_at_;
  std::vector<bool> visited_;
};

}  // namespace pint::sim
