# Every third-party package, found once. Config files where Debian ships them, pkg-config for the rest.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(Protobuf MODULE REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(simdjson CONFIG REQUIRED)
find_package(Boost 1.74 CONFIG REQUIRED COMPONENTS headers)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(pugixml CONFIG REQUIRED)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
if(ROOKERY_TESTS)
  find_package(GTest CONFIG REQUIRED)
  find_package(benchmark CONFIG REQUIRED)
endif()

# google/api/*.proto and google/rpc/*.proto come from the googleapis-common-protos package;
# `./dev setup` unpacks it.
set(ROOKERY_GOOGLEAPIS "" CACHE PATH "Folder that holds google/api/annotations.proto")
if(NOT EXISTS "${ROOKERY_GOOGLEAPIS}/google/api/annotations.proto")
  message(
    FATAL_ERROR
    "No google/api/annotations.proto under '${ROOKERY_GOOGLEAPIS}'. Run ./dev setup."
  )
endif()
