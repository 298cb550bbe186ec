#!/usr/bin/env python3
"""Runs the examples of a document and compares what they print with what the document shows.

doc_test.py FILE runs every ```console block of docs/FILE in one shell, in a folder of its own,
inside network, mount and process namespaces; exchange.pcap is there, a capture of eight messages.
A line that begins with `$ ` is a command (its next lines belong to it while they begin with `> `);
what follows is its output. In expected output `…` stands for anything within a line, a line of `…`
alone for any lines; dates, times of day and stopwatch times are all alike. With --print the real
output is printed in the document's form, for writing it. LESSOR is the program.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, NamedTuple

sys.path += [str(Path(__file__).parents[1] / name) for name in ('e2e', 'show_speed')]
import capture  # pylint: disable=wrong-import-position
import isolate  # pylint: disable=wrong-import-position

DOCS = Path(__file__).parents[2] / 'docs'
ROOT = DOCS.parent
LESSOR = Path(os.environ.get('LESSOR', ROOT / 'build' / 'lessor'))
DONE = '--- done with that command ---'
ANY = '…'
TIMES = (r'\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?', r'\b\d\d:\d\d:\d\d\.\d+',
         r'\b\d+\.\d{4} s\b')


class Example(NamedTuple):
    line: int
    command: str
    output: list[str]


def examples(text: str) -> Iterator[Example]:
    """Every command of the document with the output that stands below it."""
    inside, current = False, None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith('```'):
            if current:
                yield current
            inside, current = line.strip() == '```console', None
        elif inside and line.startswith('$ '):
            if current:
                yield current
            current = Example(number, line[2:], [])
        elif inside and current and not current.output and line.startswith('> '):
            current = Example(current.line, current.command + '\n' + line[2:], [])
        elif inside and current:
            current.output.append(line)
    if inside:
        raise SystemExit('the last block is not closed')


def without_times(line: str) -> str:
    for pattern in TIMES:
        line = re.sub(pattern, 'TIME', line)
    return line


def line_matches(expected: str, line: str) -> bool:
    pattern = '.*'.join(re.escape(piece) for piece in without_times(expected).split(ANY))
    return re.fullmatch(pattern, without_times(line)) is not None


def without_end(lines: list[str]) -> list[str]:
    """The lines without blanks at their ends, and without empty lines behind the last."""
    return '\n'.join(line.rstrip() for line in lines).rstrip('\n').split('\n') if lines else []


def matches(expected: list[str], lines: list[str]) -> bool:
    if not expected:
        return not lines
    if expected[0].strip() == ANY:
        return any(matches(expected[1:], lines[skip:]) for skip in range(len(lines) + 1))
    return bool(lines) and line_matches(expected[0], lines[0]) and matches(
        expected[1:], lines[1:])


class Shell:
    """One bash for the whole document, so that a command may build on the one before."""

    def __init__(self, folder: str) -> None:
        tools = Path(folder, 'bin')
        tools.mkdir()
        (tools / 'lessor').symlink_to(LESSOR.resolve())
        work = Path(folder, 'work')
        work.mkdir()
        capture.write(work / 'exchange.pcap', 8)
        environment = {'PATH': f'{tools}:{os.environ["PATH"]}', 'HOME': str(work), 'LC_ALL': 'C',
                       'COLUMNS': '100', 'EXAMPLES': str(ROOT / 'examples')}
        self.bash = subprocess.Popen(  # pylint: disable=consider-using-with
            ['bash', '--norc'], cwd=work, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def run(self, command: str) -> list[str]:
        """What it printed on both streams; background jobs must print elsewhere."""
        assert self.bash.stdin and self.bash.stdout
        # `$?` of the next command is this one's.
        self.bash.stdin.write(f'{command}\nlast=$?; echo "{DONE}"; (exit $last)\n')
        self.bash.stdin.flush()
        lines: list[str] = []
        for line in self.bash.stdout:
            if line.rstrip('\n').endswith(DONE):
                rest = line.rstrip('\n').removesuffix(DONE)
                return lines + ([rest] if rest else [])
            lines.append(line.rstrip('\n'))
        raise SystemExit(f'the shell ended at: {command}\n' + '\n'.join(lines))


def check(document: Path, show: bool) -> int:
    found = list(examples(document.read_text(encoding='utf-8')))
    if not found:
        raise SystemExit(f'{document} has no examples')
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        shell = Shell(folder)
        for example in found:
            lines = shell.run(example.command)
            if show:
                print(f'$ {example.command}', *lines, sep='\n')
                continue
            if matches(without_end(example.output), without_end(lines)):
                continue
            wrong += 1
            print(f'{document.name}:{example.line}: $ {example.command}', '--- the document shows',
                  *example.output, '--- it printed', *lines, sep='\n')
        shell.bash.kill()
    print(f'{document.name}: {len(found)} examples, {wrong} differ')
    return 1 if wrong else 0


def main() -> int:
    words = [word for word in sys.argv[1:] if word != '--print']
    if len(words) != 1:
        print(__doc__)
        return 2
    isolate.enter()
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    subprocess.run(['mount', '-t', 'tmpfs', 'none', '/run'], check=True)  # `ip netns` lives there
    for folder in ('/etc', '/var/lib'):  # a document may write there: nobody else sees it
        own = Path('/run/documents') / folder.replace('/', '')
        (own / 'upper').mkdir(parents=True)
        (own / 'work').mkdir()
        subprocess.run(['mount', '-t', 'overlay', 'none', '-o', f'lowerdir={folder},'
                        f'upperdir={own}/upper,workdir={own}/work', folder], check=True)
    return check(DOCS / words[0], '--print' in sys.argv)


if __name__ == '__main__':
    sys.exit(main())
