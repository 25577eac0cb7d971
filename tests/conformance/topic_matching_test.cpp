// Which Topic Filter matches which Topic Name, to the letter: for messages on their way and for retained
// ones. [section 4.7]
#include "support/each_version.hpp"

namespace pint::test {
namespace {

struct Match {
  std::string filter;
  std::string topic;
  bool matches;
  std::string cites = {};
};

const Match kMatches[] = {
    // Plain filters: byte for byte.
    {.filter = "a/b", .topic = "a/b", .matches = true},
    {.filter = "a/b", .topic = "a/c", .matches = false},
    {.filter = "a", .topic = "a/b", .matches = false},
    {.filter = "a/b", .topic = "a", .matches = false},
    {.filter = "ACCOUNTS", .topic = "Accounts", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "a b", .topic = "a b", .matches = true, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "a ", .topic = "a", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    // U+00E4, and a followed by U+0308: alike to look at, not alike. U+FEFF is a character like any other.
    {.filter = "\xC3\xA4", .topic = "a\xCC\x88", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "\xEF\xBB\xBF/a",
     .topic = "\xEF\xBB\xBF/a",
     .matches = true,
     .cites = "MQTT-1.5.4-3 MQTT3-1.5.3-3"},
    {.filter = "\xEF\xBB\xBF/a", .topic = "/a", .matches = false, .cites = "MQTT-1.5.4-3 MQTT3-1.5.3-3"},
    {.filter = "+/\xF0\x9F\x8D\xBA", .topic = "a/\xF0\x9F\x8D\xBA", .matches = true},
    // Empty levels are levels.
    {.filter = "/a", .topic = "a", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "/a", .topic = "/a", .matches = true},
    {.filter = "a/", .topic = "a", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "a//b", .topic = "a/b", .matches = false, .cites = "MQTT-4.7.3-4 MQTT3-4.7.3-4"},
    {.filter = "a//b", .topic = "a//b", .matches = true},
    {.filter = "/", .topic = "/", .matches = true},
    {.filter = "//", .topic = "/", .matches = false},
    // + is one whole level, at any place.
    {.filter = "+", .topic = "a", .matches = true, .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.filter = "+", .topic = "a/b", .matches = false, .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.filter = "+", .topic = "/a", .matches = false},
    {.filter = "/+", .topic = "/a", .matches = true, .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.filter = "+/+", .topic = "/a", .matches = true},
    {.filter = "+/a/+", .topic = "x/a/y", .matches = true, .cites = "MQTT-4.7.1-2 MQTT3-4.7.1-3"},
    {.filter = "+/a/+", .topic = "x/b/y", .matches = false},
    {.filter = "a/+", .topic = "a", .matches = false},
    {.filter = "a/+", .topic = "a/", .matches = true},
    {.filter = "a/+/b", .topic = "a//b", .matches = true},
    {.filter = "a/+/b", .topic = "a/x/y/b", .matches = false},
    {.filter = "+/b", .topic = "ab/b", .matches = true},
    // # is the level it follows, and all below.
    {.filter = "#", .topic = "a", .matches = true, .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.filter = "#", .topic = "/a/b/", .matches = true, .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.filter = "a/#", .topic = "a", .matches = true, .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.filter = "a/#", .topic = "a/", .matches = true},
    {.filter = "a/#", .topic = "a/b/c", .matches = true, .cites = "MQTT-4.7.1-1 MQTT3-4.7.1-2"},
    {.filter = "a/#", .topic = "ab", .matches = false},
    {.filter = "a/#", .topic = "b/a", .matches = false},
    {.filter = "a/b/#", .topic = "a", .matches = false},
    {.filter = "/#", .topic = "/", .matches = true},
    {.filter = "/#", .topic = "a", .matches = false},
    {.filter = "+/#", .topic = "a", .matches = true},
    {.filter = "a/+/#", .topic = "a/b", .matches = true},
    {.filter = "a/+/#", .topic = "a", .matches = false},
    // $ at the front hides from wildcards at the front, and only there.
    {.filter = "#", .topic = "$state", .matches = false, .cites = "MQTT-4.7.2-1 MQTT3-4.7.2-1"},
    {.filter = "+", .topic = "$state", .matches = false, .cites = "MQTT-4.7.2-1 MQTT3-4.7.2-1"},
    {.filter = "+/a", .topic = "$state/a", .matches = false, .cites = "MQTT-4.7.2-1 MQTT3-4.7.2-1"},
    {.filter = "#", .topic = "$", .matches = false, .cites = "MQTT-4.7.2-1 MQTT3-4.7.2-1"},
    {.filter = "$state/#", .topic = "$state/a", .matches = true, .cites = "MQTT-4.7.2-1 MQTT3-4.7.2-1"},
    {.filter = "$state/+", .topic = "$state/a", .matches = true},
    {.filter = "$state", .topic = "$state", .matches = true},
    {.filter = "#", .topic = "a/$state", .matches = true},
    {.filter = "a/+", .topic = "a/$state", .matches = true},
    {.filter = "#", .topic = "/$state", .matches = true},
    // $share needs its slash to mean something.
    {.filter = "$share", .topic = "$share", .matches = true},
    {.filter = "$shared/a", .topic = "$shared/a", .matches = true},
};

class Matching : public testing::TestWithParam<Match> {
 protected:
  std::string when_it_matches() const { return GetParam().matches ? "x" : ""; }
  Scene scene;
};
INSTANTIATE_TEST_SUITE_P(, Matching, testing::ValuesIn(kMatches));

TEST_P(Matching, DecidesWhoGetsAMessage) {
  auto& watcher = scene.connect("watcher").subscribe(GetParam().filter);
  scene.publish({.topic = GetParam().topic, .payload = "x"});
  EXPECT_EQ(payloads_of(watcher.received()), when_it_matches())
      << GetParam().filter << " " << GetParam().topic;
}

TEST_P(Matching, DecidesWhoGetsARetainedMessage) {
  scene.publish({.topic = GetParam().topic, .payload = "x", .retain = true});
  auto& watcher = scene.connect("watcher").subscribe(GetParam().filter);
  EXPECT_EQ(payloads_of(watcher.received()), when_it_matches())
      << GetParam().filter << " " << GetParam().topic;
}

TEST_P(Matching, DecidesWhoGetsAMessageAmongManyOtherFilters) {
  auto& crowd = scene.connect("crowd");
  for (const Match& other : kMatches) crowd.subscribe(other.filter);
  auto& watcher = scene.connect("watcher").subscribe(GetParam().filter);
  scene.publish({.topic = GetParam().topic, .payload = "x"});
  EXPECT_EQ(payloads_of(watcher.received()), when_it_matches())
      << GetParam().filter << " " << GetParam().topic;
}

TEST_P(Matching, DecidesWhoInASharedSubscriptionGetsAMessage) {
  auto& watcher = scene.connect("watcher").subscribe("$share/group/" + GetParam().filter);
  scene.publish({.topic = GetParam().topic, .payload = "x"});
  EXPECT_EQ(payloads_of(watcher.received()), when_it_matches())
      << GetParam().filter << " " << GetParam().topic;
}

class LongTopic : public EachVersion {};
INSTANTIATE_TEST_SUITE_P(, LongTopic, kEachVersion, version_name);

TEST_P(LongTopic, Of65535BytesIsOne) {  // [MQTT-4.7.3-3] [MQTT3-4.7.3-3]
  const std::string topic(65'535, 'x');
  auto& watcher = connect("watcher").subscribe(topic);
  connect("publisher").publish(topic, "y");
  EXPECT_EQ(watcher.received(), one(topic, "y"));
}

TEST_P(LongTopic, WithEverySecondCharacterASlashIsOne) {  // [MQTT-4.7.3-3] [MQTT3-4.7.3-3]
  std::string topic = "x";
  for (int i = 0; i < 30'000; ++i) topic += "/x";
  auto& watcher = connect("watcher").subscribe("+/" + topic.substr(2)).subscribe("x/#");
  connect("publisher").publish(topic, "y");
  EXPECT_EQ(payloads_of(watcher.received()), "y");
}

}  // namespace
}  // namespace pint::test
