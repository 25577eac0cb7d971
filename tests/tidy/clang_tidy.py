#!/usr/bin/env python3
"""Run clang-tidy over src/ and app/: clang_tidy.py CLANG_TIDY BUILD_FOLDER [files…].

BUILD_FOLDER has compile_commands.json; what .clang-tidy chooses is looked for, on all processors. A file that
had no finding is not looked at again until it, any header of ours or the choice has changed:
BUILD_FOLDER/clang-tidy has a stamp for each such state. Exits 1 if anything is found.
"""
import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
CHECKED = ("src", "app")
HEADERS = ("src", "app", "include")


def sources_in(build):
    """The compiled files of the product, and how each is compiled."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    folders = tuple(f"{TOP / folder}/" for folder in CHECKED)
    return {entry["file"]: entry["command"] for entry in commands if entry["file"].startswith(folders)}


def state_of_all(clang_tidy):
    """What every file's findings depend on."""
    state = hashlib.sha256()
    state.update(subprocess.run([clang_tidy, "--version"], capture_output=True, check=True).stdout)
    for file in [TOP / ".clang-tidy",
                 *sorted(file for folder in HEADERS for file in (TOP / folder).rglob("*.hpp"))]:
        state.update(file.read_bytes())
    return state.digest()


class Checker:
    def __init__(self, clang_tidy, build):
        self.clang_tidy = clang_tidy
        self.build = build
        self.stamps = build / "clang-tidy"
        self.stamps.mkdir(exist_ok=True)
        self.common = state_of_all(clang_tidy)

    def check(self, file, command):
        """What is found in the file; empty if nothing is."""
        state = hashlib.sha256(self.common + command.encode() + Path(file).read_bytes()).hexdigest()
        stamp = self.stamps / state
        if stamp.exists():
            return ""
        # -w: the compiler's own warnings are not asked for; GCC has others.
        done = subprocess.run([self.clang_tidy, "--quiet", "-p", self.build, "--extra-arg=-w", file],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0 and not done.stdout.strip():
            stamp.touch()
            return ""
        return done.stdout + done.stderr


def main(arguments):
    clang_tidy, build, *chosen = arguments
    sources = sources_in(Path(build).resolve())
    wanted = [str(Path(name).resolve()) for name in chosen] or sorted(sources)
    if not wanted:
        print(f"clang-tidy: {build} compiles nothing of {', '.join(CHECKED)}")
        return 1
    checker = Checker(clang_tidy, Path(build).resolve())
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found = list(threads.map(lambda file: checker.check(file, sources[file]), wanted))
    findings = [finding for finding in found if finding]
    print("".join(findings), end="")
    print(f"clang-tidy: findings in {len(findings)} of {len(wanted)} files")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
