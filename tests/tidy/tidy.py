#!/usr/bin/env python3
"""Check the project's own style: tests/tidy/tidy.py [files…]; without arguments, all of its text files.

Prints file:line: rule: what is wrong, and exits 1 if anything is. The rules are in rules.py.
"""
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
from rules import RULES  # noqa: E402
from source import SourceFile  # noqa: E402

TOP = Path(__file__).resolve().parent.parent.parent
NOT_OURS = {".git", "build", "node_modules", "__pycache__", ".cache"}


def files_of(top):
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS)
        yield from (Path(folder) / name for name in sorted(names))


def read(file):
    """The file's text, or nothing if it is not text."""
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def findings_in(source, rules=RULES):
    for rule in rules:
        if rule.concerns(source):
            for line, message in rule.check(source):
                yield f"{source.path}:{line}: {rule.name}: {message}"


def main(arguments):
    files = [Path(name).resolve() for name in arguments] or list(files_of(TOP))
    count = 0
    for file in files:
        text = read(file)
        if text is None:
            continue
        for finding in findings_in(SourceFile(file.relative_to(TOP).as_posix(), text)):
            count += 1
            print(finding)
    print(f"tidy: {count} findings in {len(files)} files")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
