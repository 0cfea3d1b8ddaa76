"""Each checker finds the fault that it is there for: one is planted in a copy of the tree, and the
checker must fail and name it. Run by `./dev check --self-test`."""

import os
import shutil
import subprocess
import sys

import pytest

import tree

PROTO = """syntax = "proto3";

package rookery.planted.v1;

message Planted {{
{field}
}}
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The tree without its build, configured, libs/base compiled."""
    root = tmp_path_factory.mktemp("tree")
    for name in tree.all_files():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(tree.ROOT / name, root / name)
    (root / "build").mkdir()
    for fetched in ("googleapis", "debian-sources"):
        (root / "build" / fetched).symlink_to(tree.ROOT / "build" / fetched)
    for command in [
        ["git", "init", "--quiet"],
        ["cmake", "--preset", "release"],
        ["ninja", "-C", "build/release", "rookery_base"],
    ]:
        environment = {**os.environ, "CCACHE_BASEDIR": str(root)}
        subprocess.run(command, cwd=root, check=True, capture_output=True, env=environment)
    return root


@pytest.fixture
def plant(copy):
    """plant(file, text) appends to a file of the copy, or makes it; undone after the test."""
    before = {}

    def append(name, text):
        path = copy / name
        before[path] = path.read_text() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((before[path] or "") + text)
        return path

    yield append
    for path, text in before.items():
        path.unlink() if text is None else path.write_text(text)


@pytest.fixture
def check(copy):
    """check(name) is the exit code and output of that checker, over the copy."""

    def run(name, *options):
        done = subprocess.run(
            [sys.executable, copy / "tests/check/check.py", "--only", name, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        log = copy / f"build/logs/check-{name.replace(' ', '-')}.log"
        return done.returncode, log.read_text() if done.returncode else done.stdout

    return run


@pytest.mark.parametrize(
    ("checker", "file", "fault", "words"),
    [
        ("clang-format", "libs/base/planted.h", "int  planted ;\n", "planted.h"),
        ("gersemi", "cmake/planted.cmake", "set( planted 1 )\n", "planted.cmake"),
        ("ruff format", "tests/planted.py", "planted = {  }\n", "planted.py"),
        ("ruff", "tests/planted.py", "import planted\n", "F401"),
        ("shfmt", "deploy/planted.sh", "echo  planted\n", "planted.sh"),
        ("shellcheck", "deploy/planted.sh", "#!/bin/bash\necho $planted\n", "planted.sh"),
        ("shellcheck", ".ci/planted", "#!/usr/bin/env bash\necho $planted\n", ".ci/planted"),
        (
            "buf format",
            "protos/rookery/planted/v1/planted.proto",
            PROTO.format(field="string name=1;"),
            "planted.proto",
        ),
        (
            "buf lint",
            "protos/rookery/planted/v1/planted.proto",
            PROTO.format(field="  string plantedName = 1;"),
            "plantedName",
        ),
        ("clang-tidy", "libs/base/clock.cc", "int* planted = 0;\n", "modernize-use-nullptr"),
        ("clang-tidy", "libs/base/clock.h", "inline int* planted = 0;\n", "modernize-use-nullptr"),
        ("clang-tidy", "libs/base/clock.cc", "int PlantedName = 0;\n", "PlantedName"),
        (
            "layers",
            "libs/CMakeLists.txt",
            "add_library(rookery_planted_domain base/clock.cc)\n"
            "target_link_libraries(rookery_base PUBLIC rookery_planted_domain)\n",
            "links rookery_planted_domain (rank 5): targets link only downwards",
        ),
        (
            "layers",
            "libs/CMakeLists.txt",
            "add_library(rookery_planted_domain base/clock.cc)\n"
            "add_library(rookery_planted_store base/clock.cc)\n"
            "target_link_libraries(rookery_planted_store PUBLIC gRPC::grpc++)\n"
            "target_link_libraries(rookery_planted_domain PUBLIC rookery_planted_store)\n",
            "rookery_planted_domain must not reach gRPC::grpc++",
        ),
        (
            "layers",
            "libs/CMakeLists.txt",
            "add_library(planted base/clock.cc)\n",
            "planted has no rank",
        ),
        (
            "layers",
            "libs/base/clock.cc",
            '#include "rookery/tracking/v1/run.pb.h"\n',
            "but rookery_base does not link rookery_tracking_proto",
        ),
        (
            "layers",
            "libs/base/testing/planted.h",
            '#include "rookery/tracking/v1/run_service.grpc.pb.h"\n',
            "but rookery_base does not link rookery_tracking_grpc",
        ),
        (
            "compatibility",
            "services/tracking/domain/planted_test.cc",
            "// Tells of CreateRun.\n",
            "docs/compatibility.md is out of date",
        ),
        ("layers", "libs/base/planted.h", '#include "libs/base/gone.h"\n', "which no target has"),
        ("layers", "libs/base/planted.cc", "", "planted.cc is in no target"),
        ("layers", "libs/base/clock.h", "#include <pqxx/pqxx>\n", "includes <pqxx/pqxx>"),
        ("layers", "libs/base/clock.h", "#include <sqlite3.h>\n", "includes <sqlite3.h>"),
        ("layers", "libs/base/clock.h", "#include <boost/beast.hpp>\n", "<boost/beast.hpp>"),
        ("layers", "libs/base/clock.h", "#include <grpcpp/grpcpp.h>\n", "<grpcpp/grpcpp.h>"),
    ],
)
def test_a_planted_fault_is_found(checker, file, fault, words, plant, check):
    code, output = check(checker)
    assert code == 0 or words not in output, "there before anything was planted"
    plant(file, fault)
    code, output = check(checker)
    assert code == 1
    assert words in output


def test_fix_formats_in_place(plant, check):
    planted = plant("libs/base/planted.h", "#pragma once\nint  Planted( ) ;\n")
    check("clang-format", "--fix")
    assert planted.read_text() == "#pragma once\nint Planted();\n"


def test_a_file_that_passed_is_not_looked_at_again_until_a_header_changes(copy, plant, check):
    passed = copy / "build/check/tidy"
    check("clang-tidy")
    first = set(passed.iterdir())
    check("clang-tidy")
    assert set(passed.iterdir()) == first
    plant("libs/base/clock.h", "// Changed.\n")
    check("clang-tidy")
    assert set(passed.iterdir()) > first


def test_a_change_that_breaks_callers_of_the_last_release_is_found(copy, check):
    assert "no release (v*) to compare with yet" in check("buf breaking")[1]
    commit = ["-c", "user.name=x", "-c", "user.email=x@localhost", "commit", "--quiet"]
    for words in [
        ["add", "buf.yaml", "protos"],
        [*commit, "--message", "released"],
        ["tag", "v9.0.0"],
    ]:
        subprocess.run(["git", *words], cwd=copy, check=True)
    assert check("buf breaking")[0] == 0
    proto = copy / "protos/rookery/artifact/v1/artifact.proto"
    released = proto.read_text()
    proto.write_text(released.replace("optional int64 file_size = 3;", ""))
    try:
        code, output = check("buf breaking")
    finally:
        proto.write_text(released)
        subprocess.run(["git", "tag", "--delete", "v9.0.0"], cwd=copy, check=True)
    assert code == 1
    assert "file_size" in output
