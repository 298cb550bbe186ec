#!/usr/bin/env python3
"""The service units shut the programs in as these shut themselves in: systemd finds nothing wrong
with them and an exposure of at most 2.0, and they forbid nothing that the programs need."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSOR = os.environ.get('LESSOR', str(ROOT / 'build' / 'lessor'))
UNITS = sorted((ROOT / 'packaging').glob('*.service'))
EXPOSURE_MAX = 2.0
KEPT = {'CAP_NET_RAW', 'CAP_NET_BIND_SERVICE'}


def settings(unit: Path) -> dict[str, list[str]]:
    """Key -> its values, one a line."""
    found: dict[str, list[str]] = {}
    for line in unit.read_text(encoding='ascii').splitlines():
        key, equals, value = line.partition('=')
        if equals and not line.startswith('#'):
            found.setdefault(key, []).append(value)
    return found


def analyze(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(['systemd-analyze', '--no-pager', *words], capture_output=True, text=True,
                          check=False)


def groups() -> dict[str, set[str]]:
    """systemd's groups of system calls, groups in them resolved."""
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in analyze('syscall-filter').stdout.splitlines():
        if line.startswith('@'):
            current = found.setdefault(line.strip(), set())
        elif line.startswith('    ') and not line.strip().startswith('#'):
            current.add(line.strip())

    def resolve(names: set[str]) -> set[str]:
        return {call for name in names for call in
                (resolve(found[name]) if name in found else {name})}
    return {name: resolve(calls) for name, calls in found.items()}


def allowed(lines: list[str], known: dict[str, set[str]]) -> set[str]:
    """What the lines of SystemCallFilter= allow, one after the other."""
    calls = set(known['@default'])
    for line in lines:
        named = {call for word in line.lstrip('~').split() for call in known.get(word, {word})}
        calls = calls - named if line.startswith('~') else calls | named
    return calls


def needed() -> set[str]:
    """What the programs' own filter lets pass, and what they need to get there."""
    source = (ROOT / 'src/runtime/system_call_filter.cc').read_text(encoding='utf-8')
    lists = re.findall(r'constexpr const char\* k(\w+)\[\] = \{([^}]*)\};', source)
    calls = {call for name, text in lists if name != 'Deadly'
             for call in re.findall(r'"(\w+)"', text)}
    calls |= set(re.findall(r'\{"(\w+)", *\{', source))
    return calls | {'openat', 'capset', 'seccomp', 'landlock_create_ruleset', 'landlock_add_rule',
                    'landlock_restrict_self'}


class Units(unittest.TestCase):
    def test_there_are_some(self):
        self.assertEqual([u.name for u in UNITS], ['lessor-relay.service', 'lessor.service'])

    def test_are_little_exposed(self):
        for unit in UNITS:
            done = analyze('security', '--offline=true', str(unit))
            match = re.search(r'exposure level for \S+: ([\d.]+)', done.stdout)
            self.assertTrue(match, done.stdout + done.stderr)
            self.assertLessEqual(float(match[1]), EXPOSURE_MAX, done.stdout)
            print(f'{unit.name}: exposure {match[1]}', file=sys.stderr)

    def test_are_understood(self):
        for unit in UNITS:
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / unit.name
                copy.write_text(unit.read_text().replace('/usr/bin/lessor', LESSOR))
                done = analyze('verify', str(copy))
                about_us = [line for line in done.stderr.splitlines() if unit.stem in line]
                self.assertEqual(about_us, [], done.stderr)

    def test_keep_what_the_programs_keep(self):
        for unit in UNITS:
            found = settings(unit)
            for key in ('AmbientCapabilities', 'CapabilityBoundingSet'):
                self.assertEqual(set(found[key][0].split()), KEPT, f'{unit.name}: {key}')
            self.assertEqual(set(found['RestrictAddressFamilies'][0].split()),
                             {'AF_UNIX', 'AF_INET', 'AF_NETLINK', 'AF_PACKET'}, unit.name)
            self.assertEqual(found['UMask'], ['0027'])
            self.assertEqual(found['User'], ['lessor'])

    def test_forbid_no_system_call_that_is_needed(self):
        known = groups()
        of_systemd = {call for calls in known.values() for call in calls}
        for unit in UNITS:
            may = allowed(settings(unit)['SystemCallFilter'], known)
            lacking = {call for call in needed() - may if call in of_systemd}
            # What systemd does not know, it forbids, and libraries then do without.
            self.assertEqual(lacking, set(), unit.name)

    def test_make_their_user(self):
        text = (ROOT / 'packaging/lessor.sysusers').read_text(encoding='ascii')
        self.assertRegex(text, r'(?m)^u lessor - ')


if __name__ == '__main__':
    if shutil.which('systemd-analyze') is None:
        in_ci = os.environ.get('CI') == 'true'
        print(f'{"FAILED" if in_ci else "SKIPPED"}: there is no systemd-analyze')
        sys.exit(1 if in_ci else 77)
    unittest.main()
