# Programs that are one file and run on any Linux of their architecture: rookery_static_executable.
#
# The targets that Debian's packages define are shared libraries, and whoever links a library of ours gets
# those that it names. So a static program links the archives of our libraries as files, and beside them
# rookery_archives, which has the archives of all others. The libraries are the ones that the other programs
# are made of, compiled once.

option(ROOKERY_STATIC "Link static those programs that are meant to be; not with sanitizers" OFF)
if(ROOKERY_STATIC AND ROOKERY_SANITIZE)
  message(FATAL_ERROR "Sanitizers do not work in static programs: use -DROOKERY_STATIC=OFF")
endif()

# Adds to the list `out` what `target` links of this tree, directly or through others.
function(rookery_add_linked out target)
  set(found ${${out}})
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  foreach(link IN LISTS links)
    # As protos/CMakeLists.txt wraps the descriptors of services.
    string(REGEX REPLACE "^.<LINK_LIBRARY:WHOLE_ARCHIVE,(.+)>$" "\\1" name "${link}")
    if(name MATCHES "^rookery_" AND NOT link IN_LIST found)
      list(APPEND found ${link})
      rookery_add_linked(found ${name})
    endif()
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# rookery_static_executable(name SOURCES main.cc ... DEPS target ...), after all libraries. Compiles the sources
# as name_main. Nothing among DEPS may link what rookery_archives lacks: databases, libcurl. Nor may anything ask
# glibc for names, which loads modules of the machine's own glibc for that: main calls
# rpc::ResolveNamesWithCares.
function(rookery_static_executable name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS" ${ARGN})
  string(REPLACE "-" "_" main ${name}_main)
  add_library(${main} OBJECT ${arg_SOURCES})
  target_link_libraries(${main} PUBLIC rookery_options ${arg_DEPS})
  add_executable(${name} $<TARGET_OBJECTS:${main}>)
  if(NOT ROOKERY_STATIC)
    target_link_libraries(${name} PRIVATE ${main} rookery_steady_waits)
    return()
  endif()
  set(archives)
  set(linked)
  rookery_add_linked(linked ${main})
  foreach(link IN LISTS linked)
    if(link MATCHES "^.<LINK_LIBRARY:WHOLE_ARCHIVE,(.+)>$")
      list(APPEND archives $<LINK_LIBRARY:WHOLE_ARCHIVE,$<TARGET_FILE:${CMAKE_MATCH_1}>>)
    else()
      get_target_property(type ${link} TYPE)
      if(type STREQUAL STATIC_LIBRARY)
        list(APPEND archives $<TARGET_FILE:${link}>)
      endif()
    endif()
  endforeach()
  # In no order: mold, unlike others, looks for each symbol in all archives.
  target_link_libraries(${name} PRIVATE ${archives} rookery_archives)
  # At a random address, as the other programs are.
  target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/libs/steady_waits/steady_futex.cc)
  target_compile_definitions(${name} PRIVATE ROOKERY_WRAPS_SYSCALL)
  target_link_options(
    ${name}
    PRIVATE -static-pie -fuse-ld=mold -Wl,--gc-sections -Wl,--wrap=syscall
  )
endfunction()

if(NOT ROOKERY_STATIC)
  return()
endif()

# Debian packages no archives of these. `./dev setup` unpacks the sources of the very versions whose headers
# are installed.
set(
  ROOKERY_DEBIAN_SOURCES
  ""
  CACHE PATH
  "Folder that holds fmtlib, prometheus-cpp, simdjson, spdlog"
)
set(
  sources
  fmtlib/src/format.cc
  fmtlib/src/os.cc
  prometheus-cpp/core/src/check_names.cc
  prometheus-cpp/core/src/counter.cc
  prometheus-cpp/core/src/detail/builder.cc
  prometheus-cpp/core/src/detail/ckms_quantiles.cc
  prometheus-cpp/core/src/detail/time_window_quantiles.cc
  prometheus-cpp/core/src/detail/utils.cc
  prometheus-cpp/core/src/family.cc
  prometheus-cpp/core/src/gauge.cc
  prometheus-cpp/core/src/histogram.cc
  prometheus-cpp/core/src/registry.cc
  prometheus-cpp/core/src/serializer.cc
  prometheus-cpp/core/src/summary.cc
  prometheus-cpp/core/src/text_serializer.cc
  simdjson/src/simdjson.cpp
  spdlog/src/async.cpp
  spdlog/src/cfg.cpp
  spdlog/src/color_sinks.cpp
  spdlog/src/file_sinks.cpp
  spdlog/src/spdlog.cpp
  spdlog/src/stdout_sinks.cpp
)
list(TRANSFORM sources PREPEND ${ROOKERY_DEBIAN_SOURCES}/)
foreach(source IN LISTS sources)
  if(NOT EXISTS ${source})
    message(FATAL_ERROR "There is no '${source}', which static programs need. Run ./dev setup.")
  endif()
endforeach()
add_library(rookery_unpackaged STATIC ${sources})
target_compile_options(rookery_unpackaged PRIVATE -w)
target_include_directories(
  rookery_unpackaged
  PRIVATE
    ${ROOKERY_DEBIAN_SOURCES}/prometheus-cpp/core/include
    ${ROOKERY_DEBIAN_SOURCES}/simdjson/include
    ${ROOKERY_DEBIAN_SOURCES}/simdjson/src
)
# With which the headers of these are read in all other targets.
target_compile_definitions(
  rookery_unpackaged
  PUBLIC
    $<TARGET_PROPERTY:fmt::fmt,INTERFACE_COMPILE_DEFINITIONS>
    $<TARGET_PROPERTY:spdlog::spdlog,INTERFACE_COMPILE_DEFINITIONS>
)

pkg_check_modules(
  ARCHIVES
  REQUIRED
  absl_flat_hash_map
  absl_flat_hash_set
  absl_random_random
  absl_statusor
  absl_synchronization
  grpc++
  libutf8proc
  openssl
  protobuf
)
list(REMOVE_DUPLICATES ARCHIVES_STATIC_LIBRARIES)
# In place of glibc's malloc: requests are begun in one thread and ended in another.
find_library(ROOKERY_JEMALLOC libjemalloc_pic.a REQUIRED)
add_library(rookery_archives INTERFACE)
target_link_libraries(
  rookery_archives
  INTERFACE ${ROOKERY_JEMALLOC} rookery_unpackaged grpc++_reflection ${ARCHIVES_STATIC_LIBRARIES}
)
