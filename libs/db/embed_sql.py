#!/usr/bin/env python3
"""Turns .sql files into a C++ header of constants (see README.md for the files' format).

embed_sql.py NAMESPACE OUT IN...               statements, one constant each
embed_sql.py --migrations NAMESPACE OUT IN...  numbered migrations, one constant table
"""

import pathlib
import re
import sys

NAME = re.compile(r"--\s*name:\s*(.*)")
MIGRATION_FILE = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
OLDEST_PROGRAM = re.compile(r"^--\s*oldest program:\s*(\d+)\s*$", re.MULTILINE)


class BadSqlError(Exception):
    """The message says which line of which file, and what is wrong with it."""


def literal(sql):
    if ')sql"' in sql:
        raise BadSqlError('holds `)sql"`, which ends a C++ literal')
    return f'R"sql({sql})sql"'


class Statement:
    def __init__(self, name, where):
        self.name, self.where = name, where
        self.comments, self.lines = [], []

    def add(self, line):
        stripped = line.strip()
        if stripped.startswith("--") and not any(self.lines):
            self.comments.append(stripped[2:].strip())
        else:
            self.lines.append(line.rstrip())

    def cpp(self):
        sql = "\n".join(self.lines).strip().removesuffix(";").rstrip()
        if not sql:
            raise BadSqlError(f"{self.where}: `{self.name}` has no SQL")
        if ";" in re.sub(r"'[^']*'|--[^\n]*", "", sql):
            raise BadSqlError(f"{self.where}: `{self.name}` holds more than one statement")
        snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", self.name).lower()
        try:
            text = literal(sql)
        except BadSqlError as error:
            raise BadSqlError(f"{self.where}: {error}") from None
        comments = "".join(f"// {comment}\n" for comment in self.comments)
        return (
            f"{comments}inline constexpr ::rookery::db::Statement "
            f'k{self.name}{{"{snake}", {text}}};\n'
        )


def parse(path):
    statements = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path}:{number}"
        if match := NAME.match(line.strip()):
            name = match.group(1).strip()
            if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name):
                raise BadSqlError(f"{where}: `{name}` is no name; write it LikeThis")
            statements.append(Statement(name, where))
        elif statements:
            statements[-1].add(line)
        elif line.strip() and not line.strip().startswith("--"):
            raise BadSqlError(f"{where}: SQL before the first `-- name: LikeThis`")
    if not statements:
        raise BadSqlError(f"{path}: no `-- name: LikeThis`")
    return statements


def statements_header(paths):
    seen = {}
    for statement in (statement for path in paths for statement in parse(path)):
        if statement.name in seen:
            first = seen[statement.name].where
            raise BadSqlError(f"{statement.where}: `{statement.name}` is there already, at {first}")
        seen[statement.name] = statement
    body = "\n".join(statement.cpp() for statement in seen.values())
    names = "".join(f"    &k{name},\n" for name in seen)
    return (
        f"{body}\n// For the test that prepares every statement.\n"
        f"inline constexpr const ::rookery::db::Statement* kAll[] = {{\n{names}}};\n"
    )


def migrations_header(paths):
    rows = []
    for expected, path in enumerate(paths, 1):
        match = MIGRATION_FILE.fullmatch(path.name)
        if not match or int(match.group(1)) != expected:
            raise BadSqlError(f"{path}: expected a file named {expected:04}_some_words.sql here")
        sql = path.read_text(encoding="utf-8")
        oldest = OLDEST_PROGRAM.findall(sql)
        if len(oldest) != 1 or not 1 <= int(oldest[0]) <= expected:
            raise BadSqlError(
                f"{path}: needs one line `-- oldest program: N`, N from 1 to {expected}: the least "
                "number of migrations that a program must know to run on this schema"
            )
        try:
            text = literal(sql)
        except BadSqlError as error:
            raise BadSqlError(f"{path}: {error}") from None
        rows.append(f"    {{{expected}, {oldest[0]}, {text}}},\n")
    return f"inline constexpr ::rookery::db::Migration kMigrations[] = {{\n{''.join(rows)}}};\n"


def main(arguments):
    migrations = arguments[:1] == ["--migrations"]
    namespace, out, *files = arguments[migrations:]
    paths = [pathlib.Path(file) for file in files]
    include = "migrate" if migrations else "database"
    body = migrations_header(paths) if migrations else statements_header(paths)
    header = (
        f'// Made by libs/db/embed_sql.py.\n#pragma once\n\n#include "libs/db/{include}.h"\n\n'
        f"namespace {namespace} {{\n\n{body}\n}}  // namespace {namespace}\n"
    )
    pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(out).write_text(header, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    try:
        main(sys.argv[1:])
    except (BadSqlError, OSError, UnicodeDecodeError) as error:
        sys.exit(f"embed_sql.py: {error}")
