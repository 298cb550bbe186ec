#!/usr/bin/env python3
"""No code is loaded into a running program, and few places run others: as the binary's own symbols
tell, and the sources."""

import os
import re
import subprocess
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LESSOR = os.environ.get('LESSOR', str(ROOT / 'build' / 'lessor'))
LOADERS = {'dlopen', 'dlmopen', 'dlsym', 'system', 'popen', 'wordexp', 'vfork', 'execl', 'execlp',
           'execle', 'execv', 'execvpe', 'execveat', 'fexecve', 'posix_spawn', 'posix_spawnp',
           '__libc_dlopen_mode'}
RUNNERS = {'execve', 'execvp', 'fork'}
# The client's hook and resolvconf programs, and what a server's operator has run at lease events,
# each started by a process that reads no packet; the hosts of demos; and a child that tries whether
# another user can be become.
MAY_RUN = {'src/runtime/child_process.cc', 'src/runtime/namespaces.cc',
           'src/runtime/privileges.cc', 'src/host/hand.cc', 'src/host/errands.cc',
           'src/host/program.cc',
           'src/cli/client/daemon.cc'}


def imports() -> set[str]:
    """The functions that the program takes from libraries."""
    done = subprocess.run(['nm', '--dynamic', '--undefined-only', LESSOR], capture_output=True,
                          text=True, check=True)
    return {line.split()[-1].split('@')[0] for line in done.stdout.splitlines()}


def libraries() -> str:
    done = subprocess.run(['readelf', '--dynamic', '--wide', LESSOR], capture_output=True,
                          text=True, check=True)
    return done.stdout


class LoadsNoCode(unittest.TestCase):
    def test_asks_no_library_to_load_code_or_to_run_a_shell(self):
        found = imports()
        self.assertIn('socket', found)  # there are symbols to look at
        self.assertEqual(found & LOADERS, set())

    def test_runs_programs_in_few_places(self):
        for name in RUNNERS:
            users = {str(path.relative_to(ROOT)) for path in (ROOT / 'src').rglob('*.cc')
                     if not path.name.endswith('_test.cc') and
                     re.search(rf'\b{name}\s*\(', path.read_text(encoding='utf-8'))}
            self.assertLessEqual(users, MAY_RUN, name)

    def test_looks_for_libraries_nowhere_else(self):
        self.assertNotRegex(libraries(), r'RPATH|RUNPATH')

    def test_has_no_writable_code_and_no_executable_stack(self):
        done = subprocess.run(['readelf', '--segments', '--wide', LESSOR], capture_output=True,
                              text=True, check=True)
        self.assertRegex(done.stdout, r'GNU_STACK .* RW +0x')
        self.assertNotRegex(done.stdout, r'LOAD .* RWE ')
        self.assertIn('GNU_RELRO', done.stdout)
        self.assertRegex(libraries(), r'FLAGS_1.*NOW')


if __name__ == '__main__':
    unittest.main()
