#include "tests/system/cluster.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace groupy::system_tests {
namespace {

// The 24 bits behind 127, or 0 if it is no such address.
std::uint32_t host_bits(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return 0;
  const std::uint32_t number = ntohl(address.s_addr);
  return number >> 24 == 127 ? number & 0xffffff : 0;
}

TEST(LoopbackAddress, IsAnotherOneForEachProcess) {
  std::vector<bool> taken(1u << 24);
  for (unsigned process_id = 0; process_id < kProcessIds; ++process_id) {
    const std::string address = loopback_address_of(process_id);
    const std::uint32_t bits = host_bits(address);
    ASSERT_GT(bits, 1u) << address << ": not loopback, or everybody's 127.0.0.1";
    ASSERT_NE(bits % 256, 0u) << address << ": a network";
    ASSERT_NE(bits % 256, 255u) << address << ": a broadcast address";
    ASSERT_FALSE(taken[bits]) << address << " twice, the second time for " << process_id;
    taken[bits] = true;
  }
}

}  // namespace
}  // namespace groupy::system_tests
