"""tools/snippets on small projects: it finds a block that differs from its source, and can mend it."""
import contextlib
import io
import unittest

from scripts import Tree, load

snippets = load("tools/snippets")

EXAMPLE = """int main() {
  //! [greet]
  if (true) {
    //! [inner]
    greet();
    //! [inner]
  }
  //! [greet]
}
"""
GOOD = """Text.
<!-- snippet: examples/a.cpp#greet -->
```cpp
if (true) {
  greet();
}
```
More text.
"""


def run(tree, what):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = snippets.main([what, "--root", str(tree.root)])
    return code, out.getvalue()


class Snippets(unittest.TestCase):
    def check(self, page, example=EXAMPLE):
        with Tree({"README.md": page, "examples/a.cpp": example}) as tree:
            return run(tree, "--check")

    def test_equal_block_passes(self):
        self.assertEqual(self.check(GOOD), (0, ""))

    def test_block_without_a_mark_is_left_alone(self):
        self.assertEqual(self.check("```cpp\nanything\n```\n"), (0, ""))

    def test_different_block_fails(self):
        self.assertEqual(self.check(GOOD.replace("greet()", "shout()")),
                         (1, "README.md:2: differs from examples/a.cpp: run tools/snippets --write\n"))

    def test_missing_file_fails(self):
        self.assertEqual(self.check(GOOD.replace("a.cpp", "b.cpp")),
                         (1, "README.md:2: no such file: examples/b.cpp\n"))

    def test_missing_region_fails(self):
        self.assertIn("[nothing] must stand on two lines", self.check(GOOD.replace("#greet", "#nothing"))[1])

    def test_mark_without_a_block_fails(self):
        page = "<!-- snippet: examples/a.cpp#greet -->\ntext\n"
        self.assertIn("must begin a code block", self.check(page)[1])

    def test_block_without_an_end_fails(self):
        page = "<!-- snippet: examples/a.cpp#greet -->\n```cpp\ntext\n"
        self.assertIn("does not end", self.check(page)[1])

    def test_whole_file(self):
        page = "<!-- snippet: examples/a.cpp -->\n```cpp\nint a;\n```\n"
        self.assertEqual(self.check(page, "int a;\n")[0], 0)
        self.assertEqual(self.check(page, "int b;\n")[0], 1)

    def test_write_brings_pages_up_to_date(self):
        files = {"README.md": GOOD.replace("greet()", "shout()"),
                 "docs/x/y.md": GOOD.replace("  greet();\n", ""),
                 "examples/a.cpp": EXAMPLE}
        with Tree(files) as tree:
            self.assertEqual(run(tree, "--write"), (0, ""))
            self.assertEqual(tree.read("README.md"), GOOD)
            self.assertEqual(tree.read("docs/x/y.md"), GOOD)


if __name__ == "__main__":
    unittest.main()
