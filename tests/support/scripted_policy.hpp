// ScriptedPolicy: a Policy that answers what the test told it to, and remembers what it was asked.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include <pint/policy.hpp>

namespace pint::test {

class ScriptedPolicy : public Policy {
 public:
  struct ConnectAsked {
    std::string client_id;
    std::optional<std::string> user_name;
    std::optional<std::string> password;
    std::string remote_address;
    ProtocolVersion version;
    bool clean_start;
  };
  struct AuthAsked {
    std::string client_id;
    std::string method;
    std::string authentication_data;
    int step;
    bool reauthentication;
    friend bool operator==(const AuthAsked&, const AuthAsked&) = default;
  };
  struct PublishAsked {
    std::string client_id;
    std::string topic;
    std::string payload;
    QoS qos;
    bool retain;
    bool is_will;
    friend bool operator==(const PublishAsked&, const PublishAsked&) = default;
  };
  struct SubscribeAsked {
    std::string client_id;
    std::string topic_filter;
    QoS qos;
    friend bool operator==(const SubscribeAsked&, const SubscribeAsked&) = default;
  };

  // Answers; those to authenticate() are used up one by one, then the default (0x8C) is given.
  ConnectDecision connect_answer = {};
  std::deque<AuthDecision> auth_answers = {};
  ReasonCode publish_answer = ReasonCode::success;
  ReasonCode subscribe_answer = ReasonCode::granted_qos_2;

  std::vector<ConnectAsked> connects;
  std::vector<AuthAsked> auths;
  std::vector<PublishAsked> publishes;
  std::vector<SubscribeAsked> subscribes;

  ConnectDecision connect(const ConnectRequest& asked) override {
    connects.push_back({std::string(asked.client_id), std::optional<std::string>(asked.user_name),
                        std::optional<std::string>(asked.password), std::string(asked.remote_address),
                        asked.version, asked.clean_start});
    return connect_answer;
  }

  AuthDecision authenticate(const AuthRequest& asked) override {
    auths.push_back({std::string(asked.client_id), std::string(asked.method),
                     std::string(asked.authentication_data), asked.step, asked.reauthentication});
    if (auth_answers.empty()) return Policy::authenticate(asked);
    AuthDecision answer = auth_answers.front();
    auth_answers.pop_front();
    return answer;
  }

  ReasonCode publish(const PublishRequest& asked) override {
    publishes.push_back({std::string(asked.client_id), std::string(asked.topic), std::string(asked.payload),
                         asked.qos, asked.retain, asked.is_will});
    return publish_answer;
  }

  ReasonCode subscribe(const SubscribeRequest& asked) override {
    subscribes.push_back({std::string(asked.client_id), std::string(asked.topic_filter), asked.qos});
    return subscribe_answer;
  }
};

}  // namespace pint::test
