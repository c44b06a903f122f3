# How everything is compiled: standard, warnings, hardening, sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(GROUPY_SANITIZE "none" CACHE STRING "none, address (with undefined) or thread")
set_property(CACHE GROUPY_SANITIZE PROPERTY STRINGS none address thread)
option(GROUPY_HARDEN "PIE, full RELRO, stack protector, FORTIFY, checked containers" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# Hardening and sanitizers: for everything that ends up in the program, generated code too.
add_library(groupy_flags INTERFACE)
# No path of the machine that built it is in the program, and clones share what ccache keeps.
target_compile_options(groupy_flags INTERFACE -ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)
# And what our own sources have to bear beside that.
add_library(groupy_options INTERFACE)
target_link_libraries(groupy_options INTERFACE groupy_flags)
target_include_directories(groupy_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(groupy_options INTERFACE
  -Wall -Wextra -Werror -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wshadow=local
  # g++ 12 reports moved variants that it cannot follow; the sanitizers look for the real ones.
  -Wno-maybe-uninitialized)

if(GROUPY_HARDEN)
  include(CheckPIESupported)
  check_pie_supported()
  target_compile_definitions(groupy_flags INTERFACE _GLIBCXX_ASSERTIONS _FORTIFY_SOURCE=2)
  target_compile_options(groupy_flags INTERFACE -fstack-protector-strong)
  target_link_options(groupy_flags INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()

if(GROUPY_SANITIZE STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(GROUPY_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread -fno-omit-frame-pointer)
  # Asio's fences are invisible to the thread sanitizer, and g++ refuses them under it.
  target_compile_definitions(groupy_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
elseif(NOT GROUPY_SANITIZE STREQUAL "none")
  message(FATAL_ERROR "GROUPY_SANITIZE is '${GROUPY_SANITIZE}': none, address or thread expected")
endif()
if(sanitize)
  target_compile_options(groupy_flags INTERFACE ${sanitize})
  target_link_options(groupy_flags INTERFACE ${sanitize})
endif()

# For a target that is only checked under a sanitizer, so that optimising it is wasted: it takes
# half of the time to compile, with Beast minutes and gigabytes. Not for the boxes that tests run
# millions of steps of.
function(groupy_light_optimisation target)
  if(NOT GROUPY_SANITIZE STREQUAL "none")
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()
