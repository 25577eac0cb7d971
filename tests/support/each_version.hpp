// Stories that are the same in 3.1, 3.1.1 and 5.0: a fixture whose clients speak the version at hand.
//
//   class Qos1 : public EachVersion {};
//   INSTANTIATE_TEST_SUITE_P(, Qos1, kEachVersion, version_name);
//   TEST_P(Qos1, …)
#pragma once

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/scene.hpp"

namespace pint::test {

class EachVersion : public testing::TestWithParam<ProtocolVersion> {
 protected:
  explicit EachVersion(const core::EngineOptions& options = Scene::defaults(), Policy* policy = nullptr)
      : scene(options, policy) {}

  Peer& connect(std::string_view client_id, ConnectTerms terms = {}) {
    terms.version = GetParam();
    return scene.connect(client_id, terms);
  }
  // A client whose Session is there before and after its connection. Calling it again takes the Session up.
  Peer& connect_to_session(std::string_view client_id, bool manual = false) {
    return connect(client_id, {.clean_start = false, .session_expiry = 3'600, .manual = manual});
  }
  Peer& connect_manually_to_session(std::string_view client_id) {
    return connect_to_session(client_id, true);
  }

  Scene scene;
};

const auto kEachVersion =
    testing::Values(ProtocolVersion::v3_1, ProtocolVersion::v3_1_1, ProtocolVersion::v5);
const auto kVersionsBefore5 = testing::Values(ProtocolVersion::v3_1, ProtocolVersion::v3_1_1);

inline std::string version_name(const testing::TestParamInfo<ProtocolVersion>& version) {
  switch (version.param) {
    case ProtocolVersion::v3_1: return "v3_1";
    case ProtocolVersion::v3_1_1: return "v3_1_1";
    case ProtocolVersion::v5: return "v5";
  }
  return "unknown";
}

}  // namespace pint::test
