"""tools/conformance on small projects: every rule of --check can fail, and the page tells what is so."""
import contextlib
import io
import unittest

from scripts import Tree, load

conformance = load("tools/conformance")

TABLE = "# comment\nid\tsection\tbinds\ttest\tparaphrase\n"
V5 = TABLE + ("MQTT-3.1.2-7\t3.1.2 Will\tserver\twire\tKeep the Will | with the Session.\n"
              "MQTT-3.1.0-1\t3.1 CONNECT\tclient\tobserve\tCONNECT comes first.\n"
              "MQTT-3.2.2-4\t3.2.2 CONNACK\tclient\tn/a\tThe client closes.\n"
              "MQTT-4.2.0-1\t4.2 Connections\tboth\tunit\tA transport.\n")
V3 = TABLE + "MQTT-3.1.2-7\t3.1.2 Clean\tserver\twire\tRetained is not Session state.\n"
COVERED = '''
TEST(Will, IsKept) {  // [MQTT-3.1.2-7]
}
// What follows is the same for every transport.
// [MQTT-4.2-1]
TEST(Transport, IsOrdered) {
  // [MQTT3-3.1.2-7]
}
const Row kRows[] = {
    {.name = "publish first",
     .cites = "MQTT-3.1.0-1"},
};
'''


def project(files=None):
    base = {
        "tools/clauses/v5.0.tsv": V5, "tools/clauses/v3.1.1.tsv": V3,
        "src/core/will.cpp": "keep();  // [MQTT-3.1.2-7]\n",
        "tests/core/will_test.cpp": COVERED,
        "docs/conformance_exceptions.tsv": "# none\n",
    }
    return Tree({**base, **(files or {})})


def run(tree, *arguments):
    """Exit code and output of tools/conformance in this tree."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        code = conformance.main(["--root", str(tree.root), *arguments])
    return code, out.getvalue()


class Check(unittest.TestCase):
    def findings(self, files):
        """What --check says after the page has been written."""
        with project(files) as tree:
            run(tree)
            code, out = run(tree, "--check")
            self.assertEqual(code, 1, out)
            return out

    def test_passes_when_every_clause_is_covered(self):
        with project() as tree:
            run(tree)
            self.assertEqual(run(tree, "--check"), (0, "conformance: all clauses accounted for\n"))

    def test_unknown_id_in_code(self):
        out = self.findings({"src/a.cpp": "\nx();  // [MQTT-9.9.9-9]\n"})
        self.assertIn("src/a.cpp:2: no such clause: MQTT-9.9.9-9", out)

    def test_unknown_id_in_a_table_of_cases(self):
        out = self.findings({"tests/a_test.cpp": '{.cites = "MQTT-3.1.2-7 MQTT3-9.9.9-9"},\n'})
        self.assertIn("tests/a_test.cpp:1: no such clause: MQTT3-9.9.9-9", out)

    def test_malformed_citation(self):
        out = self.findings({"include/pint/a.hpp": "// [MQTT-3.1.2]\n"})
        self.assertIn("no such clause: MQTT-3.1.2\n", out)

    def test_id_in_code_without_a_test(self):
        untested = COVERED.replace("IsKept) {  // [MQTT-3.1.2-7]", "IsKept) {")
        out = self.findings({"tests/core/will_test.cpp": untested})
        self.assertIn("src/core/will.cpp:1: MQTT-3.1.2-7 is cited in code, but no test cites it", out)

    def test_clause_without_test_or_reason(self):
        out = self.findings({"tests/core/will_test.cpp": COVERED.replace("MQTT-3.1.0-1", "")})
        self.assertIn("MQTT-3.1.0-1 has neither a test nor a reason: CONNECT comes first.", out)

    def test_reason_covers_a_clause(self):
        with project({"tests/core/will_test.cpp": COVERED.replace("MQTT-3.1.0-1", ""),
                      "docs/conformance_exceptions.tsv": "MQTT-3.1.0-1\tNot yet.\n"}) as tree:
            run(tree)
            self.assertEqual(run(tree, "--check")[0], 0)
            self.assertIn("| *Not yet.* |", tree.read("docs/conformance.md"))

    def test_stale_exception(self):
        out = self.findings({"docs/conformance_exceptions.tsv": "MQTT-3.1.0-1\tNot yet.\n"})
        self.assertIn("MQTT-3.1.0-1 is excepted, but tests/core/will_test.cpp tests it: remove the row", out)

    def test_exception_of_an_unknown_clause(self):
        out = self.findings({"docs/conformance_exceptions.tsv": "MQTT-1-1\tx\n"})
        self.assertIn("no such clause: MQTT-1-1", out)

    def test_exception_without_a_reason(self):
        out = self.findings({"docs/conformance_exceptions.tsv": "MQTT-3.2.2-4\n"})
        self.assertIn("a row is an id, a tab and a reason", out)

    def test_exception_given_twice(self):
        out = self.findings({"docs/conformance_exceptions.tsv": "MQTT-3.2.2-4\tx\nMQTT-3.2.2-4\ty\n"})
        self.assertIn("MQTT-3.2.2-4 stands there twice", out)

    def test_deviation_without_a_reason(self):
        out = self.findings({"src/a.cpp": "x();  // ~[MQTT-3.1.2-7]\n"})
        self.assertIn("src/a.cpp:1: ~[MQTT-3.1.2-7] must be followed by the reason", out)

    def test_outdated_page(self):
        with project() as tree:
            run(tree)
            tree.write("src/b.cpp", "x();  // [MQTT-3.1.2-7]\n")
            self.assertIn("docs/conformance.md: not up to date", run(tree, "--check")[1])


class Page(unittest.TestCase):
    def page(self, files=None):
        with project(files) as tree:
            run(tree)
            return tree.read("docs/conformance.md")

    def row(self, clause, files=None):
        return next(line for line in self.page(files).splitlines() if line.startswith(f"| {clause} "))

    def test_names_code_and_test(self):
        self.assertEqual(self.row("MQTT-3.1.2-7"),
                         "| MQTT-3.1.2-7 | Keep the Will \\| with the Session. | server | src/core/will.cpp "
                         "| tests/core/will_test.cpp: Will.IsKept |")

    def test_comment_above_a_test_belongs_to_it_and_irregular_ids_are_known(self):
        self.assertIn("tests/core/will_test.cpp: Transport.IsOrdered", self.row("MQTT-4.2.0-1"))

    def test_comment_inside_a_test_belongs_to_that_test(self):
        self.assertIn("tests/core/will_test.cpp: Transport.IsOrdered", self.row("MQTT3-3.1.2-7"))

    def test_row_of_a_table_is_named(self):
        self.assertIn("tests/core/will_test.cpp: publish first", self.row("MQTT-3.1.0-1"))

    def test_python_and_javascript_tests_are_named(self):
        row = self.row("MQTT-3.1.2-7", {"tests/a.py": "    def test_will(self):  # [MQTT-3.1.2-7]\n",
                                        "tests/b.mjs": "test('the will', () => {  // [MQTT-3.1.2-7]\n"})
        self.assertIn("tests/a.py: test_will<br>tests/b.mjs: the will<br>tests/core", row)

    def test_many_tests_are_counted(self):
        tests = "".join(f"TEST(A, B{n}) {{  // [MQTT-3.1.2-7]\n" for n in range(6))
        row = self.row("MQTT-3.1.2-7", {"tests/a.cpp": tests})
        self.assertIn("tests/a.cpp: A.B0, A.B1, A.B2, A.B3 and 2 more", row)

    def test_deviation_is_told_with_its_reason(self):
        deviation = "// ~[MQTT-3.1.2-7]: a test wants to see\n// the old one. More.\nx();\n"
        page = self.page({"src/a.cpp": deviation})
        self.assertIn("| src/a.cpp: a test wants to see the old one. |", page)
        self.assertIn("deviates: src/a.cpp", page)

    def test_counts(self):
        self.assertIn("| MQTT 5.0 | 4 | 3 | 3 | 0 | 0 |", self.page())


if __name__ == "__main__":
    unittest.main()
