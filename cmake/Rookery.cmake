# The kinds of target that live in this tree. Each takes DEPS, the targets that it may include.

add_library(rookery_options INTERFACE)
target_compile_options(
  rookery_options
  INTERFACE -Wall -Wextra -Werror=return-type -Werror=unused-result -Wno-missing-field-initializers
)
target_include_directories(
  rookery_options
  INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/gen
)
target_link_options(rookery_options INTERFACE -fuse-ld=mold)
target_link_libraries(rookery_options INTERFACE Threads::Threads)

string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(ROOKERY_SANITIZE)
  add_compile_options(-fsanitize=${ROOKERY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ROOKERY_SANITIZE})
endif()

# What most files include and no file changes is parsed once, for libraries and for tests: that is half of
# what compiling this tree takes. A file includes what it uses all the same; ROOKERY_PRECOMPILE=OFF shows
# who forgot.
function(rookery_precompile name)
  if(NOT ROOKERY_PRECOMPILE)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "HEADERS;DEPS" ${ARGN})
  file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/gen/${name}.cc CONTENT "")
  add_library(${name} STATIC ${PROJECT_BINARY_DIR}/gen/${name}.cc)
  target_link_libraries(
    ${name}
    PRIVATE rookery_options fmt::fmt spdlog::spdlog protobuf::libprotobuf ${arg_DEPS}
  )
  target_precompile_headers(${name} PRIVATE ${arg_HEADERS})
endfunction()

function(rookery_reuse_precompiled target name)
  if(ROOKERY_PRECOMPILE)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

set(
  precompiled
  <algorithm>
  <atomic>
  <chrono>
  <functional>
  <map>
  <memory>
  <mutex>
  <optional>
  <span>
  <string>
  <string_view>
  <thread>
  <utility>
  <vector>
  <absl/container/flat_hash_map.h>
  <absl/container/flat_hash_set.h>
  <absl/functional/any_invocable.h>
  <absl/status/statusor.h>
  <absl/time/clock.h>
  <fmt/format.h>
  <google/protobuf/extension_set.h>
  <google/protobuf/generated_message_util.h>
  <google/protobuf/message.h>
  <google/protobuf/unknown_field_set.h>
  <spdlog/spdlog.h>
)
rookery_precompile(rookery_precompiled HEADERS ${precompiled})
rookery_precompile(
  rookery_precompiled_grpc
  HEADERS ${precompiled} <grpcpp/grpcpp.h>
  DEPS gRPC::grpc++
)
if(ROOKERY_TESTS)
  rookery_precompile(
    rookery_precompiled_tests
    HEADERS ${precompiled} <gmock/gmock.h> <gtest/gtest.h>
    DEPS GTest::gmock
  )
endif()

# rookery_library(name [GRPC] SOURCES a.cc b.h ... DEPS target ...). GRPC: it links gRPC, and so is compiled
# with -pthread, without which a precompiled header is another.
function(rookery_library name)
  cmake_parse_arguments(arg "GRPC" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC rookery_options ${arg_DEPS})
  if(arg_GRPC)
    rookery_reuse_precompiled(${name} rookery_precompiled_grpc)
  else()
    rookery_reuse_precompiled(${name} rookery_precompiled)
  endif()
endfunction()

# rookery_test(name SOURCES a_test.cc ... DEPS target ...): one GoogleTest program, one CTest entry
# per test program so that ctest's output stays readable.
function(rookery_test name)
  if(NOT ROOKERY_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE rookery_options ${arg_DEPS} GTest::gmock GTest::gtest_main)
  rookery_reuse_precompiled(${name} rookery_precompiled_tests)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

# Runs libs/db/embed_sql.py over `inputs` (relative to the current folder) and adds the header to `target`.
function(rookery_embed target header)
  cmake_parse_arguments(arg "" "" "INPUTS;OPTIONS" ${ARGN})
  list(TRANSFORM arg_INPUTS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE inputs)
  set(script ${PROJECT_SOURCE_DIR}/libs/db/embed_sql.py)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(output ${PROJECT_BINARY_DIR}/gen/${folder}/${header})
  add_custom_command(
    OUTPUT ${output}
    COMMAND python3 ${script} ${arg_OPTIONS} ${output} ${inputs}
    DEPENDS ${inputs} ${script}
    COMMENT "Embedding the SQL of ${folder}/${header}"
    VERBATIM
  )
  target_sources(${target} PRIVATE ${output})
endfunction()

# rookery_sql(target NAMESPACE ns FILES store/a.sql ...): makes `sql.h` beside the first file, in which each
# statement of the .sql files is a constant of the namespace (see libs/db/README.md).
function(rookery_sql target)
  cmake_parse_arguments(arg "" "NAMESPACE" "FILES" ${ARGN})
  list(GET arg_FILES 0 first)
  cmake_path(REPLACE_FILENAME first sql.h)
  rookery_embed(${target} ${first} INPUTS ${arg_FILES} OPTIONS ${arg_NAMESPACE})
endfunction()

# rookery_migrations(target NAMESPACE ns FILES store/migrations/0001_initial.sql ...): makes `migrations.h`
# beside the folder of the files, in which they are the table `kMigrations` of the namespace.
function(rookery_migrations target)
  cmake_parse_arguments(arg "" "NAMESPACE" "FILES" ${ARGN})
  list(GET arg_FILES 0 first)
  cmake_path(GET first PARENT_PATH folder)
  rookery_embed(${target} ${folder}.h INPUTS ${arg_FILES} OPTIONS --migrations ${arg_NAMESPACE})
endfunction()

# What libFuzzer drives. Compiled by every build, so that it cannot rot; linked where ROOKERY_FUZZ is on.
function(rookery_fuzz_target name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  if(ROOKERY_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    set_property(GLOBAL APPEND PROPERTY ROOKERY_FUZZ_TARGETS ${name})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/fuzz)
  else()
    add_library(${name} OBJECT ${arg_SOURCES})
  endif()
  target_link_libraries(${name} PRIVATE rookery_options ${arg_DEPS})
endfunction()
