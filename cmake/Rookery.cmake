# The three kinds of target that live in this tree. Each takes DEPS, the targets that it may include.

add_library(rookery_options INTERFACE)
target_compile_options(
  rookery_options
  INTERFACE -Wall -Wextra -Werror=return-type -Werror=unused-result -Wno-missing-field-initializers
)
target_include_directories(rookery_options INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/gen)
target_link_options(rookery_options INTERFACE -fuse-ld=mold)
target_link_libraries(rookery_options INTERFACE Threads::Threads)

string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
if(ROOKERY_SANITIZE)
  add_compile_options(-fsanitize=${ROOKERY_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ROOKERY_SANITIZE})
endif()

# rookery_library(name SOURCES a.cc b.h ... DEPS target ...)
function(rookery_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC rookery_options ${arg_DEPS})
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
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()

# rookery_sql(target NAMESPACE ns FILES store/a.sql ...): makes `sql.h` in the folder of the first file, in
# which each statement of the .sql files is a constant of the namespace (see libs/db/README.md).
function(rookery_sql target)
  cmake_parse_arguments(arg "" "NAMESPACE" "FILES" ${ARGN})
  list(GET arg_FILES 0 first)
  get_filename_component(folder ${CMAKE_CURRENT_SOURCE_DIR}/${first} DIRECTORY)
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${folder})
  set(header ${PROJECT_BINARY_DIR}/gen/${folder}/sql.h)
  list(TRANSFORM arg_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE inputs)
  add_custom_command(
    OUTPUT ${header}
    COMMAND python3 ${PROJECT_SOURCE_DIR}/libs/db/embed_sql.py ${arg_NAMESPACE} ${header} ${inputs}
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/libs/db/embed_sql.py
    COMMENT "Embedding the SQL of ${folder}"
    VERBATIM
  )
  target_sources(${target} PRIVATE ${header})
endfunction()

# rookery_migrations(target NAMESPACE ns FILES migrations/0001_initial.sql ...): makes
# `"<folder>/migrations.h"`, in which the files are the table `kMigrations` of the namespace.
function(rookery_migrations target)
  cmake_parse_arguments(arg "" "NAMESPACE" "FILES" ${ARGN})
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  set(header ${PROJECT_BINARY_DIR}/gen/${folder}/migrations.h)
  list(TRANSFORM arg_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE inputs)
  add_custom_command(
    OUTPUT ${header}
    COMMAND
      python3 ${PROJECT_SOURCE_DIR}/libs/db/embed_sql.py --migrations ${arg_NAMESPACE} ${header}
      ${inputs}
    DEPENDS ${inputs} ${PROJECT_SOURCE_DIR}/libs/db/embed_sql.py
    COMMENT "Embedding the migrations of ${folder}"
    VERBATIM
  )
  target_sources(${target} PRIVATE ${header})
endfunction()
