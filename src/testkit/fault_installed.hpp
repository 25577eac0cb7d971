// A fault in force, and a packet on its way past the faults. Private to the fault_plan and fault_apply files.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "testkit/fault_action.hpp"
#include "testkit/fault_plan.hpp"

namespace pint::testkit {

struct FaultPlan::Installed {
  Installed(Fault what, std::string its_name, std::uint64_t its_number, std::uint64_t seed)
      : fault(std::move(what)), name(std::move(its_name)), number(its_number), random(seed) {}

  Fault fault;
  std::string name;
  std::uint64_t number;
  Random random;
  std::optional<std::deque<Outcome>> outcomes = {};  // in place of the fault's action
  std::uint64_t matched = 0;
  std::uint64_t applied = 0;

  [[nodiscard]] bool spent() const {
    if (outcomes) return outcomes->empty();
    return fault.times && applied >= *fault.times;
  }
  // One more packet has matched: whether it is this one's turn.
  [[nodiscard]] bool count_match();
  [[nodiscard]] std::string describe() const;
};

// A packet that is offered to one fault after another. The Record is made when the first one asks.
class FaultPlan::Passage {
 public:
  // `claimed_client_id`: as CONNECT said.
  Passage(const core::PassingPacket& packet, std::string_view claimed_client_id,
          std::vector<core::Return>& returns)
      : packet_(packet), claimed_client_id_(claimed_client_id), returns_(returns) {}

  [[nodiscard]] const core::PassingPacket& packet() const { return packet_; }
  [[nodiscard]] const Record& record();
  // "PUBLISH a/b id 7".
  [[nodiscard]] std::string name();

  // What happens instead.
  void pass_on(Bytes bytes) { add(packet_.direction, std::move(bytes)); }
  void pass_on() { pass_on(Bytes(packet_.bytes.begin(), packet_.bytes.end())); }
  void send(Bytes bytes) { add(Direction::sent, std::move(bytes)); }
  void end(ConnectionEnd how);
  void give(core::Return other) { returns_.push_back(std::move(other)); }
  [[nodiscard]] core::Return as_return() const;

 private:
  void add(Direction direction, Bytes bytes);

  const core::PassingPacket& packet_;
  std::string_view claimed_client_id_;
  std::vector<core::Return>& returns_;
  std::optional<Record> record_;
};

}  // namespace pint::testkit
