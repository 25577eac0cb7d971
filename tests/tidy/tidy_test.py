"""Every rule of tests/tidy: a sample it must reject and one it must accept, so that no rule is blind."""
import unittest
from dataclasses import dataclass

from rules import RULES
from source import SourceFile, blanked
from tidy import findings_in


@dataclass
class Case:
    rule: str
    path: str
    bad: str
    line: int  # where the finding must be
    good: str


HEADER = "// What this is,\n// and why.\n#pragma once\n"
BODY_OF_70 = "  x++;\n" * 70
LONG_BODY = "namespace a {\nint f(int x) const {\n" + BODY_OF_70 + "}\n}\n"
LONG_CONSTRUCTOR = "A::A(int x)\n    : a_{x}, b_(x), c_{} {\n" + BODY_OF_70 + "}\n"
LONG_MEMBER = "struct S {\n  template <class T>\n  int f() {\n" + BODY_OF_70 + "  }\n};\n"
LONG_TABLE_AND_TYPE = ("constexpr S kTable[] = {\n" + "    {f(1), g(2)},\n" * 90 + "};\n"
                       "class A : public B {\n" + "  int f();\n" * 90 + "};\n")


def without_lines(text, count):
    return text.replace("  x++;\n", "", count)


CASES = (
    Case("file-length", "src/core/a.cpp", "//\n" * 601, 601, "//\n" * 600),
    Case("file-length", "tests/a_test.cpp", "//\n" * 601, 601, "//\n" * 600),
    Case("line-width", "src/a.cpp", "//\n" + "x" * 111 + "\n", 2, "//\n" + "ü" * 110 + "\n"),
    Case("line-width", "tests/CMakeLists.txt", "x" * 111 + "\n", 1, "x" * 110 + "\n"),
    Case("line-width", "run", "x" * 111 + "\n", 1, "x" * 110 + "\n"),
    Case("function-length", "src/core/a.cpp", LONG_BODY, 2, without_lines(LONG_BODY, 2)),
    Case("function-length", "app/main.cpp", LONG_CONSTRUCTOR, 1, without_lines(LONG_CONSTRUCTOR, 3)),
    Case("function-length", "src/core/a.cpp", LONG_MEMBER, 2, LONG_TABLE_AND_TYPE),
    Case("banned-word", "src/core/a.cpp", "//\nint user_data = 1;\n", 2,
         "// data\nint payload; auto p = x.data();\n"),
    Case("banned-word", "app/a.cpp", "ClientInfo a;\n", 1, 'log("info"); spdlog::info(a); LogLevel::info;\n'),
    Case("banned-word", "src/a.hpp", "int rc = f();\n", 1,
         "int source; int merciless; auto s = std::data(r);\n"),
    Case("banned-word", "src/a.hpp", "void set_ctx(Mgr a);\n", 1,
         "Bytes correlation_data; ByteView authentication_data_;\n"),
    Case("layers", "src/core/a.cpp", '#include "core/b.hpp"\n#include "net/loop.hpp"\n', 2,
         '#include "core/b.hpp"\n#include "mqtt/frame.hpp"\n#include <pint/event.hpp>\n#include <vector>\n'),
    Case("layers", "src/mqtt/a.cpp", '#include "core/b.hpp"\n', 1, '#include "base/bytes.hpp"\n'),
    Case("layers", "src/settings/a.cpp", '#include "net/b.hpp"\n', 1, '#include "actions/rules.hpp"\n'),
    Case("layers", "src/base/a.cpp", '#include "pint/error.hpp"\n', 1, "#include <pint/error.hpp>\n"),
    Case("layers", "src/surprise/a.cpp", "//\n", 1, ""),
    Case("layers", "app/main.cpp", '#include "core/engine.hpp"\n', 1,
         '#include "arguments.hpp"\n#include "settings/settings.hpp"\n'),
    Case("core-purity", "src/core/a.cpp", "#include <mutex>\n", 1, "#include <chrono>\n#include <memory>\n"),
    Case("core-purity", "src/core/a.cpp", "//\nauto t = std::chrono::steady_clock::now();\n", 2,
         "std::chrono::seconds s;\n"),
    Case("core-purity", "src/core/a.hpp", "std::random_device d;\n", 1,
         "Random random_;  // not std::random_device\n"),
    Case("core-purity", "src/core/a.hpp", "#include <sys/socket.h>\n", 1, "#include <span>\n"),
    Case("core-ownership", "src/core/a.hpp", "std::shared_ptr<int> a;\n", 1, "std::unique_ptr<int> a;\n"),
    Case("asio-place", "src/api/a.cpp", "boost::asio::post(f);\n", 1,
         "void f(boost::asio::io_context& context);  // no boost::asio here\n"),
    Case("asio-place", "src/net/loop.cpp", "#include <boost/asio/post.hpp>\n", 1,
         '#include "net/asio_driver.hpp"\n'),
    Case("public-headers", "include/pint/a.hpp", "#include <boost/x.hpp>\n", 1,
         "#include <pint/b.hpp>\n#include <string_view>\n"),
    Case("public-headers", "include/pint/a.hpp", '#include "base/bytes.hpp"\n', 1, "#include <cstdint>\n"),
    Case("public-headers", "include/pint/a.hpp", "#include <sys/socket.h>\n", 1, "#include <span>\n"),
    Case("pragma-once", "src/core/a.hpp", "// What.\n#include <span>\n#pragma once\n", 1, HEADER),
    Case("opening-comment", "src/core/a.hpp", "#pragma once\n", 1, HEADER),
    Case("opening-comment", "src/core/a.cpp", '#include "core/b.hpp"\n', 1, '#include "core/a.hpp"\n'),
    Case("opening-comment", "tests/core/a_test.cpp", "#include <span>\n", 1, "// What.\n#include <span>\n"),
    Case("mutable-static", "src/net/a.cpp", "void f() {\n  static int count = 0;\n}\n", 2,
         "static constexpr int kA = 1;\nstatic const char* names();\n"
         "static Listener tcp(int port = 0) {\n}\nstatic_assert(true);\n"),
    Case("mutable-static", "src/net/a.cpp", "thread_local std::string buffer;\n", 1,
         "static std::string f(A a);\n"),
    Case("mutable-global", "src/net/a.cpp", "namespace a {\nnamespace {\nint count = 0;\n}\n}\n", 3,
         "namespace a {\nconstexpr int kA = 1;\nusing B = int;\nint f(int x = 0);\nstruct C;\n"
         "int f(int x) { int y = x; return y; }\n"
         "const std::map<int, int> kM = {{1, 2}};\nstruct D { int e = 0; int g; };\nenum class E { a, b };\n"
         "bool operator==(D, D) = default;\ntemplate <class T> T h(T t) { return t; }\n"
         "extern template int h(int);\n}\n"),
    Case("mutable-global", "src/net/a.cpp", "std::vector<int> all{1, 2};\n", 1,
         "A::A() : a_{1}, b_{2} { f(); }\n"),
    Case("language", "src/core/a.cpp", "std::expected<int, int> a;\n", 1,
         "Result<int> a;  // not std::expected\n"),
    Case("language", "src/core/a.cpp", "co_await f();\n", 1, "int code = 1;\n"),
    Case("undone", "docs/a.md", "one\nTODO: two\n", 2, "what there is to do\n"),
    Case("undone", "src/core/a.cpp", "// FIXME later\n", 1, "// fixed\n"),
    Case("sleep", "tests/a_test.cpp", "//\nstd::this_thread::sleep_for(1s);\n", 2, "// sleep is not used\n"),
    Case("sleep", "tests/interop/a.py", "time.sleep(1)\n", 1, "event.wait(30)\n"),
    Case("sleep", "tests/interop/a.mjs", "setTimeout(done, 100);\n", 1, "AbortSignal.timeout(30_000);\n"),
    Case("fixed-port", "tests/net/a_test.cpp", "auto l = Listener::tcp(1883);\n", 1,
         "auto l = Listener::tcp(0);\n"),
    Case("fixed-port", "tests/interop/a.py", 'run(["--port", "1883"])\n', 1, 'run(["--port", "0"])\n'),
    Case("not-run", "tests/a_test.cpp", "TEST(A, DISABLED_B) {\n", 1, "TEST(A, B) {\n"),
    Case("not-run", "tests/interop/a.py", "    @unittest.skipIf(True, '')\n", 1, "    def test_a(self):\n"),
    Case("machine-path", "docs/a.md", "see /root/project/x\n", 1,
         "see {root}/home/x and /usr/share/x and network/work/x\n"),
    Case("machine-path", "run", "cd /home/me\n", 1, "cd /var/tmp\n"),
)


def found(path, text, rule):
    """The line numbers at which the named rule finds something."""
    rules = [each for each in RULES if each.name == rule]
    return [int(finding.split(":")[1]) for finding in findings_in(SourceFile(path, text), rules)]


class Rules(unittest.TestCase):
    def test_each_rejects_its_bad_sample(self):
        for case in CASES:
            with self.subTest(rule=case.rule, bad=case.bad[:80]):
                self.assertEqual(found(case.path, case.bad, case.rule)[:1], [case.line])

    def test_each_accepts_its_good_sample(self):
        for case in CASES:
            if not case.good:
                continue
            with self.subTest(rule=case.rule, good=case.good[:80]):
                self.assertEqual(found(case.path, case.good, case.rule), [])

    def test_every_rule_has_a_case(self):
        self.assertEqual({rule.name for rule in RULES}, {case.rule for case in CASES})

    def test_places_where_a_rule_does_not_hold(self):
        for rule, path, text in (
                ("asio-place", "src/net/asio_driver.cpp", "#include <boost/asio/post.hpp>\n"),
                ("layers", "src/settings/from_config.cpp", '#include "api/broker_implementation.hpp"\n'),
                ("public-headers", "include/pint/asio.hpp", "#include <boost/asio/io_context.hpp>\n"),
                ("banned-word", "tests/a_test.cpp", "int data;\n"),
                ("function-length", "tests/a_test.cpp", LONG_BODY),
                ("sleep", "src/net/a.cpp", "sleep_for(1s);\n")):
            with self.subTest(rule=rule, path=path):
                self.assertEqual(found(path, text, rule), [])


class Shape(unittest.TestCase):
    """What the brace counter makes of our formatting."""

    def functions(self, text):
        return [(f.name, f.line, f.length) for f in SourceFile("a.cpp", text).shape[0]]

    def test_functions_members_and_operators(self):
        text = "int f() {\n}\nstruct A {\n  A(int a) : a_{a} {}\n  bool operator==(A) const {\n  }\n};\n"
        self.assertEqual(self.functions(text), [("f", 1, 2), ("A", 4, 1), ("operator==", 5, 2)])

    def test_lambdas_and_blocks_belong_to_their_function(self):
        text = "void f() {\n  if (a) {\n    auto g = [](int x) {\n    };\n  }\n}\n"
        self.assertEqual(self.functions(text), [("f", 1, 6)])

    def test_trailing_return_types_and_templates(self):
        text = "template <class T, class U = A<T>>\nauto f(T t) -> U {\n}\n"
        self.assertEqual(self.functions(text), [("f", 1, 3)])

    def test_braces_in_literals_and_comments_do_not_count(self):
        text = "void f() {\n  g('{', \"{\");  // {\n  /* { */\n  h(R\"({)\", 1'000);\n}\n"
        self.assertEqual(self.functions(text), [("f", 1, 5)])

    def test_preprocessor_lines_do_not_count(self):
        self.assertEqual(self.functions("#define A(x) \\\n  { x\nvoid f() {\n}\n"), [("f", 3, 2)])


class Blanked(unittest.TestCase):
    def test_keeps_length_and_lines(self):
        text = 'int a; // b\n/* c\nd */ "e\\"f" \'g\' 1\'000\n'
        self.assertEqual(blanked(text), 'int a;     \n    \n     "    "     1\'000\n')


if __name__ == "__main__":
    unittest.main()
