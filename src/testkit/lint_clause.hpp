// Clauses as sentences of ours cite them: "Will QoS is 3 [clause]".
#pragma once

#include <string>
#include <string_view>

#include <pint/message.hpp>

namespace pint::testkit {

// The first clause a sentence cites, as it is called in that version; empty if it has none there.
[[nodiscard]] std::string_view clause_in(std::string_view sentence, ProtocolVersion version);
[[nodiscard]] std::string sentence_without_clauses(std::string_view sentence);

}  // namespace pint::testkit
