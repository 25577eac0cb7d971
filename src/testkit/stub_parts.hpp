// What a StubPlan is made of.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <pint/stub.hpp>

#include "base/time.hpp"
#include "testkit/stub_template.hpp"

namespace pint {

namespace testkit {

struct StubReply {
  std::optional<StubTemplate> topic;  // none: the request's Response Topic
  ReplyPayload payload;
  ReplyTerms terms;
  Duration delay{};
};

}  // namespace testkit

struct StubPlan::Parts {
  Pattern request;
  std::vector<testkit::StubReply> replies = {};
  std::optional<std::size_t> times = {};
  std::string name = {};  // empty: none of its own
  std::string scenario = {};
  std::optional<std::string> in_state = {};
  std::optional<std::string> next_state = {};

  // What the placeholders of the replies refer to.
  [[nodiscard]] std::string_view topic_filter() const { return *request.topic_pattern(); }
};

}  // namespace pint
