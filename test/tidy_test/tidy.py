#!/usr/bin/env python3
"""Checks every source against the house rules of docs/architecture.md and CONTRIBUTING.md.

tidy.py ROOT prints one line a finding, FILE:LINE: [rule] what is wrong and what to do, and exits 1
when there is any. A rule that is not checked is a wish; a new rule is one function below and one
snippet in checker_test.py that breaks it.
"""

import fnmatch
import os
import re
import sys
from typing import Callable, Iterator, NamedTuple

import cpp

LINE_COLUMNS = 100
FILE_LINES = 500
FUNCTION_LINES = 70
FUNCTION_TARGET = 40
LONG_SHARE = 0.05  # of production functions may be longer than the target

# Who may know whom (docs/architecture.md). A folder knows itself, what stands here, and, through
# them, what those know.
KNOWS = {
    'base': [],
    'net': ['base'],
    'wire': ['net'],
    'expression': ['wire'],
    'lease': ['wire'],
    'config': ['expression'],
    'server': ['lease', 'config'],
    'client': ['lease', 'config'],
    'relay': ['lease', 'config'],
    'load': ['client'],
    'craft': ['wire'],
    'runtime': ['net'],
    'host': ['runtime'],
    'store': ['lease'],
    'control': ['server', 'client', 'relay', 'load', 'craft', 'host', 'store'],
    'cli': ['control'],
}
# What owns no clock, socket, thread, log or global; config and craft are as pure but may throw.
ENGINES = {'base', 'net', 'wire', 'expression', 'lease', 'server', 'client', 'relay', 'load'}
PURE = ENGINES | {'config', 'craft'}
HEAVY = ('nlohmann/', 'spdlog/', 'CLI/', 'httplib.h', 'rocksdb/', 'fmt/')
IMPURE_HEADERS = ('sys/socket.h', 'netinet/', 'arpa/', 'net/if.h', 'linux/', 'unistd.h', 'thread',
                  'mutex', 'condition_variable', 'future', 'iostream', 'syslog.h', 'random')


class Ban(NamedTuple):
    """A name that must not be used. `where`: folders of src/, or None for all of src/."""
    pattern: str
    where: set[str] | None
    instead: str


SOURCE_FOLDERS = set(KNOWS)
BANS = [
    Ban(r'\bs?rand\s*\(|\bstd::(?:random_device|mt19937)', None,
        'draw from a Random that is handed in (base/random.h)'),
    Ban(r'\btime\s*\(\s*(?:nullptr|NULL|&)', PURE, 'take Now as a parameter (base/time.h)'),
    Ban(r'\b(?:clock_gettime|gettimeofday)\s*\(', PURE, 'take Now as a parameter (base/time.h)'),
    Ban(r'\b(?:system|steady|high_resolution)_clock\b', PURE, 'take Now as a parameter'),
    Ban(r'\b(?:hton|ntoh)(?:s|l|ll)\s*\(', SOURCE_FOLDERS - {'runtime'},
        'use load_be16, store_be32 and their kin (base/bytes.h)'),
    Ban(r'\bmem(?:cpy|move)\s*\(', SOURCE_FOLDERS - {'base'}, 'use copy_bytes (base/bytes.h)'),
    Ban(r'\b__builtin_prefetch\b', SOURCE_FOLDERS - {'base'}, 'use prefetch (base/prefetch.h)'),
    Ban(r'\bstd::unordered_\w+', ENGINES, 'use a fixed-capacity or sorted structure'),
    Ban(r'\bstd::shared_ptr\b', SOURCE_FOLDERS - {'cli'},  # cli: spdlog's sinks are shared
        'own by value or unique_ptr, borrow by reference'),
    Ban(r'#\s*pragma\s+pack|__attribute__\s*\(\(\s*packed', None,
        'read fields with load_be16 and its kin (base/bytes.h)'),
    Ban(r'\bv?s(?:n)?printf\s*\(', ENGINES, 'engines make no text; format in craft or cli'),
    Ban(r'\b(?:strcpy|strcat|strtok|gets|ato[ifl]+)\s*\(', None,
        'use std::string_view and parse_number (base/text.h)'),
    Ban(r'\bsleep(?:_for|_until)?\s*\(|\b(?:u|nano)sleep\s*\(', None,
        'wait for an event or a deadline; tests hand in the time'),
]
COMMENT_BANS = [
    (re.compile(r'\bissues?\s*#?\d', re.IGNORECASE), 'say why here instead of naming an issue'),
    (re.compile(r'(?:^|[\s(])#\d+\b'), 'say why here instead of naming an issue'),
    (re.compile(r'\b(?:TODO|FIXME|XXX)\b'), 'do it, or say plainly what is not done and why'),
    (re.compile(r'(?:^|\s)/work/'), 'no path of one machine belongs here'),
]


class Source:
    """One file, with its comments and code told apart when it is C++."""

    def __init__(self, root: str, path: str):
        self.root = root
        self.path = path
        with open(os.path.join(root, path), encoding='utf-8') as file:
            self.text = file.read()
        self.lines = self.text.split('\n')
        parts = path.split('/')
        self.folder = parts[1] if parts[0] == 'src' and len(parts) > 2 else None
        self.name = parts[-1]
        self.is_header = path.endswith('.h')
        self.is_cpp = path.endswith(('.h', '.cc'))
        self.is_test = path.endswith('_test.cc')
        self.code, self.comments = cpp.split_comments(self.text) if self.is_cpp else ('', '')

    def includes(self) -> Iterator[tuple[int, str, str]]:
        """Line, '"' or '<', and the path of each include."""
        for number, line in enumerate(self.lines, 1):
            match = re.match(r'\s*#\s*include\s*(["<])([^">]+)', line)
            if match:
                yield number, match[1], match[2]


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: [{self.rule}] {self.message}'


RULES: list[Callable] = []


def rule(function: Callable) -> Callable:
    """Registers a rule: a generator over (all sources, ceilings) of (path, line, message)."""
    RULES.append(function)
    return function


def known_by(folder: str) -> set[str]:
    known = {folder}
    for direct in KNOWS[folder]:
        known |= known_by(direct)
    return known


@rule
def include_direction(sources, _):
    for s in sources:
        for line, kind, path in s.includes():
            target = path.split('/')[0]
            if kind == '"' and s.folder in KNOWS and target not in known_by(s.folder):
                yield s.path, line, (f'{s.folder} must not know {target} ("{path}"): move what '
                                     'both need down, or hand it in as a value')


@rule
def pure_headers(sources, _):
    for s in sources:
        if s.folder not in PURE or s.is_test:
            continue
        for line, kind, path in s.includes():
            if kind == '<' and any(path == p or p.endswith('/') and path.startswith(p)
                                   for p in IMPURE_HEADERS):
                yield s.path, line, f'<{path}> does not belong below runtime: take a value instead'


@rule
def heavy_headers(sources, _):
    for s in sources:
        for line, _kind, path in s.includes():
            if s.is_header and path.startswith(HEAVY):
                yield s.path, line, f'{path} is slow to compile: include it in a .cc file only'


@rule
def pragma_once(sources, _):
    for s in sources:
        if s.is_header and s.lines[0] != '#pragma once':
            yield s.path, 1, 'a header begins with #pragma once'


@rule
def purpose(sources, _):
    for s in sources:
        if s.is_header and s.folder and not re.search(r'^// \S', s.text, re.MULTILINE):
            yield s.path, 1, 'say in a comment at the top what the file is for and must not know'


@rule
def columns(sources, _):
    for s in sources:
        for number, line in enumerate(s.lines, 1):
            if len(line) > LINE_COLUMNS:
                yield s.path, number, f'{len(line)} columns: break the line at {LINE_COLUMNS}'


@rule
def white_space(sources, _):
    for s in sources:
        for number, line in enumerate(s.lines, 1):
            if line != line.rstrip():
                yield s.path, number, 'remove the blanks at the end'
            if '\t' in line:
                yield s.path, number, 'indent with blanks, write \\t in strings'
        if s.text and not s.text.endswith('\n'):
            yield s.path, len(s.lines), 'end the file with a newline'


def over(path, line, what, length, limit, ceilings):
    """A length against its limit or, when one is listed, against its ceiling, which only falls."""
    ceiling = ceilings.pop(what, None)
    if ceiling is None:
        if length > limit:
            yield path, line, f'{what} has {length} lines, at most {limit}: split it'
    elif length > ceiling:
        yield path, line, f'{what} grew to {length} lines, its ceiling is {ceiling}: split it'
    elif length <= limit:
        yield path, line, f'{what} is down to {length} lines: remove it from ceilings.txt'
    elif length < ceiling:
        yield path, line, f'{what} is down to {length} lines: lower its ceiling in ceilings.txt'


@rule
def file_size(sources, ceilings):
    for s in sources:
        yield from over(s.path, 1, s.path, len(s.lines) - 1, FILE_LINES, ceilings)


@rule
def function_size(sources, ceilings):
    for s in sources:
        for f in cpp.functions(s.code):
            yield from over(s.path, f.line, f'{s.path}:{f.name}', f.length, FUNCTION_LINES,
                            ceilings)


@rule
def functions_mostly_short(sources, _):
    found = [(f.length, s.path, f) for s in sources if s.folder and not s.is_test
             for f in cpp.functions(s.code)]
    long = sorted((f for f in found if f[0] > FUNCTION_TARGET), reverse=True)
    if len(long) > max(1, LONG_SHARE * len(found)):
        share = 100 * len(long) / len(found)
        for length, path, f in long:
            yield path, f.line, (f'{f.name} has {length} lines; {share:.1f}% of all functions are '
                                 f'longer than {FUNCTION_TARGET}, at most {100 * LONG_SHARE:.0f}% '
                                 'may be: split some')


@rule
def banned_names(sources, _):
    for s in sources:
        for ban in BANS:
            if s.folder is None or not (ban.where is None or s.folder in ban.where):
                continue
            for match in re.finditer(ban.pattern, s.code):
                line = s.code.count('\n', 0, match.start()) + 1
                yield s.path, line, f'{match[0].strip("( ")} is banned here: {ban.instead}'


@rule
def using_namespace(sources, _):
    for s in sources:
        for match in re.finditer(r'\busing\s+namespace\b', s.code if s.is_header else ''):
            line = s.code.count('\n', 0, match.start()) + 1
            yield s.path, line, 'not in a header: name what you use'


@rule
def comments(sources, _):
    for s in sources:
        for number, line in enumerate(s.comments.split('\n'), 1):
            for pattern, instead in COMMENT_BANS:
                match = pattern.search(line)
                if match:
                    yield s.path, number, f'"{match[0].strip()}" in a comment: {instead}'


@rule
def tests_exist(sources, _):
    tested = {s.folder for s in sources if s.is_test}
    for s in sources:
        if s.folder and s.path.endswith('.cc') and s.folder not in tested:
            yield s.path, 1, f'nothing in src/{s.folder} is tested: add {s.name[:-3]}_test.cc'


@rule
def dead_headers(sources, _):
    """A header that only its own .cc and test include is dead code, or code for later. Not so
    x_docs.h: its test keeps a document in docs/ up to date."""
    users: dict[str, set[str]] = {}
    for s in sources:
        for _line, _kind, path in s.includes():
            users.setdefault('src/' + path, set()).add(re.sub(r'(_test)?\.(cc|h)$', '', s.path))
    for s in sources:
        if s.path.endswith('_docs.h'):
            continue
        if s.is_header and s.folder and not users.get(s.path, set()) - {s.path[:-2]}:
            yield s.path, 1, 'nobody includes this header: use it or remove it'


RFC_RULES = 'docs/rfc-rules.md'
RFC_RULE_ID = re.compile(r'\bR\d{4}-\w+(?:\.\w+)*(?:-[a-z]\b)?')


def read_rfc_rules(root: str) -> dict[str, int]:
    """The ids that docs/rfc-rules.md lists, each with its line."""
    path = os.path.join(root, RFC_RULES)
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        cells = [(number, line.split('|')[1].strip()) for number, line in enumerate(file, 1)
                 if line.startswith('|')]
    return {cell: number for number, cell in cells if RFC_RULE_ID.fullmatch(cell)}


@rule
def rfc_rules(sources, _):
    """Each rule listed in docs/rfc-rules.md is cited by a test; nothing cites one that is not."""
    listed = read_rfc_rules(sources[0].root) if sources else {}
    tested = set()
    for s in sources:
        if not listed or s.path.startswith('test/tidy_test/'):
            continue
        for number, line in enumerate(s.lines, 1):
            for cited in RFC_RULE_ID.findall(line):
                if cited not in listed:
                    yield s.path, number, f'{cited} is no whole id of a rule in {RFC_RULES}'
                elif s.is_test or s.path.startswith('test/'):
                    tested.add(cited)
    for untested in listed.keys() - tested:
        yield RFC_RULES, listed[untested], f'no test cites {untested}: add one'

BAD_INPUT = 'docs/bad-input.md'
# A row's id, or a run of them: "B07-B12", "C2-01 to C2-04".
BAD_INPUT_ID = re.compile(r'\b(B|C[23]-)(\d\d)\b(?:(?:-| to )(?:B|C[23]-)(\d\d)\b)?')
CPP_TEST = re.compile(r'^TEST(?:_[FP])?\((\w+), (\w+)\)')


class BadInputRow(NamedTuple):
    line: int
    seeds: str  # cells of the table
    tests: str

    def names(self, cell: str) -> list[str]:
        return re.findall(r'`([^`]+)`', cell)

    def is_elsewhere(self) -> bool:
        """What Lessor does not have, it need not test."""
        return self.tests.startswith('not here: ')


def read_bad_input(root: str) -> dict[str, BadInputRow]:
    """The rows of docs/bad-input.md by their ids."""
    path = os.path.join(root, BAD_INPUT)
    if not os.path.exists(path):
        return {}
    with open(path, encoding='utf-8') as file:
        rows = [(number, [cell.strip() for cell in line.split('|')])
                for number, line in enumerate(file, 1) if line.startswith('|')]
    return {cells[1]: BadInputRow(number, cells[-3], cells[-2]) for number, cells in rows
            if BAD_INPUT_ID.fullmatch(cells[1])}


def cited_rows(text: str) -> set[str]:
    """Every row that a text cites, runs of them spelt out."""
    found = set()
    for kind, first, last in BAD_INPUT_ID.findall(text):
        found |= {f'{kind}{number:02}' for number in range(int(first), int(last or first) + 1)}
    return found


def cited_tests(sources: list[Source]) -> dict[str, set[str]]:
    """Each test, SUITE.NAME or LABEL.MODULE.NAME as ctest has it, and the rows that its comment or
    its body cites."""
    found: dict[str, set[str]] = {}
    for s in sources:
        names = [(at, name) for at, line in enumerate(s.lines) for name in test_names(s.path, line)]
        for at, name in names:
            begin = at
            while begin > 0 and s.lines[begin - 1].startswith(('//', '#')):
                begin -= 1
            end = next((i for i in range(at + 1, len(s.lines))
                        if (s.lines[i] == '}' if s.is_cpp else s.lines[i][:1].strip())),
                       len(s.lines))
            cites = cited_rows('\n'.join(s.lines[begin:end]))
            found[name] = found.get(name, set()) | cites
    return found


def test_names(path: str, line: str) -> list[str]:
    """The test that begins in this line, if one does, by each name that it goes by."""
    match = CPP_TEST.match(line) if path.endswith('.cc') else None
    if match:
        return [f'{match[1]}.{match[2]}']
    match = re.match(r'def (\w+)\(', line)
    if match and path.startswith('test/e2e/'):
        return [f'e2e.{match[1]}']
    if match and path.startswith('test/cli/'):
        return [f'cli.{os.path.basename(path)[:-3]}.{match[1]}']
    return []


def bad_seeds(root: str) -> set[str]:
    """TARGET/bad-NAME of each."""
    folder = os.path.join(root, 'fuzz/seeds')
    return {f'{target}/{name}' for target in (os.listdir(folder) if os.path.isdir(folder) else [])
            for name in os.listdir(os.path.join(folder, target)) if name.startswith('bad-')}


def gaps(ids: set[str]) -> Iterator[str]:
    """Ids that lack between the first and the last of a list."""
    for kind in ('B', 'C2-', 'C3-'):
        numbers = {int(i[len(kind):]) for i in ids if i.startswith(kind)}
        yield from (f'{kind}{n:02}' for n in range(1, max(numbers, default=0)) if n not in numbers)


@rule
def bad_input(sources, _):
    """Each row of docs/bad-input.md names seeds that are there and tests that are there and cite
    it; every bad seed belongs to a row, and nothing cites a row that is not."""
    root = sources[0].root if sources else ''
    rows, tests, seeds = read_bad_input(root), cited_tests(sources), bad_seeds(root)
    named: set[str] = set()
    for missing in gaps(set(rows)):
        yield BAD_INPUT, 1, f'there is no row {missing}'
    for row_id, row in rows.items():
        for pattern in row.names(row.seeds):
            matching = set(fnmatch.filter(seeds, pattern))
            named |= matching
            if not matching:
                yield BAD_INPUT, row.line, f'{row_id}: there is no seed {pattern}'
        if not row.names(row.seeds) and not row.seeds.startswith('none: '):
            yield BAD_INPUT, row.line, f'{row_id} names no seed: add one, or say "none: why"'
        for name in row.names(row.tests):
            if name not in tests:
                yield BAD_INPUT, row.line, f'{row_id}: there is no test {name}'
            elif row_id not in tests[name]:
                yield BAD_INPUT, row.line, f'{name} does not cite {row_id}: say so in its comment'
        if not row.names(row.tests) and not row.is_elsewhere():
            yield BAD_INPUT, row.line, f'no test holds {row_id}: add one, or say "not here: why"'
    for seed in sorted(seeds - named):
        yield f'fuzz/seeds/{seed}', 1, f'no row of {BAD_INPUT} names this seed'
    for name, cited in tests.items():
        for unknown in sorted(cited - rows.keys() if rows else []):
            yield BAD_INPUT, 1, f'{name} cites {unknown}, which is no row'


SKIP = re.compile(r'(^|/)(build[^/]*|\.git|__pycache__|node_modules|\.cache)(/|$)')
CHECKED = ('.h', '.cc', '.cmake', '.py', '.sh', 'CMakeLists.txt', '/dev', '/.ci/run')


def find_sources(root: str) -> list[Source]:
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not SKIP.search(f))
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), root)
            if ('/' + path).endswith(CHECKED):
                found.append(Source(root, path))
    return found


def read_ceilings(path: str) -> dict[str, int]:
    """Lines 'FILE LINES' or 'FILE:FUNCTION LINES'; # begins a comment."""
    ceilings = {}
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            for line in file:
                words = line.split('#')[0].split()
                if words:
                    ceilings[words[0]] = int(words[1])
    return ceilings


def check(root: str) -> list[Finding]:
    sources = find_sources(root)
    ceilings_path = 'test/tidy_test/ceilings.txt'
    ceilings = read_ceilings(os.path.join(root, ceilings_path))
    findings = [Finding(path, line, r.__name__.replace('_', '-'), message)
                for r in RULES for path, line, message in r(sources, ceilings)]
    findings += [Finding(ceilings_path, 1, 'ceilings', f'{what} is gone: remove its line')
                 for what in ceilings]
    return sorted(findings)


def main() -> int:
    if len(sys.argv) != 2:
        print('usage: tidy.py ROOT', file=sys.stderr)
        return 2
    findings = check(sys.argv[1])
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
