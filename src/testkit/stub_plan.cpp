// StubPlan: refuse what is impossible, keep the rest.
#include <stdexcept>
#include <utility>

#include <pint/stub.hpp>

#include "api/message_check.hpp"
#include "testkit/pattern_criterion.hpp"
#include "testkit/record_text.hpp"
#include "testkit/stub_parts.hpp"

namespace pint {
namespace {

using testkit::in_quotes;
using testkit::refuse_unless;
using testkit::StubReply;
using testkit::StubTemplate;

constexpr Duration kLongestDelay = std::chrono::hours{24 * 365 * 100};

// A request with a character for everything a template may ask for: what is no topic with it, never is one.
Record sample_request(std::string_view topic_filter) {
  Record sample;
  for (const char c : topic_filter) sample.topic += c == '+' || c == '#' ? 'x' : c;
  sample.client_id = 'x';
  sample.payload = 'x';
  return sample;
}

ReplyPayload rendered(std::string_view payload, const StubPlan::Parts& parts) {
  return [payload = StubTemplate(payload, parts.topic_filter())](const Record& request) {
    return payload.render(request);
  };
}

void refuse_bad_terms(const ReplyTerms& terms, const std::string& topic) {
  const std::error_code error = check_message(
      {.topic = topic, .qos = terms.qos, .retain = terms.retain, .properties = terms.properties});
  refuse_unless(!error, "a reply cannot be published so: " + error.message());
}

StubPlan with_reply(StubPlan::Parts parts, StubReply reply) {
  refuse_unless(reply.payload != nullptr, "a reply's payload is an empty function; give it one to call");
  parts.replies.push_back(std::move(reply));
  return StubPlan(std::make_shared<const StubPlan::Parts>(std::move(parts)));
}

template <class Change>
StubPlan changed(const StubPlan::Parts& parts, Change change) {
  auto copy = std::make_shared<StubPlan::Parts>(parts);
  change(*copy);
  return StubPlan(std::move(copy));
}

void refuse_bad_state(std::string_view state) {
  refuse_unless(!state.empty(), "a state of a scenario has a name that is not empty");
}

}  // namespace

StubPlan when(const Pattern& request) {
  refuse_unless(request.kind() == RecordKind::published,
                "a stub answers messages: when() takes published(…), not \"" + request.describe() + '"');
  refuse_unless(request.topic_pattern().has_value(),
                "a stub's pattern has a Topic Filter: make it with published(…)");
  return StubPlan(std::make_shared<const StubPlan::Parts>(StubPlan::Parts{.request = request}));
}

StubPlan StubPlan::reply(std::string_view topic, std::string_view payload, ReplyTerms terms) const {
  return reply(topic, rendered(payload, *parts_), std::move(terms));
}

StubPlan StubPlan::reply(std::string_view topic, ReplyPayload payload, ReplyTerms terms) const {
  StubTemplate name(topic, parts_->topic_filter());
  refuse_bad_terms(terms, "x");
  const std::string sample = name.render(sample_request(parts_->topic_filter()));
  refuse_unless(!check_message({.topic = sample}),
                in_quotes(topic) + " makes no Topic Name to reply to: it is not empty and has no + or #");
  return with_reply(*parts_,
                    {.topic = std::move(name), .payload = std::move(payload), .terms = std::move(terms)});
}

StubPlan StubPlan::reply_to_response_topic(std::string_view payload, ReplyTerms terms) const {
  return reply_to_response_topic(rendered(payload, *parts_), std::move(terms));
}

StubPlan StubPlan::reply_to_response_topic(ReplyPayload payload, ReplyTerms terms) const {
  refuse_bad_terms(terms, "x");
  return with_reply(*parts_,
                    {.topic = std::nullopt, .payload = std::move(payload), .terms = std::move(terms)});
}

StubPlan StubPlan::after(std::chrono::nanoseconds delay) const {
  refuse_unless(!parts_->replies.empty(), "after() is of the reply before it, and there is none yet");
  refuse_unless(delay >= Duration::zero(), "the delay of a reply is negative; time only goes forward");
  refuse_unless(delay <= kLongestDelay, "the delay of a reply is over a hundred years");
  return changed(*parts_, [&](Parts& parts) { parts.replies.back().delay = delay; });
}

StubPlan StubPlan::times(std::size_t count) const {
  refuse_unless(count > 0, "times(0): a stub that answers nothing is one that is not added");
  return changed(*parts_, [&](Parts& parts) { parts.times = count; });
}

StubPlan StubPlan::named(std::string_view name) const {
  refuse_unless(!name.empty() && name.find_first_of("*?") == std::string_view::npos,
                "the name of a stub is not empty and has no \"*\" or \"?\", which patterns have");
  return changed(*parts_, [&](Parts& parts) { parts.name = name; });
}

StubPlan StubPlan::in_state(std::string_view state) const {
  refuse_bad_state(state);
  return changed(*parts_, [&](Parts& parts) { parts.in_state = state; });
}

StubPlan StubPlan::then(std::string_view state) const {
  refuse_bad_state(state);
  return changed(*parts_, [&](Parts& parts) { parts.next_state = state; });
}

StubPlan StubPlan::scenario(std::string_view name) const {
  return changed(*parts_, [&](Parts& parts) { parts.scenario = name; });
}

}  // namespace pint
