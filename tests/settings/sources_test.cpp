// Where settings come from: files, environment, arguments, and which of them counts.
#include "settings/sources.hpp"

#include <filesystem>
#include <fstream>
#include <map>

#include <gtest/gtest.h>

#include "support/scratch_folder.hpp"

namespace pint::settings {
namespace {

using Variables = std::map<std::string, std::string>;

Environment environment_of(const Variables& variables) {
  return [&variables](const std::string& name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  };
}

GivenValues arguments(const char* key, std::vector<std::string> texts) {
  const Setting* setting = find_by_key(key);
  return {{{setting, std::move(texts), Source::arguments, setting->flag()}}, {}};
}

std::vector<std::string> sentences(const std::vector<Problem>& problems) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems) texts.push_back(problem.sentence);
  return texts;
}

class Sources : public testing::Test {
 protected:
  std::filesystem::path write(const std::filesystem::path& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  test::ScratchFolder folder_;
};

TEST_F(Sources, ArgumentsCountMoreThanEnvironmentMoreThanFileMoreThanDefaults) {
  const GivenValues file = from_toml("port = 1\nname = \"file\"\nseed = 1\ninflight = 1", "f");
  const Variables variables = {{"PINT_PORT", "2"}, {"PINT_NAME", "environment"}, {"PINT_SEED", "2"}};
  const GivenValues environment = from_environment(environment_of(variables));
  const Resolved resolved = resolve({file, environment, arguments("port", {"3"})});
  EXPECT_TRUE(resolved.problems.empty());
  EXPECT_EQ(resolved.settings.listener.port, 3);
  EXPECT_EQ(resolved.settings.options.name, "environment");
  EXPECT_EQ(resolved.settings.options.limits.inflight, 1);
  EXPECT_EQ(resolved.settings.options.limits.receive_maximum, 65'535);
}

TEST_F(Sources, AListReplacesTheListBelow) {
  const GivenValues file = from_toml("rule = ['a=print', 'b=print']", "f");
  const Variables variables = {{"PINT_RULE", "c=print\n\nd=exec:cat; true\n"}};
  EXPECT_EQ(resolve({file}).settings.rules, (std::vector<std::string>{"a=print", "b=print"}));
  EXPECT_EQ(resolve({file, from_environment(environment_of(variables))}).settings.rules,
            (std::vector<std::string>{"c=print", "d=exec:cat; true"}));
  EXPECT_EQ(resolve({file, arguments("rule", {"e=print"})}).settings.rules,
            std::vector<std::string>{"e=print"});
}

TEST_F(Sources, AnEmptyVariableIsNotSet) {
  const Variables variables = {{"PINT_PORT", ""}};
  EXPECT_TRUE(from_environment(environment_of(variables)).values.empty());
}

TEST_F(Sources, ProblemsNameThePlace) {
  const GivenValues file =
      from_toml("\nport = 99999\nprot = 1\nnothing_like_it = 1\nname = [\"a\"]\nready_fd = 3\nx", "f.toml");
  const Variables variables = {{"PINT_QUEUE_BYTES", "many"}};
  const Resolved resolved =
      resolve({file, from_environment(environment_of(variables)), arguments("inflight", {"0"})});
  EXPECT_EQ(sentences(resolved.problems),
            (std::vector<std::string>{
                "f.toml:7: \"x\" is not followed by \"=\"; write x = value",
                "f.toml:3: unknown key \"prot\"; did you mean \"port\"?",
                "f.toml:4: unknown key \"nothing_like_it\"; remove it; docs/configuration.md lists all keys",
                "f.toml:5: name: takes one value; remove the brackets",
                "f.toml:6: ready_fd: cannot be set in a file; use --ready-fd",
                "f.toml:2: port: \"99999\" is out of range; give 0 to 65535",
                "PINT_QUEUE_BYTES: \"many\" is not a size such as 4096, 64KiB or 1GiB; give 0 to 1024GiB",
                "--inflight: \"0\" is out of range; give 1 to 65535",
            }));
}

TEST_F(Sources, WhatIsOverriddenIsCheckedAllTheSame) {
  const Resolved resolved = resolve({from_toml("port = 99999", "f"), arguments("port", {"1"})});
  EXPECT_EQ(resolved.problems.size(), 1u);
  EXPECT_EQ(resolved.settings.listener.port, 1);
}

TEST_F(Sources, UnreadableFilesAreProblems) {
  EXPECT_EQ(sentences(from_file("/no/such.toml").problems),
            std::vector<std::string>{
                "/no/such.toml: cannot be read: No such file or directory; name another file or "
                "allow reading it"});
  EXPECT_EQ(sentences(from_file(folder_.path()).problems),
            std::vector<std::string>{folder_.path().string() +
                                     ": cannot be read: Is a directory; name another file or allow "
                                     "reading it"});
  const auto large = write("large.toml", std::string((1 << 20) + 1, '\n'));
  EXPECT_EQ(sentences(from_file(large).problems),
            std::vector<std::string>{large.string() + ": is larger than 1 MiB; name a configuration file"});
}

TEST_F(Sources, AFileOfOneMebibyteIsReadWhole) {
  const std::string setting = "port = 7\n";
  const auto file = write("whole.toml", std::string((1 << 20) - setting.size(), '\n') + setting);
  EXPECT_EQ(resolve({from_file(file)}).settings.listener.port, 7);
}

TEST_F(Sources, TheFileIsLookedForInTheUsersFolders) {
  const Variables both = {{"XDG_CONFIG_HOME", folder_ / "xdg"}, {"HOME", folder_ / "home"}};
  const Variables home = {{"HOME", folder_ / "home"}};
  const auto xdg_file = write("xdg/pintbroker/pintbroker.toml", "");
  const auto home_file = write("home/.config/pintbroker/pintbroker.toml", "");
  EXPECT_EQ(find_config_file(environment_of(both)), xdg_file);
  EXPECT_EQ(find_config_file(environment_of(home)), home_file);
}

TEST_F(Sources, TheEffectiveSettingsAreAFileThatGivesThemBack) {
  const GivenValues file = from_toml(R"(
      port = 7
      bind = "::1"
      listen = ["127.0.0.1:8", "[::1]:9"]
      rule = ["a/#=print", 'b=exec:jq ".x" \n']
      connect_timeout = "1500ms"
      queue_bytes = 1000
      retain_available = false
      maximum_qos = 1
      name = "a \"name\""
      seed = 18446744073709551615
      log_level = "error")",
                                     "f");
  const Resolved resolved = resolve({file});
  ASSERT_TRUE(resolved.problems.empty()) << resolved.problems[0].sentence;
  const Resolved again = resolve({from_toml(effective_toml(resolved), "again")});
  ASSERT_TRUE(again.problems.empty()) << again.problems[0].sentence;
  for (const Setting& setting : option_table()) {
    EXPECT_EQ(values_of(setting, again.settings), values_of(setting, resolved.settings)) << setting.name;
  }
}

TEST_F(Sources, TheEffectiveSettingsSayWhereEachCameFrom) {
  const std::string text =
      effective_toml(resolve({from_toml("port = 7", "f.toml"), arguments("inflight", {"9"})}));
  EXPECT_NE(text.find("port = 7  # f.toml:1: port\n"), std::string::npos) << text;
  EXPECT_NE(text.find("inflight = 9  # --inflight\n"), std::string::npos) << text;
  EXPECT_NE(text.find("queue_bytes = \"64MiB\"  # default\n"), std::string::npos) << text;
  EXPECT_NE(text.find("# seed = random  # default\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace pint::settings
