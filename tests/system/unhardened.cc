// What the hardening test must object to: see CMakeLists.txt for how it is built.
#include <cstdio>
#include <cstring>

int main(int count, char** arguments) {
  char name[64];
  std::strncpy(name, arguments[0], sizeof(name) - 1);
  name[sizeof(name) - 1] = '\0';
  std::printf("%s %d\n", name, count);
  return 0;
}
