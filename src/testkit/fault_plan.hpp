// FaultPlan: the faults in force, applied to packets at the engine's Interceptor seam.
//
//   packet ──▶ fault 1 ─not mine─▶ fault 2 ─not mine─▶ … ─▶ on its way
//                 └─ takes it: dropped, changed, answered … ─▶ returns            at once
//                                                  kept ─▶ KeptPackets ─ due ─▶ returns   in broker time
//
// Sketch: a packet whose type and direction no fault is for costs one bit test; for the others one Record is
// made, however many faults look at it.
//
// Each fault has a stream of chance of its own, from the plan's seed and the fault's name, so that adding
// another one does not change what it does. Single-threaded: used on the broker thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pint/fault.hpp>

#include "base/random.hpp"
#include "base/time.hpp"
#include "core/interceptor.hpp"
#include "testkit/fault_bytes.hpp"
#include "testkit/journal.hpp"
#include "testkit/kept_packets.hpp"

namespace pint::testkit {

class FaultPlan : public core::Interceptor {
 public:
  // Told what each fault did, and what predicates threw. May not change faults.
  using Sink = std::function<void(AppliedFault, Time)>;
  FaultPlan(std::uint64_t seed, Sink sink);
  ~FaultPlan() override;

  // As Faults says.
  std::string add(Fault fault);
  void next(PacketType type, std::vector<Outcome> outcomes, std::string_view client);
  bool remove(std::string_view name);
  void clear();
  std::size_t release(std::string_view name);
  [[nodiscard]] std::uint64_t applied(std::string_view name) const;
  [[nodiscard]] std::vector<FaultState> list() const;

  // No fault, and no packet kept: the engine need not ask. Once it does not, connections may end unseen, so
  // nothing is kept of them then.
  [[nodiscard]] bool idle() const { return faults_.empty() && kept_.empty(); }

  bool take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) override;
  [[nodiscard]] std::optional<Time> next_deadline() const override { return kept_.next_due(); }
  void tick(Time now, std::vector<core::Return>& returns) override;
  void ended(core::ConnectionId connection) override;

 private:
  struct Installed;
  class Passage;
  enum class Verdict : std::uint8_t { not_mine, passes, taken };

  Installed& install(Fault fault, std::string name);
  [[nodiscard]] Installed* find(std::string_view name) const;
  [[nodiscard]] Installed& require(std::string_view name) const;
  void require_outside() const;
  void note_kinds();
  void forget_if_idle();
  [[nodiscard]] std::string free_name(const std::string& wanted) const;
  void note_client(const core::PassingPacket& packet);

  Verdict offer(Installed& fault, Passage& passage);
  [[nodiscard]] bool matches(Installed& fault, Passage& passage);
  Verdict next_outcome(Installed& fault, Passage& passage);
  Verdict apply(Installed& fault, const FaultAction& action, Passage& passage);
  // What the packet is changed to; nothing, and told why, if it cannot be.
  [[nodiscard]] std::optional<Made> changed(Installed& fault, const FaultAction::Terms& terms,
                                            Passage& passage);
  [[nodiscard]] std::optional<Made> changed_by_function(Installed& fault, const FaultAction::Terms& terms,
                                                        Passage& passage);
  Verdict change(Installed& fault, const FaultAction::Terms& terms, Passage& passage);
  Verdict give_answer(Installed& fault, const FaultAction::Terms& terms, Passage& passage);
  Verdict put_back_reordered(Installed& fault, Passage& passage, KeptPacket first);
  Verdict keep(Installed& fault, const FaultAction::Terms& terms, Passage& passage);
  // Whether the fault sent or changed a packet: see AppliedFault::makes_up.
  enum class Effect : std::uint8_t { takes_or_leaves, makes_up };
  void tell(const std::string& fault, std::string what, Passage& passage,
            Effect effect = Effect::takes_or_leaves);

  std::uint64_t seed_;
  Sink sink_;
  std::vector<std::unique_ptr<Installed>> faults_;  // in the order of adding
  std::uint64_t last_number_ = 0;
  std::uint32_t kinds_ = 0;  // a bit for each direction and type that a fault is for
  KeptPackets kept_;
  std::map<core::ConnectionId, std::string> clients_;  // as their CONNECT says
  Time now_{};
  bool matching_ = false;  // a user's function is being called
};

}  // namespace pint::testkit
