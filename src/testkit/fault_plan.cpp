// Which faults there are, and which one takes a packet. What they do is in fault_apply.cpp.
#include "testkit/fault_plan.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "mqtt/decode.hpp"
#include "testkit/fault_action.hpp"
#include "testkit/fault_installed.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {
namespace {

std::uint32_t kind_bit(Direction direction, PacketType type) {
  return std::uint32_t{1} << (static_cast<unsigned>(type) + (direction == Direction::sent ? 16u : 0u));
}

std::uint32_t kind_bit(const Fault& fault) {
  const PacketType type = *fault.on.packet_type();
  const bool received = fault.on.kind_matches(RecordKind::packet, Direction::received, type);
  return kind_bit(received ? Direction::received : Direction::sent, type);
}

}  // namespace

FaultPlan::FaultPlan(std::uint64_t seed, Sink sink) : seed_(seed), sink_(std::move(sink)) {}
FaultPlan::~FaultPlan() = default;

std::string FaultPlan::add(Fault fault) {
  require_outside();
  require_possible(fault);
  std::string name = fault.name;
  if (name.empty()) name = free_name(fault.action.describe() + ", " + fault.on.describe());
  refuse_unless(find(name) == nullptr, "there is a fault named \"" + plain(name) + "\" already");
  return install(std::move(fault), std::move(name)).name;
}

void FaultPlan::next(PacketType type, std::vector<Outcome> outcomes, std::string_view client) {
  require_outside();
  refuse_unless(!outcomes.empty(), "next() needs at least one outcome");
  const Pattern on = client == "*" ? sent(type) : sent(type).client(client);
  for (const Outcome& outcome : outcomes) {
    if (!outcome.action()) continue;
    require_possible({.on = on, .action = *outcome.action()});
    refuse_unless(outcome.action()->terms().kind != FaultKind::reorder,
                  "an outcome is for one packet, and reorder() for two: add it as a fault");
  }
  std::string name = "next " + std::string(name_of(type));
  if (client != "*") name += " for " + std::string(client);
  Installed* queue = find(name);
  refuse_unless(queue == nullptr || queue->outcomes.has_value(),
                "there is a fault named \"" + plain(name) + "\" already, which is no outcome queue");
  if (queue == nullptr) {
    queue = &install({.on = on, .action = drop()}, std::move(name));
    queue->outcomes.emplace();
  }
  for (Outcome& outcome : outcomes) queue->outcomes->push_back(std::move(outcome));
}

bool FaultPlan::remove(std::string_view name) {
  require_outside();
  const auto found = std::ranges::find_if(faults_, [&](const auto& fault) { return fault->name == name; });
  if (found == faults_.end()) return false;
  kept_.make_due((*found)->number, now_);
  faults_.erase(found);
  note_kinds();
  forget_if_idle();
  return true;
}

void FaultPlan::clear() {
  require_outside();
  for (const auto& fault : faults_) kept_.make_due(fault->number, now_);
  faults_.clear();
  note_kinds();
  forget_if_idle();
}

std::size_t FaultPlan::release(std::string_view name) {
  require_outside();
  return kept_.make_due(require(name).number, now_);
}

std::uint64_t FaultPlan::applied(std::string_view name) const { return require(name).applied; }

std::vector<FaultState> FaultPlan::list() const {
  std::vector<FaultState> states;
  for (const auto& fault : faults_) {
    states.push_back({.name = fault->name,
                      .description = fault->describe(),
                      .matched = fault->matched,
                      .applied = fault->applied,
                      .kept = kept_.count(fault->number),
                      .spent = fault->spent()});
  }
  return states;
}

FaultPlan::Installed& FaultPlan::install(Fault fault, std::string name) {
  const std::uint64_t seed = hash_text(name, seed_);
  faults_.push_back(std::make_unique<Installed>(std::move(fault), std::move(name), ++last_number_, seed));
  note_kinds();
  return *faults_.back();
}

FaultPlan::Installed* FaultPlan::find(std::string_view name) const {
  for (const auto& fault : faults_) {
    if (fault->name == name) return fault.get();
  }
  return nullptr;
}

FaultPlan::Installed& FaultPlan::require(std::string_view name) const {
  Installed* fault = find(name);
  if (fault != nullptr) return *fault;
  std::string names;
  for (const auto& other : faults_) names += (names.empty() ? "" : ", ") + plain(other->name);
  refuse("there is no fault named \"" + plain(name) + "\"; there " +
         (names.empty() ? "is none" : "are: " + names));
}

void FaultPlan::require_outside() const {
  if (matching_) throw std::logic_error("a predicate or function of a fault may not change faults");
}

void FaultPlan::note_kinds() {
  kinds_ = 0;
  for (const auto& fault : faults_) kinds_ |= kind_bit(fault->fault);
}

void FaultPlan::forget_if_idle() {
  if (idle()) clients_.clear();
}

std::string FaultPlan::free_name(const std::string& wanted) const {
  std::string name = wanted;
  for (unsigned number = 2; find(name) != nullptr; ++number) {
    name = wanted + " (" + std::to_string(number) + ")";
  }
  return name;
}

// CONNECT says who speaks before the broker has accepted it, and for a refusal that is all there is.
void FaultPlan::note_client(const core::PassingPacket& packet) {
  if (packet.direction != Direction::received) return;
  if (static_cast<PacketType>(packet.bytes[0] >> 4) != PacketType::connect) return;
  const auto frame = mqtt::next_frame(packet.bytes, mqtt::kMaxPacketBytes);
  if (!frame || !*frame) return;
  const Result<mqtt::Connect> connect = mqtt::decode_connect(**frame);
  if (connect && !connect->client_id.empty()) clients_.emplace(packet.connection, connect->client_id);
}

bool FaultPlan::take(const core::PassingPacket& packet, Time now, std::vector<core::Return>& returns) {
  now_ = std::max(now_, now);
  if (faults_.empty()) return false;
  note_client(packet);
  const auto type = static_cast<PacketType>(packet.bytes[0] >> 4);
  if ((kinds_ & kind_bit(packet.direction, type)) == 0) return false;
  const auto client = clients_.find(packet.connection);
  Passage passage(packet, client == clients_.end() ? std::string_view{} : client->second, returns);
  for (const auto& fault : faults_) {
    if (!fault->fault.on.kind_matches(RecordKind::packet, packet.direction, type)) continue;
    const Verdict verdict = offer(*fault, passage);
    if (verdict != Verdict::not_mine) return verdict == Verdict::taken;
  }
  return false;
}

void FaultPlan::tick(Time now, std::vector<core::Return>& returns) {
  now_ = std::max(now_, now);
  while (std::optional<KeptPacket> due = kept_.take_due(now_)) returns.push_back(std::move(due->packet));
  forget_if_idle();
}

void FaultPlan::ended(core::ConnectionId connection) {
  clients_.erase(connection);
  for (KeptPacket& lost : kept_.take_all(connection)) {
    sink_({.name = std::move(lost.fault_name),
           .what = lost.name + " lost: its connection ended",
           .client_id = std::move(lost.client_id),
           .remote_address = std::move(lost.remote_address)},
          now_);
  }
  forget_if_idle();
}

}  // namespace pint::testkit
