# Sources of a box are compiled several at once, but for the debug preset's (docs/decisions/0008).
# These are not: their own short names clash with a neighbour's, or they are large.
# A file-local function hides those of the same name in headers for all that stands behind it.
function(groupy_compile_apart)
  if(NOT ARGN)
    return()
  endif()
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# groupy_box(NAME SOURCES a.cc ... APART b.cc ... USES target ...)
# A library for one folder of the house; USES names everything that its headers or sources need.
function(groupy_box name)
  cmake_parse_arguments(BOX "" "" "SOURCES;APART;USES" ${ARGN})
  groupy_compile_apart(${BOX_APART})
  add_library(${name} STATIC ${BOX_SOURCES} ${BOX_APART})
  target_link_libraries(${name} PUBLIC groupy_options ${BOX_USES})
endfunction()

# What the sanitizer builds need of all targets: the test binaries that run there, and no more.
add_custom_target(all_tests)
add_custom_target(threaded_tests)

# groupy_test(NAME LABEL label SOURCES a_test.cc ... APART b_test.cc ... USES target ...)
# One test binary per box. Labels: unit, threaded (runs under the thread sanitizer too), system
# (real processes) and tidy (reads the sources, runs none of the product): neither of these two is
# built or run under the sanitizers.
function(groupy_test name)
  cmake_parse_arguments(TEST "" "LABEL;TIMEOUT" "SOURCES;APART;USES" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  groupy_compile_apart(${TEST_APART})
  add_executable(${name} ${TEST_SOURCES} ${TEST_APART})
  target_link_libraries(${name} PRIVATE groupy_options ${TEST_USES} GTest::gtest_main)
  # What tests run for long is in the boxes; their own sources are compiled more often than run.
  target_compile_options(${name} PRIVATE -O0 -U_FORTIFY_SOURCE)
  if(TEST_LABEL MATCHES "^(system|tidy)$" AND NOT GROUPY_SANITIZE STREQUAL "none")
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL TRUE)
    return()
  endif()
  add_dependencies(all_tests ${name})
  if(TEST_LABEL STREQUAL "threaded")
    add_dependencies(threaded_tests ${name})
  endif()
  include(GoogleTest)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${TEST_LABEL} TIMEOUT ${TEST_TIMEOUT})
endfunction()
