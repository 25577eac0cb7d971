// relay PORT: the physical floor that ./bench measures brokers against. It does the socket work of a broker
// and as good as nothing else: it answers CONNECT, SUBSCRIBE, PINGREQ and the QoS handshakes, and hands the
// bytes of PUBLISH on as they are. It is no broker: who gets what a client publishes is found out from that
// client's first message and never again; Packet Identifiers are the publisher's; nothing is checked or kept.
//
//   epoll ─▶ read into one buffer ─▶ runs of whole PUBLISH packets ─▶ one write for each receiver
//
// While a receiver has more to take than kPendingMax, the publishers that feed it are not read.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

constexpr std::size_t kReadBytes = 256 << 10;
constexpr std::size_t kPendingMax = 256 << 10;

enum Type : std::uint8_t {
  connect = 1,
  publish = 3,
  puback = 4,
  pubrec = 5,
  pubrel = 6,
  subscribe = 8,
  pingreq = 12,
  disconnect = 14,
};

struct Packet {
  std::uint8_t first = 0;
  std::string_view body;
  std::size_t size = 0;  // with its header; 0: not wholly there
  [[nodiscard]] unsigned type() const { return first >> 4; }
  [[nodiscard]] unsigned qos() const { return first >> 1 & 3; }
};

Packet first_packet(std::string_view bytes) {
  std::size_t length = 0;
  for (std::size_t i = 1; i < 5 && i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    length |= std::size_t{byte & 0x7Fu} << 7 * (i - 1);
    if (byte >= 0x80) continue;
    if (bytes.size() < i + 1 + length) return {};
    return {static_cast<std::uint8_t>(bytes[0]), bytes.substr(i + 1, length), i + 1 + length};
  }
  return {};
}

std::string_view prefixed(std::string_view bytes) {
  return bytes.substr(2, static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[0]) << 8 |
                                                  static_cast<std::uint8_t>(bytes[1])));
}

struct Client {
  explicit Client(int accepted) : socket(accepted) {}

  int socket;
  bool version_5 = false;
  bool held = false;  // a receiver has too much pending
  bool routed = false;
  std::string partial;
  std::string pending;
  std::string answers;  // to be sent at the end of the turn
  std::vector<Client*> receivers;
};

class Relay {
 public:
  explicit Relay(int listener) : listener_(listener), epoll_(::epoll_create1(0)), buffer_(kReadBytes, '\0') {
    watch(listener, nullptr, EPOLLIN);
  }

  [[noreturn]] void run() {
    std::vector<epoll_event> events(512);
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)]);
      for (Client* gone : gone_) delete gone;
      gone_.clear();
    }
  }

 private:
  void watch(int socket, Client* client, std::uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.ptr = client;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }

  void handle(const epoll_event& event) {
    auto* client = static_cast<Client*>(event.data.ptr);
    if (client == nullptr) return accept_all();
    if (client->socket < 0) return;
    if ((event.events & EPOLLOUT) != 0 && !client->pending.empty()) drain(*client);
    if ((event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read(*client);
  }

  void accept_all() {
    for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int at_once = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
      clients_.push_back(new Client(socket));
      watch(socket, clients_.back(), EPOLLIN | EPOLLOUT | EPOLLET);
    }
  }

  void read(Client& client) {
    for (;;) {
      if (held(client)) return;
      const std::size_t kept = client.partial.size();
      if (buffer_.size() < kept + kReadBytes) buffer_.resize(kept + kReadBytes);
      std::memcpy(buffer_.data(), client.partial.data(), kept);
      const ssize_t count = ::recv(client.socket, buffer_.data() + kept, kReadBytes, 0);
      if (count < 0 && errno == EAGAIN) return;
      if (count <= 0) return close(client);
      take(client, std::string_view(buffer_.data(), kept + static_cast<std::size_t>(count)));
      if (client.socket < 0 || static_cast<std::size_t>(count) < kReadBytes) return;
    }
  }

  bool held(Client& client) {
    client.held = false;
    for (const Client* receiver : client.receivers) client.held |= receiver->pending.size() > kPendingMax;
    return client.held;
  }

  void take(Client& client, std::string_view bytes) {
    std::size_t run = 0;  // of PUBLISH at the front
    std::string_view rest = bytes;
    for (Packet packet; (packet = first_packet(rest)).size != 0; rest.remove_prefix(packet.size)) {
      if (packet.type() == publish) {
        on_publish(client, packet);
        run += packet.size;
        continue;
      }
      forward(client, rest.data() - run, run);
      run = 0;
      answer(client, packet);
      if (client.socket < 0) return;
    }
    forward(client, rest.data() - run, run);
    client.partial.assign(rest);
    if (!client.answers.empty()) send(client, client.answers);
    client.answers.clear();
  }

  void on_publish(Client& client, const Packet& packet) {
    const std::string_view topic = prefixed(packet.body);
    if (!client.routed) route(client, topic);
    if (packet.qos() == 0) return;
    client.answers += packet.qos() == 1 ? "\x40\x02" : "\x50\x02";
    client.answers += packet.body.substr(2 + topic.size(), 2);
  }

  // Filters are exact, or their only wildcard is their last level.
  void route(Client& publisher, std::string_view topic) {
    publisher.routed = true;
    const std::string parent(topic.substr(0, topic.rfind('/') + 1));
    for (const std::string& filter : {std::string(topic), parent + '+', parent + '#'}) {
      const auto [begin, end] = subscribers_.equal_range(filter);
      for (auto subscriber = begin; subscriber != end; ++subscriber)
        publisher.receivers.push_back(subscriber->second);
    }
  }

  void forward(const Client& publisher, const char* bytes, std::size_t size) {
    if (size == 0) return;
    for (Client* receiver : publisher.receivers) send(*receiver, std::string_view(bytes, size));
  }

  void answer(Client& client, const Packet& packet) {
    using namespace std::string_view_literals;
    switch (packet.type()) {
      case connect:
        client.version_5 = packet.body[prefixed(packet.body).size() + 2] == 5;
        client.answers += client.version_5 ? "\x20\x03\x00\x00\x00"sv : "\x20\x02\x00\x00"sv;
        return;
      case subscribe: return on_subscribe(client, packet.body);
      case pingreq: client.answers += "\xD0\x00"sv; return;
      case pubrec: client.answers += std::string("\x62\x02"sv).append(packet.body.substr(0, 2)); return;
      case pubrel: client.answers += std::string("\x70\x02"sv).append(packet.body.substr(0, 2)); return;
      case disconnect: return close(client);
      default: return;  // PUBACK and PUBCOMP end a handshake
    }
  }

  void on_subscribe(Client& client, std::string_view body) {
    std::string reasons;
    std::string_view rest = body.substr(client.version_5 ? 3 : 2);
    while (rest.size() > 2) {
      const std::string_view filter = prefixed(rest);
      subscribers_.emplace(filter, &client);
      reasons += static_cast<char>(rest[2 + filter.size()] & 3);
      rest.remove_prefix(3 + filter.size());
    }
    std::string suback(body.substr(0, 2));
    if (client.version_5) suback += '\0';
    suback += reasons;
    client.answers.append({'\x90', static_cast<char>(suback.size())}).append(suback);
  }

  void send(Client& client, std::string_view bytes) {
    if (client.pending.empty()) {
      const ssize_t count = ::send(client.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    client.pending.append(bytes);
  }

  void drain(Client& client) {
    const ssize_t count = ::send(client.socket, client.pending.data(), client.pending.size(), MSG_NOSIGNAL);
    if (count > 0) client.pending.erase(0, static_cast<std::size_t>(count));
    if (client.pending.size() > kPendingMax) return;
    std::vector<Client*> held;  // as reading may end connections
    for (Client* publisher : clients_) {
      if (publisher->held) held.push_back(publisher);
    }
    for (Client* publisher : held) read(*publisher);
  }

  void close(Client& client) {
    ::close(client.socket);
    client.socket = -1;
    std::erase(clients_, &client);
    std::erase_if(subscribers_, [&](const auto& subscriber) { return subscriber.second == &client; });
    for (Client* other : clients_) std::erase(other->receivers, &client);
    gone_.push_back(&client);
  }

  int listener_;
  int epoll_;
  std::string buffer_;
  std::vector<Client*> clients_;
  std::vector<Client*> gone_;
  std::unordered_multimap<std::string, Client*> subscribers_;  // by filter
};

int listen_at(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int again = 1;
  ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket, 4'096) != 0) {
    std::perror("relay");
    std::exit(1);
  }
  return socket;
}

}  // namespace

int main(int count, char** words) {
  const int port = count == 2 ? std::atoi(words[1]) : 0;
  if (port < 1 || port > 65'535) {
    std::fputs("usage: relay PORT\n", stderr);
    return 2;
  }
  ::signal(SIGPIPE, SIG_IGN);
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  Relay(listen_at(static_cast<std::uint16_t>(port))).run();
}
