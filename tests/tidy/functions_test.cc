#include "tests/tidy/functions.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

// Name and length of the only function in `text`.
std::pair<std::string, std::size_t> only_function(std::string_view text) {
  const auto functions = functions_in(text);
  EXPECT_EQ(functions.size(), 1u) << text;
  if (functions.size() != 1) return {};
  return {functions[0].name, functions[0].lines};
}

using Found = std::pair<std::string, std::size_t>;

TEST(Functions, CountFromTheSignatureToTheClosingBrace) {
  EXPECT_EQ(only_function("int f() {\n  return 1;\n}\n"), Found("f", 3));
  EXPECT_EQ(only_function("int f(int a,\n      int b) {\n  return a;\n}\n"), Found("f", 4));
  EXPECT_EQ(only_function("int f() { return 1; }\n"), Found("f", 1));
}

TEST(Functions, TellWhereTheyStart) {
  const auto functions = functions_in("namespace a {\n\n// Says f.\nint f() {\n}\n}\n");
  ASSERT_EQ(functions.size(), 1u);
  EXPECT_EQ(functions[0].first_line, 4u);
}

TEST(Functions, AreFoundInNamespacesAndClasses) {
  EXPECT_EQ(only_function("namespace a {\nclass B : public C {\n public:\n  int f() const {\n"
                          "    return 1;\n  }\n\n private:\n  int x_ = 0;\n};\n}\n"),
            Found("f", 3));
}

TEST(Functions, MayBeTemplatesWithTypesInTheirHeads) {
  EXPECT_EQ(only_function("template <class T>\nvoid A<T>::f(struct stat* s) {\n}\n"),
            Found("A<T>::f", 3));
}

TEST(Functions, MayBeConstructorsWithInitializers) {
  EXPECT_EQ(
      only_function("A::A(int a)\n    : a_(a),\n      b_{a},\n      c_{{1}, {2}} {\n  f();\n}\n"),
      Found("A::A", 6));
}

TEST(Functions, MayHaveBracesInTheirDefaults) {
  EXPECT_EQ(only_function("void f(A a = {}, B b = B{1}) {\n}\n"), Found("f", 2));
}

TEST(Functions, ContainTheBlocksAndLambdasInThem) {
  EXPECT_EQ(only_function("void f() {\n  if (a) {\n  }\n  g([](int x) {\n  });\n}\n"),
            Found("f", 6));
}

TEST(Functions, OperatorsAreFunctions) {
  EXPECT_EQ(only_function("A& A::operator=(const A&) {\n}\n").second, 2u);
  EXPECT_EQ(only_function("bool operator<(const A&, const A&) {\n}\n").second, 2u);
}

TEST(Functions, TestsAreNamedWithTheirPromise) {
  EXPECT_EQ(only_function("TEST(Thing, Works) {\n}\n"), Found("TEST(Thing, Works)", 2));
}

TEST(Functions, VariablesAndTypesAreNone) {
  EXPECT_TRUE(functions_in("const A kA = {f(1), 2};\nint b[] = {1};\nA c{f(2)};\n").empty());
  EXPECT_TRUE(functions_in("enum class E : char { a, b };\nstruct alignas(8) S {\n};\n").empty());
  EXPECT_TRUE(functions_in("const auto a = f({\n 1 }, {2});\n").empty());
  EXPECT_TRUE(functions_in("int f();\nA(A&&) = default;\n").empty());
}

TEST(Functions, MacrosAreNone) {
  EXPECT_TRUE(functions_in("#define F(x) \\\n  do {   \\\n  } while (x)\nint y;\n").empty());
}

TEST(Functions, BracesInStringsAndCommentsDoNotCount) {
  EXPECT_EQ(only_function("void f() {\n  g(\"}\");  // }\n  h('}');\n}\n"), Found("f", 4));
}

TEST(Functions, WithoutAnEndReachToTheEndOfTheText) {
  EXPECT_EQ(only_function("void f() {\n  a;\n  b;"), Found("f", 3));
}

}  // namespace
}  // namespace groupy::tidy
