#!/usr/bin/env python3
"""named_tests.py ROOT: every test that docs/security.md names is there. A table of what is defended
is worth what its tests are."""

import re
import sys
from pathlib import Path

DOCUMENT = 'docs/security.md'
# What looks like a test: LABEL.NAME as ctest has it, Suite.Name as GoogleTest has it.
NAME = re.compile(r'`((?:e2e|cli|packaging|tidy)\.[\w.]+|[A-Z]\w+\.[A-Z]\w+)`')


def tests(root: Path) -> set[str]:
    """The tests that are there, by the names that the document may use."""
    found = set()
    for folder in ('src', 'test', 'sim', 'fuzz'):
        for path in (root / folder).rglob('*'):
            text = path.read_text(encoding='utf-8') if path.suffix in ('.cc', '.py') else ''
            if path.suffix == '.cc':
                found |= {f'{suite}.{name}' for suite, name in
                          re.findall(r'^TEST(?:_[FP])?\((\w+),\s*(\w+)\)', text, re.MULTILINE)}
            elif path.parent.name == 'e2e':
                found |= {f'e2e.{name}'
                          for name in re.findall(r'^def (\w+)\(lab', text, re.MULTILINE)}
            elif path.name == 'CMakeLists.txt':
                text = path.read_text(encoding='utf-8')
                found |= set(re.findall(r'add_test\(NAME ([\w.]+)', text))
    return found


def main() -> int:
    if len(sys.argv) != 2:
        print('usage: named_tests.py ROOT', file=sys.stderr)
        return 2
    root = Path(sys.argv[1])
    there = tests(root)
    named = [(number, name)
             for number, line in enumerate((root / DOCUMENT).read_text().splitlines(), 1)
             for name in NAME.findall(line)]
    lacking = [(number, name) for number, name in named if name not in there]
    for number, name in lacking:
        print(f'{DOCUMENT}:{number}: there is no test {name}')
    if len(named) < 50:
        print(f'{DOCUMENT}: {len(named)} tests are named, where are the others?')
    return 1 if lacking or len(named) < 50 else 0


if __name__ == '__main__':
    sys.exit(main())
