"""Just enough of C++'s grammar to check house rules: comments, strings and function bodies.

Not a parser: it follows brackets. What it must get right is what the sources contain, and
checker_test.py holds the shapes that once fooled it.
"""

import re
from typing import Iterator, NamedTuple

TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)


def split_comments(text: str) -> tuple[str, str]:
    """Returns (code, comments): the text twice, same length and lines, the rest blanked out.

    The contents of strings are blanked in both; their quotes stay in the code.
    """
    code, comments = [], []
    at = 0
    for token in TOKEN.finditer(text):
        before, word = text[at:token.start()], token.group()
        blank = re.sub(r'[^\n]', ' ', word)
        comment = word.startswith('/')
        code += [before, blank if comment else word[0] + blank[1:-1] + word[-1]]
        comments += [re.sub(r'[^\n]', ' ', before), word if comment else blank]
        at = token.end()
    code.append(text[at:])
    comments.append(re.sub(r'[^\n]', ' ', text[at:]))
    return ''.join(code), ''.join(comments)


class Function(NamedTuple):
    name: str
    line: int  # of the opening brace
    length: int  # lines from the opening brace to the closing one, both counted


TYPE = re.compile(
    r'^(?:template\s*<.*>\s*)?(?:(?:typedef|static|inline|constexpr|const)\s+)*'
    r'(?:class|struct|union|enum|namespace|extern)\b(?!.*\)\s*(?:const)?$)', re.DOTALL)
DIRECTIVE = re.compile(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', re.MULTILINE)
ACCESS = re.compile(r'\b(?:public|private|protected)\s*$')
OPERATOR = re.compile(r'\boperator\s*(?:\(\)|\[\]|[^\w\s(]+)')
BODY_FOLLOWS = re.compile(
    r'(?:[)}]|\b(?:const|noexcept|override|final|mutable|try)|->[^()]*)\s*&{0,2}\s*$')


def outside_brackets(text: str) -> str:
    """The text without what stands inside (), [] and {}."""
    depth, kept = 0, []
    for c in text:
        if c in '([{':
            depth += 1
        if depth == 0:
            kept.append(c)
        if c in ')]}':
            depth -= 1
    return ''.join(kept)


def is_function(header: str) -> bool:
    header = OPERATOR.sub('operator', header.strip())
    if TYPE.match(header) or '(' not in header:
        return False
    return '=' not in outside_brackets(header) and BODY_FOLLOWS.search(header) is not None


def function_name(header: str) -> str:
    test = re.match(r'\s*TEST\w*\((.*?),\s*(.*?)\)', header)
    if test:
        return f'{test[1]}.{test[2]}'
    name = re.search(r'([\w:~]+|operator\s*(?:\(\)|\[\]|[^\w\s(]+))\s*\(', header)
    return name[1] if name else '?'


def functions(code: str) -> Iterator[Function]:
    """Every function defined at namespace or class scope; a lambda counts as its owner's."""
    code = DIRECTIVE.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), code)
    stack: list[Function | str] = []  # an open scope, an open function, or other open braces
    start = 0  # where the header of the next brace begins
    line = 1
    for at, c in enumerate(code):
        if c == '\n':
            line += 1
        elif c == '{':
            header = code[start:at]
            inside = any(not isinstance(s, str) or s == 'braces' for s in stack)
            if not inside and is_function(header):
                stack.append(Function(function_name(header), line, 0))
            else:
                scope = not inside and TYPE.match(re.sub(r'\s*\[\[.*?\]\]', '', header.strip()))
                stack.append('scope' if scope else 'braces')
                if not scope:
                    continue  # a member's initialiser: the header goes on behind it
            start = at + 1
        elif c == '}' and stack:
            closed = stack.pop()
            if isinstance(closed, Function):
                yield closed._replace(length=line - closed.line + 1)
            if closed != 'braces':
                start = at + 1
        elif c == ';' and (not stack or stack[-1] == 'scope'):
            start = at + 1
        elif c == ':' and stack and ACCESS.search(code[start:at]):
            start = at + 1
