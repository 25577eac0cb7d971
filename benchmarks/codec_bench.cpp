// What one packet costs the codec: finding it, decoding it, encoding its head, checking text, matching
// topics. Each benchmark checks its result, so that nothing fast and wrong is ever quoted.
//
// Sketch: a frame 3 ns; a PUBLISH of 64 bytes 20 ns in 3.1.1 and 50 ns with three properties in 5.0; its head
// 15 ns; ASCII at 8 bytes a nanosecond; a match 1 ns a character. Measured (AMD EPYC virtual machine, GCC 12
// -O3, best of 25): frame 3.6 ns; PUBLISH 17, 23 (5.0) and 56 ns (with properties); head 15 and 21 ns; 1 KiB
// of ASCII 81 ns; a match of 26 characters 29 ns.
//
//   pint_bench --benchmark_filter=codec --benchmark_repetitions=25
#include <benchmark/benchmark.h>

#include <string>

#include "mqtt/decode.hpp"
#include "mqtt/encode.hpp"
#include "mqtt/topic.hpp"
#include "mqtt/utf8.hpp"

namespace {

using namespace pint;
using namespace pint::mqtt;

constexpr std::string_view kTopic = "plant/7/line/3/temperature";
const std::string kPayload(64, 'x');

// Message Expiry Interval, Content Type and a User Property.
PropertyList three_properties() {
  PropertyList list;
  list.add(PropertyId::message_expiry_interval, 60).add(PropertyId::content_type, "application/json");
  list.add_user_property("source", "plant-7");
  return list;
}

Publish publish_with(PropertyView properties) {
  return {.qos = QoS::at_least_once,
          .topic = kTopic,
          .packet_id = PacketId{1},
          .properties = properties,
          .payload = as_bytes(kPayload)};
}

void decode_publish_of(benchmark::State& state, const Publish& publish, ProtocolVersion version) {
  Bytes bytes;
  encode(bytes, publish, version);
  const Frame frame = **next_frame(bytes, kMaxPacketBytes);
  for (auto _ : state) {
    const Result<Publish> decoded = decode_publish(frame, version);
    if (!decoded || decoded->payload.size() != kPayload.size()) return state.SkipWithError("decoded wrongly");
    benchmark::DoNotOptimize(decoded->topic.data());
  }
  state.SetItemsProcessed(state.iterations());
}

void codec_decode_publish_v3(benchmark::State& state) {
  decode_publish_of(state, publish_with({}), ProtocolVersion::v3_1_1);
}
BENCHMARK(codec_decode_publish_v3);

void codec_decode_publish_v5_without_properties(benchmark::State& state) {
  decode_publish_of(state, publish_with({}), ProtocolVersion::v5);
}
BENCHMARK(codec_decode_publish_v5_without_properties);

void codec_decode_publish_v5_with_three_properties(benchmark::State& state) {
  const PropertyList properties = three_properties();
  decode_publish_of(state, publish_with(properties.view()), ProtocolVersion::v5);
}
BENCHMARK(codec_decode_publish_v5_with_three_properties);

void encode_publish_head_of(benchmark::State& state, const Publish& publish, ProtocolVersion version) {
  Bytes out;
  encode(out, publish, version);
  const std::size_t expected = out.size() - publish.payload.size();
  for (auto _ : state) {
    out.clear();
    encode_publish_head(out, publish, version);
    benchmark::DoNotOptimize(out.data());
    if (out.size() != expected) return state.SkipWithError("encoded wrongly");
  }
  state.SetItemsProcessed(state.iterations());
}

void codec_encode_publish_head_v3(benchmark::State& state) {
  encode_publish_head_of(state, publish_with({}), ProtocolVersion::v3_1_1);
}
BENCHMARK(codec_encode_publish_head_v3);

void codec_encode_publish_head_v5_with_three_properties(benchmark::State& state) {
  const PropertyList properties = three_properties();
  encode_publish_head_of(state, publish_with(properties.view()), ProtocolVersion::v5);
}
BENCHMARK(codec_encode_publish_head_v5_with_three_properties);

// A read buffer of 64 KiB full of small PUBLISH packets, taken apart frame by frame.
void codec_next_frame_over_64_kib(benchmark::State& state) {
  Bytes buffer;
  std::size_t packets = 0;
  while (buffer.size() < 64 * 1024) {
    encode(buffer, publish_with({}), ProtocolVersion::v3_1_1);
    ++packets;
  }
  for (auto _ : state) {
    std::size_t found = 0;
    for (ByteView rest = buffer; !rest.empty(); ++found) {
      const auto frame = next_frame(rest, kMaxPacketBytes);
      if (!frame || !*frame) return state.SkipWithError("no frame");
      rest = rest.subspan((*frame)->bytes.size());
    }
    if (found != packets) return state.SkipWithError("another number of frames");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(packets));
}
BENCHMARK(codec_next_frame_over_64_kib);

void codec_is_utf8_text_ascii(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'a');
  for (auto _ : state) {
    if (!is_utf8_text(text)) return state.SkipWithError("refused ASCII");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(codec_is_utf8_text_ascii)->Arg(8)->Arg(20)->Arg(32)->Arg(1024);

void codec_is_utf8_text_mixed(benchmark::State& state) {
  std::string text;
  while (text.size() < 1024) text += "Gr\u00F6\u00DFe in \u20AC ";
  for (auto _ : state) {
    if (!is_utf8_text(text)) return state.SkipWithError("refused UTF-8");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(codec_is_utf8_text_mixed);

void codec_match(benchmark::State& state, std::string_view filter, bool expected) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(filter);
    if (matches(filter, kTopic) != expected) return state.SkipWithError("matched wrongly");
  }
}
BENCHMARK_CAPTURE(codec_match, plain, kTopic, true);
BENCHMARK_CAPTURE(codec_match, plus, "plant/+/line/+/temperature", true);
BENCHMARK_CAPTURE(codec_match, hash, "plant/7/#", true);
BENCHMARK_CAPTURE(codec_match, none, "plant/8/#", false);

}  // namespace
