"""A source file as the rules see it: its lines, its code without comments and literals, and its rough shape.

The shape (which braces are functions, which statements stand at namespace scope) is found by counting braces
and looking at what stands before each. That is no parser; it is enough for code formatted the way ours is.
"""
import re
from dataclasses import dataclass
from functools import cached_property

LITERAL_OR_COMMENT = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | R"(?P<mark>[^(\s"]*)\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'   # not the separator in 100'000
    """, re.VERBOSE | re.DOTALL)
PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)
TEMPLATE_HEAD = re.compile(r"^\s*template\s*<(?:[^<>]|<[^<>]*>)*>\s*(?:requires\s.*?>\s)?")
TYPE_HEAD = re.compile(r"^\s*(?:typedef\s+)?(?:class|struct|union|enum)\b")
NAMESPACE_HEAD = re.compile(r"^\s*(?:inline\s+)?(?:namespace\b|extern\s*\"*\s*$)")


def blanked(text):
    """The text with comments and literals replaced by spaces; same length and lines; strings keep quotes."""
    def blank(match):
        kept = re.sub(r"[^\n]", " ", match[0])
        return '"' + kept[1:-1] + '"' if match[0][0] == '"' else kept
    return LITERAL_OR_COMMENT.sub(blank, text)


@dataclass
class Function:
    name: str
    line: int
    length: int


@dataclass
class Scope:
    kind: str  # namespace, type, function, or other (an initializer, or anything inside a function)
    line: int
    head: str


class SourceFile:
    def __init__(self, path, text):
        self.path = path  # from the top of the project, with /
        self.text = text
        self.lines = text.splitlines()

    @property
    def suffix(self):
        return "." + self.path.rsplit(".", 1)[-1] if "." in self.path else ""

    def is_in(self, *folders):
        return self.path.startswith(tuple(folder + "/" for folder in folders))

    @cached_property
    def code(self):
        """The lines without comments, characters and the insides of strings."""
        return blanked(self.text).split("\n")

    @cached_property
    def includes(self):
        """(line number, what is included with its brackets) for each #include."""
        found = ((number, re.match(r'\s*#\s*include\s*([<"][^>"]+[>"])', line))
                 for number, line in enumerate(self.lines, 1))
        return [(number, match[1]) for number, match in found if match]

    @cached_property
    def shape(self):
        """(functions, statements at namespace scope as (line, text))."""
        return shape_of(PREPROCESSOR.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), "\n".join(self.code)))


def kind_of(head, outer):
    """What a brace opens, from the text since the last ; { or }."""
    if outer in ("function", "other"):
        return "other"
    bare = TEMPLATE_HEAD.sub("", head)
    if NAMESPACE_HEAD.match(bare):
        return "namespace"
    if TYPE_HEAD.match(bare) and "(" not in re.sub(r"alignas\s*\([^)]*\)|\[\[.*?\]\]", "", bare):
        return "type"
    stripped = bare.rstrip()
    is_initializer = stripped.endswith("=") and not stripped.endswith("operator=") or bare == stripped
    return "other" if is_initializer or "(" not in bare else "function"


def name_of(head):
    found = re.search(r"([\w:~]+|operator\s*\S+?)\s*\(", TEMPLATE_HEAD.sub("", head))
    return found[1] if found else head.strip()


def shape_of(code):
    functions, statements = [], []
    scopes = []
    head, head_line, line = "", 1, 1
    for character in code:
        if not head.strip():
            head_line = line
        outer = scopes[-1].kind if scopes else "namespace"
        if character == "{":
            kind = kind_of(head, outer)
            scopes.append(Scope(kind, head_line, head))
            head = ""
        elif character == "}":
            closed = scopes.pop() if scopes else Scope("namespace", line, "")
            if closed.kind == "function":
                functions.append(Function(name_of(closed.head), closed.line, line - closed.line + 1))
            # What follows an initializer still belongs to its statement: `int a{1}, b;`, `: a_{x}, b_{y} {`.
            head = closed.head + "{}" if closed.kind == "other" else ""
            head_line = closed.line if closed.kind == "other" else line
        elif character == ";":
            if outer == "namespace" and head.strip():
                statements.append((head_line, " ".join(head.split())))
            head = ""
        else:
            head += character
        line += character == "\n"
    return functions, statements
