# What Groupy stands on: Debian 12 packages only (scripts/packages installs them).

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS url)
find_package(RocksDB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

# Headers of Boost that are used without its compiled parts.
add_library(groupy_asio INTERFACE)
target_link_libraries(groupy_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(groupy_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
