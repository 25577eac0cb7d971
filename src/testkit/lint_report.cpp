#include "testkit/lint_report.hpp"

#include <utility>

#include "base/assert.hpp"
#include "testkit/record_text.hpp"

namespace pint::testkit {

void LintReport::look_at(LintConnection& connection, LintEvidence evidence) {
  connection_ = &connection;
  evidence_ = std::move(evidence);
}

void LintReport::add(LintRuleId rule, std::string sentence, const LintEvidence& evidence) {
  PINT_ASSERT(connection_ != nullptr);
  add_with_clause(rule, std::move(sentence), clause_of(lint_row(rule).rule, connection_->version), evidence);
}

void LintReport::add_with_clause(LintRuleId id, std::string sentence, std::string_view clause,
                                 const LintEvidence& evidence) {
  PINT_ASSERT(connection_ != nullptr);
  const LintRow& row = lint_row(id);
  ++found_;
  if (!can_be_relied_on(row.trust)) return;
  if (row.rule.severity == Severity::violation) connection_->violation_at = evidence.sequence;
  const auto found = tallies_.find({id, connection_->client_id});
  if (found != tallies_.end() && found->second.kept >= bounds_.each) {
    ++findings_[found->second.last].more;
    return;
  }
  if (findings_.size() >= bounds_.all) {
    ++dropped_;
    return;
  }
  Tally& tally = tallies_[{id, connection_->client_id}];
  ++tally.kept;
  tally.last = findings_.size();
  findings_.push_back({.rule = std::string(row.rule.name),
                       .severity = row.rule.severity,
                       .clause = std::string(clause),
                       .client_id = connection_->client_id,
                       .remote_address = connection_->remote_address,
                       .sequence = evidence.sequence,
                       .at = evidence.at,
                       .sentence = std::move(sentence),
                       .bytes = evidence.bytes});
}

bool LintReport::can_be_relied_on(LintTrust trust) const {
  switch (trust) {
    case LintTrust::nothing: return true;
    case LintTrust::session: return !connection_->session_doubtful;
    case LintTrust::connection: return !connection_->session_doubtful && !connection_->touched_by_fault;
  }
  return false;
}

void LintReport::clear() {
  findings_.clear();
  tallies_.clear();
  dropped_ = 0;
}

}  // namespace pint::testkit

namespace pint {

std::string to_string(const Finding& finding) {
  using namespace testkit;
  std::string line = std::string(name_of(finding.severity)) + ' ' + finding.rule;
  if (!finding.clause.empty()) line += " [" + finding.clause + "]";
  line += ' ' + plain(finding.client_id.empty() ? finding.remote_address : finding.client_id);
  line +=
      " #" + std::to_string(finding.sequence) + ' ' + text_of(finding.at) + ": " + plain(finding.sentence);
  if (finding.more > 0) line += " (and " + std::to_string(finding.more) + " more like it)";
  return line;
}

}  // namespace pint
