"""The rules of style a script can see: one function each, one row each in RULES at the end.

A rule is given a SourceFile and yields (line number, what is wrong). Which files it is asked about stands in
its row. Exceptions are rows with reasons, never silent.
"""
import re
from dataclasses import dataclass
from typing import Callable

PRODUCT = ("include", "src", "app")
CPP = (".hpp", ".cpp")

FILE_LINES_MAX = 600
LINE_WIDTH_MAX = 110
FUNCTION_LINES_MAX = 70

# Words that say nothing, or that the standard says otherwise.
BANNED_WORDS = {
    "ctx": "say which", "mgr": "say what it does", "util": "say what for", "helper": "say what it does",
    "info": "say what is told", "data": "say of what", "lwt": "the standard says Will",
    "mid": "the standard says Packet Identifier", "rc": "the standard says Reason Code",
}
# Where a banned word is somebody else's: what stands there, and why it may.
ALLOWED_WORDS = (
    (r"\b(?:correlation|auth|authentication)_data_?\b", "the standard's words"),
    (r"(?:\.|->|std::)data\s*\(", "the standard library's name for where a range begins"),
    (r"\bdata\(\) const\b", "a range of our own must have it, to be a range of the standard library"),
    (r"\bevent\w*\.data\.u64\b", "epoll's field for what the caller wants to be told"),
    (r"\bLogLevel::info\b|^\s*enum class LogLevel\b.*", "the level's name in every logging library"),
    (r"\bspdlog::(?:level::)?info\b", "spdlog's name"),
    (r"\blogger(?:_|\(\))?(?:\.|->)info\b", "spdlog's name"),
)

# Folder of src/ → folders whose headers it may include; public headers (<pint/…>) are open to all.
LAYERS = {
    "base": {"base"},
    "mqtt": {"base", "mqtt"},
    "core": {"base", "mqtt", "core"},
    "fault": {"base", "core", "fault"},
    "net": {"base", "mqtt", "core", "fault", "net"},
    "api": {"base", "mqtt", "core", "fault", "net", "api"},
    "actions": {"base", "mqtt", "actions"},
    "settings": {"base", "mqtt", "actions", "settings"},
    "testkit": {"base", "mqtt", "core", "fault", "net", "api", "actions", "testkit"},
    "gtest_main": {"gtest_main"},
}
APP_MAY_INCLUDE = {"base", "mqtt", "actions", "settings", "bench"}
# Single includes that cross the layers: file, header and why.
CROSSINGS = {
    ("src/settings/from_config.cpp", '"api/broker_implementation.hpp"'): "Broker::from_config joins the two",
}
ASIO_FILES = ("src/net/asio_driver", "include/pint/asio.hpp")

NOT_IN_CORE = re.compile(
    r"\bstd::(?:j?thread|(?:shared_)?mutex|atomic\w*|condition_variable\w*|future|promise)\b"
    r"|\bstd::(?:random_device|[io]?fstream|filesystem|time|getenv)\b"
    r"|\b(?:system|steady|high_resolution|utc|file)_clock\b|\bclock_gettime\b|\bgettimeofday\b|\basio\b"
    r"|<(?:thread|(?:shared_)?mutex|atomic|condition_variable|future|fstream|filesystem|ctime)>|<sys/")
NOT_YET = re.compile(r"\bstd::(?:expected|move_only_function|format|print|println)\b"
                     r"|^\s*(?:import|export)\s|\bco_\w+")
UNDONE = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
SLEEPS = re.compile(r"\bsleep_for\b|\bsleep_until\b|\bu?sleep\s*\(|\bnanosleep\b|\btime\.sleep\b"
                    r"|\bsetTimeout\s*\(|\btimers/promises\b|^\s*sleep\s+\d")
NOT_RUN = re.compile(r"\bDISABLED_|\bGTEST_SKIP\b|\.skip\(|\bxfail\b|\bskip(?:If|Unless|Test)?\("
                     r"|@unittest\.skip|\.only\(")
# Each is for who has the library it is named after.
OPT_IN_HEADERS = ("include/pint/asio.hpp", "include/pint/testkit_gtest.hpp",
                  "include/pint/testkit_catch2.hpp")
MACHINE_PATHS = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/\w|(?<![\w.}])/tmp/build|\.\./shared\b")
LISTENING_TESTS = ("tests/net", "tests/app", "tests/interop", "tests/package")
PORTS = re.compile(r"\bport\s*=\s*[1-9]\d{3,}\b|\btcp\([1-9]\d{3,}|--port[ =\"',]+[1-9]\d{3,}")


def file_length(source):
    if len(source.lines) > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1, f"{len(source.lines)} lines; at most {FILE_LINES_MAX}: make it two files"


def line_width(source):
    for number, line in enumerate(source.lines, 1):
        if len(line) > LINE_WIDTH_MAX:
            yield number, f"{len(line)} characters wide; at most {LINE_WIDTH_MAX}"


def function_length(source):
    for function in source.shape[0]:
        if function.length > FUNCTION_LINES_MAX:
            yield function.line, f"{function.name} has {function.length} lines; at most {FUNCTION_LINES_MAX}"


def words_of(identifier):
    """The words of snake_case, CamelCase, kCamelCase and trailing_ identifiers, in small letters."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", identifier)]


def banned_words(source):
    for number, line in enumerate(source.code, 1):
        if line.lstrip().startswith("#"):
            continue  # names of others' files
        for allowed, _ in ALLOWED_WORDS:
            line = re.sub(allowed, " ", line)
        for identifier in re.findall(r"[A-Za-z_]\w*", line):
            for word in BANNED_WORDS.keys() & set(words_of(identifier)):
                yield number, f"{identifier}: “{word}” is not used here: {BANNED_WORDS[word]}"


def include_layers(source):
    folder = source.path.split("/")[1] if source.is_in("src") else "app"
    allowed = LAYERS.get(folder) if source.is_in("src") else APP_MAY_INCLUDE
    if allowed is None:
        yield 1, f"src/{folder} is not in the table of layers (tests/tidy/rules.py)"
        return
    for number, header in source.includes:
        included = header.strip('"<>').split("/")
        if header.startswith('"') and len(included) == 1 and source.is_in("app"):
            continue  # app's own
        if (source.path, header) in CROSSINGS:
            continue
        if header.startswith('"') and included[0] not in allowed:
            yield number, f"{folder} may not include {header}; only {', '.join(sorted(allowed))} and <pint/…>"
        if header.startswith('"pint/'):
            yield number, f"public headers are included with angle brackets: <{header[1:-1]}>"


def core_purity(source):
    for number, line in enumerate(source.code, 1):
        for found in NOT_IN_CORE.finditer(line):
            yield number, f"core is told time and bytes; it may not name {found[0]}"


def core_ownership(source):
    for number, line in enumerate(source.code, 1):
        if "shared_ptr" in line or "make_shared" in line:
            yield number, "no shared_ptr in core: say who owns it"


def asio_place(source):
    if source.path.startswith(ASIO_FILES):
        return
    for number, line in enumerate(source.code, 1):
        # An embedder's io_context may be handed through, unseen.
        if re.search(r"\bboost::asio\b(?!::io_context&)|<boost/asio", line):
            yield number, f"Boost.Asio is used only in {' and '.join(ASIO_FILES)}"


def public_headers(source):
    if source.path in OPT_IN_HEADERS:
        return
    for number, header in source.includes:
        if not re.fullmatch(r"<(?:pint/\w+\.hpp|[a-z_0-9]+)>", header):
            yield number, f"public headers include only the standard library and <pint/…>, not {header}"


def pragma_once(source):
    first = next((line for line in source.code if line.strip()), "")
    if first.strip() != "#pragma once":
        yield 1, "the first line of code in a header is #pragma once"


def opening_comment(source):
    """A .cpp with a header of its own name is told by that."""
    own_header = source.path.rsplit("/", 1)[-1].replace(".cpp", ".hpp")
    if any(header.strip('"<>').rsplit("/", 1)[-1] == own_header for _, header in source.includes):
        return
    if not source.lines or not source.lines[0].startswith("//"):
        yield 1, "the file does not say in a comment at its beginning what it is"


def is_mutable_static(statement):
    """`static …` that is neither constant nor a function's declaration."""
    found = re.search(r"\b(?:static|thread_local)\b(.*)", statement)
    if not found or re.search(r"\b(?:constexpr|const|constinit)\b", statement):
        return False
    return "(" not in re.split(r"[={;]", found[1])[0]


def mutable_statics(source):
    for number, line in enumerate(source.code, 1):
        if is_mutable_static(line):
            yield number, "mutable static state: two brokers must fit into one process"


NOT_A_VARIABLE = re.compile(
    r"^\s*(?:using|typedef|template|extern|static_assert|friend|namespace|concept|PINT_\w+)\b"
    r"|^\s*(?:class|struct|union|enum)\b|\b(?:constexpr|const|constinit)\b|\boperator\b")


def mutable_globals(source):
    for number, statement in source.shape[1]:
        before_value = re.split(r"=|\{", statement)[0]
        if not NOT_A_VARIABLE.search(statement) and "(" not in before_value and "static" not in before_value:
            yield number, f"mutable variable at namespace scope: {statement}"


def finds(pattern, message, code_only=False):
    """A rule: no line matches."""
    def rule(source):
        for number, line in enumerate(source.code if code_only else source.lines, 1):
            found = pattern.search(line)
            if found:
                yield number, f"{message}: {found[0].strip()}"
    return rule


@dataclass(frozen=True)
class Rule:
    name: str
    check: Callable
    folders: tuple = ()     # empty: everywhere
    suffixes: tuple = ()    # empty: any
    except_in: tuple = ("tests/tidy",)  # its tests are full of bad samples

    def concerns(self, source):
        in_folder = not self.folders or source.is_in(*self.folders)
        of_kind = not self.suffixes or source.suffix in self.suffixes
        return in_folder and of_kind and not source.is_in(*self.except_in)


CODE_SUFFIXES = (*CPP, ".c", ".py", ".mjs", ".cmake", "")
RULES = (
    Rule("file-length", file_length, suffixes=(*CPP, ".c", ".py", ".mjs"), except_in=("no/where",)),
    Rule("line-width", line_width, suffixes=(*CODE_SUFFIXES, ".txt"), except_in=("no/where",)),
    Rule("function-length", function_length, (*PRODUCT, "benchmarks", "examples"), CPP),
    Rule("banned-word", banned_words, PRODUCT, CPP),
    Rule("layers", include_layers, ("src", "app"), CPP),
    Rule("core-purity", core_purity, ("src/core", "src/fault"), CPP),
    Rule("core-ownership", core_ownership, ("src/core",), CPP),
    Rule("asio-place", asio_place, PRODUCT, CPP),
    Rule("public-headers", public_headers, ("include",), (".hpp",)),
    Rule("pragma-once", pragma_once, suffixes=(".hpp",)),
    Rule("opening-comment", opening_comment, suffixes=CPP),
    Rule("mutable-static", mutable_statics, PRODUCT, CPP),
    Rule("mutable-global", mutable_globals, PRODUCT, CPP),
    Rule("language", finds(NOT_YET, "not in GCC 12, or not used here", code_only=True), PRODUCT, CPP),
    Rule("undone", finds(UNDONE, "nothing is left undone in the source; open an issue")),
    Rule("sleep", finds(SLEEPS, "tests wait for events, not for time"), ("tests", "examples"), CODE_SUFFIXES),
    Rule("fixed-port", finds(PORTS, "tests listen on port 0"), LISTENING_TESTS, CODE_SUFFIXES),
    Rule("not-run", finds(NOT_RUN, "a test that does not run"), ("tests",), CODE_SUFFIXES),
    Rule("machine-path", finds(MACHINE_PATHS, "a path of one machine")),
)
