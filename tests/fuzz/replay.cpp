// main() of a target without libFuzzer: gives it every file of the folders named, in order. Says each file's
// name before it is tried, so that the last one named is the one that ended the process.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/target.hpp"

namespace {

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;  // a target without regressions has no such folder
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

// In a block of exactly its size, so that the sanitizers see a read of one byte too many.
void try_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto block = std::make_unique<std::uint8_t[]>(text.size());
  std::ranges::copy(pint::as_bytes(text), block.get());
  pint::fuzz::try_input_or_abort({block.get(), text.size()});
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t tried = 0;
  for (int i = 1; i < count; ++i) {
    for (const std::filesystem::path& path : files_in(arguments[i])) {
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);
      try_file(path);
      ++tried;
    }
  }
  std::printf("%zu inputs\n", tried);
  return tried > 0 ? 0 : 1;  // a corpus that is not found must not pass for one that holds
}
