#!/usr/bin/env python3
"""Writes copies of sources with the bugs of planted_bugs.txt in them, each behind a switch.

plant.py TABLE --files         the sources that are touched, one a line
plant.py TABLE ROOT OUT        writes OUT/FILE for each of them, and OUT/planted_table.cc

The sources themselves know nothing of it. A bug names text that must occur exactly once in its
file: when the code has moved on, this fails and says where, so that no bug rots.
"""

import os
import re
import sys
from typing import NamedTuple

SWITCH = '::lessor::sim::is_planted({})'
DECLARATION = 'namespace lessor::sim { bool is_planted(int bug); }\n'


class Hunk(NamedTuple):
    file: str
    line: int  # of the table
    old: list[str]
    new: list[str]


class Bug(NamedTuple):
    name: str
    line: int
    about: list[str]
    hunks: list[Hunk]


class Mistake(Exception):
    """What is wrong with the table, or where the code has moved on."""


def read_table(path: str) -> list[Bug]:
    """See the head of planted_bugs.txt for the format."""
    bugs: list[Bug] = []
    file = ''
    with open(path, encoding='utf-8') as lines:
        for number, line in enumerate(lines, 1):
            word, _, rest = line.rstrip('\n').partition(' ')
            if word in ('', '#') or word.startswith('##'):
                continue
            if word == 'bug':
                bugs.append(Bug(rest, number, [], []))
            elif word == 'about':
                bugs[-1].about.append(rest)
            elif word == 'file':
                file = rest
            elif word in ('-', '+'):
                add_line(bugs[-1], file, number, word, rest)
            else:
                raise Mistake(f'{path}:{number}: "{word}" begins no line of this table')
    check_table(path, bugs)
    return bugs


def add_line(bug: Bug, file: str, number: int, sign: str, text: str) -> None:
    begins = sign == '-' and (not bug.hunks or bug.hunks[-1].new or bug.hunks[-1].file != file)
    if begins:
        bug.hunks.append(Hunk(file, number, [], []))
    (bug.hunks[-1].old if sign == '-' else bug.hunks[-1].new).append(text)


def check_table(path: str, bugs: list[Bug]) -> None:
    names = [bug.name for bug in bugs]
    for bug in bugs:
        where = f'{path}:{bug.line}: bug {bug.name}'
        if not re.fullmatch(r'[a-z0-9]+(-[a-z0-9]+)*', bug.name) or names.count(bug.name) > 1:
            raise Mistake(f'{where}: a name of its own, in lower case with hyphens, is needed')
        if not bug.about or not bug.hunks or any(not hunk.new for hunk in bug.hunks):
            raise Mistake(f'{where}: say what it is about, and in which file what becomes what')
        if not any('PLANTED' in line for hunk in bug.hunks for line in hunk.new):
            raise Mistake(f'{where}: nothing in it is behind the switch, PLANTED')


def replacement(hunk: Hunk, number: int) -> str:
    """As many lines as before, so that the compiler's line numbers are those of the source."""
    lines = [line.replace('PLANTED', SWITCH.format(number)) for line in hunk.new]
    kept = len(hunk.old)
    lines = lines[:kept - 1] + [' '.join(lines[kept - 1:])]
    return '\n'.join(lines) + '\n' * (kept - len(lines))


def plant_in(source: str, file: str, table: str, bugs: list[Bug]) -> str:
    edits: list[tuple[int, int, str]] = []
    for number, bug in enumerate(bugs):
        for hunk in bug.hunks:
            if hunk.file != file:
                continue
            # How far lines are indented does not matter.
            old = r'\n *'.join(re.escape(line.strip()) for line in hunk.old)
            found = list(re.finditer(old, source))
            if len(found) != 1:
                raise Mistake(f'{table}:{hunk.line}: bug {bug.name}: its text is {len(found)} '
                              f'times in {file}, not once: bring it up to date')
            edits.append((*found[0].span(), replacement(hunk, number)))
    edits.sort()
    for (_, end, _), (begin, _, _) in zip(edits, edits[1:]):
        if begin < end:
            raise Mistake(f'{table}: two bugs in {file} share text: "{source[begin:end]}"')
    for begin, end, text in reversed(edits):
        source = source[:begin] + text + source[end:]
    return source


def touched(bugs: list[Bug]) -> list[str]:
    return sorted({hunk.file for bug in bugs for hunk in bug.hunks})


def table_source(bugs: list[Bug]) -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace('\\', '\\\\').replace('"', '\\"') + '"'
    rows = ''.join(f'    {{{quoted(bug.name)}, {quoted(" ".join(bug.about))}}},\n' for bug in bugs)
    return ('#include "sim/planted_bugs.h"\n\nnamespace lessor::sim {\nnamespace {\n'
            f'constexpr PlantedBug kBugs[] = {{\n{rows}}};\nint planted = -1;\n}}  // namespace\n'
            'std::span<const PlantedBug> planted_bugs() { return kBugs; }\n'
            'void plant(int bug) { planted = bug; }\n'
            'bool is_planted(int bug);\nbool is_planted(int bug) { return bug == planted; }\n'
            '}  // namespace lessor::sim\n')


def write(path: str, text: str) -> None:
    """Leaves the file alone when it says so already: only what changed is compiled again."""
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            if file.read() == text:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


def main(arguments: list[str]) -> int:
    table = arguments[0]
    try:
        bugs = read_table(table)
        if arguments[1:] == ['--files']:
            print('\n'.join(touched(bugs)))
            return 0
        root, out = arguments[1:]
        for file in touched(bugs):
            path = os.path.join(root, file)
            with open(path, encoding='utf-8') as source:
                text = plant_in(source.read(), file, table, bugs)
            write(os.path.join(out, file), f'{DECLARATION}#line 1 "{path}"\n{text}')
        write(os.path.join(out, 'planted_table.cc'), table_source(bugs))
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
