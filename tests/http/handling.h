// Requests for handler tests: one line each, answered without a socket.
//
// Thread: the test's.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http/handler.h"
#include "tests/http/fake_store.h"

namespace groupy::http {

class Handling : public testing::Test {
 protected:
  static Request request(std::string_view method, std::string_view target,
                         std::vector<Header> more = {});

  Step step(std::string_view method, std::string_view target, std::vector<Header> more = {});

  // The answer to a request that needs no waiting.
  Answer answer(std::string_view method, std::string_view target, std::vector<Header> more = {});

  // The answer to a read once it is confirmed.
  Answer confirmed(std::string_view method, std::string_view target);

  // As answer(), as the code of its problem; empty if it is none.
  std::string code(std::string_view method, std::string_view target, std::vector<Header> more = {});

  // The answer to a write, as the connection would get it.
  Answer write(std::string_view method, std::string_view target, std::string_view value = {},
               std::vector<Header> more = {});

  // The value of this header, or "(none)".
  static std::string header(const Answer& answer, std::string_view name);

  // From now on the store is one of generation 3.
  void make_gms3();

  FakeStore store_;
  Handler handler_{HandlerOptions{{}, {}, 0xabc}, store_};
};

}  // namespace groupy::http
