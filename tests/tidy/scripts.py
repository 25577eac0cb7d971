"""Load the scripts of tools/ for their tests: they have no .py at the end, so `import` cannot find them."""
import importlib.machinery
import importlib.util
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent


def load(path):
    """The script at `path`, from the top of the project, as a module."""
    name = Path(path).name
    sys.dont_write_bytecode = True
    loader = importlib.machinery.SourceFileLoader(name, str(TOP / path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(name, loader))
    sys.modules[name] = module  # dataclasses look their module up
    loader.exec_module(module)
    return module


class Tree:
    """A small project in a temporary folder: Tree({"src/a.cpp": "…"}); `with` removes it."""

    def __init__(self, files):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name)
        for path, text in files.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()
