#!/usr/bin/env python3
"""Make copies of src/core in which every mutation of a table is present behind a switch.

    make_mutants.py TABLE CORE_FOLDER OUTPUT_FOLDER

The table (mutations.tsv) has one row a mutation: name, file, kind, old text, new text, separated by tabs.
The old text must stand exactly once in the file. kind `value` replaces an expression, `do` statements:

    value: (::pint::sim::mutation_on(K) ? (new) : (old))
    do:    if (::pint::sim::mutation_on(K)) { new } else { old }

Several mutations may change the same text; texts that overlap otherwise are refused. What no longer fits the
sources is refused with a sentence, which fails the build: whoever changes a line of src/core that a mutation
names must change the mutation, too.
"""
import sys
from collections import defaultdict
from pathlib import Path

HEADER = '#include "sim/mutation.hpp"\n'


class BadRow(Exception):
    pass


def rows_of(table):
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 5:
            raise BadRow(f"{table.name}:{number}: {len(fields)} fields instead of 5, separated by tabs")
        name, file, kind, old, new = fields
        if kind not in ("value", "do"):
            raise BadRow(f"{table.name}:{number}: the kind is 'value' or 'do', not '{kind}'")
        yield number, name, file, kind, old.replace("\\n", "\n"), new.replace("\\n", "\n")


def switched(kind, old, mutations):
    """The old text, and each new one behind its number."""
    if kind == "value":
        out = f"({old})"
        for index, new in mutations:
            out = f"(::pint::sim::mutation_on({index}) ? ({new}) : {out})"
        return out
    out = f"{{ {old} }}"
    for index, new in mutations:
        out = f"if (::pint::sim::mutation_on({index})) {{ {new} }} else {out}"
    return f"{{ {out} }}" if mutations else out


def mutated(text, rows):
    """The text with all its rows applied. rows: (table line, index, kind, old, new)."""
    places = defaultdict(list)
    for number, index, kind, old, new in rows:
        count = text.count(old)
        if count != 1:
            raise BadRow(f"mutations.tsv:{number}: its old text stands {count} times in the source, and must "
                         f"stand there once; change the mutation with the source: {old}")
        at = text.index(old)
        places[(at, at + len(old), kind)].append((index, new))
    end = len(text)
    for (begin, stop, kind), mutations in sorted(places.items(), reverse=True):
        if stop > end:
            raise BadRow(f"mutations.tsv: two mutations change texts that overlap near: {text[begin:stop]}")
        text = text[:begin] + switched(kind, text[begin:stop], mutations) + text[stop:]
        end = begin
    return text


def main(table, core, output):
    output.mkdir(parents=True, exist_ok=True)
    by_file, names = defaultdict(list), []
    for number, name, file, kind, old, new in rows_of(table):
        if name in names:
            raise BadRow(f"{table.name}:{number}: there is a mutation '{name}' already")
        if not (core / file).exists():
            raise BadRow(f"{table.name}:{number}: src/core has no file {file}")
        by_file[file].append((number, len(names), kind, old, new))
        names.append(name)
    for source in sorted([*core.glob("*.cpp"), *core.glob("*.hpp")]):
        text = source.read_text(encoding="utf-8")
        if source.name in by_file:
            first_code = "#pragma once\n" if source.suffix == ".hpp" else ""
            text = mutated(text, by_file[source.name])
            text = text.replace(first_code, first_code + HEADER, 1) if first_code else HEADER + text
        (output / source.name).write_text(text, encoding="utf-8")
    listed = "".join(f'    "{name}",\n' for name in names)
    (output / "mutation_names.inc").write_text(listed, encoding="utf-8")


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:4]))
    except BadRow as bad:
        sys.exit(f"make_mutants.py: {bad}")
