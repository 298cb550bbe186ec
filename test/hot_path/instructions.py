#!/usr/bin/env python3
"""Counts the instructions of one DISCOVER-OFFER-REQUEST-ACK with callgrind and compares them with
the recorded figure.

instructions.py PROGRAM [--record]: prints the figure; exits 1 when it grew by more than 3%, 77 when
valgrind is not installed. --record writes the figure down: do it when growth is worth its price,
and when a change made it smaller.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name('instructions.txt')
GROWTH = 1.03
SKIPPED = 77


def count(program):
    """Instructions of one exchange, by callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', '--toggle-collect=measured',
             f'--callgrind-out-file={folder}/out', program],
            capture_output=True, text=True, check=True)
    collected = re.search(r'Collected : (\d+)', run.stderr)
    exchanges = re.search(r'(\d+) exchanges', run.stdout)
    return int(collected[1]) // int(exchanges[1])


def main():
    if not shutil.which('valgrind'):
        print('valgrind is not installed')
        return SKIPPED
    figure = count(sys.argv[1])
    if '--record' in sys.argv[2:]:
        RECORD.write_text(f'{figure}\n')
    recorded = int(RECORD.read_text())
    print(f'one DISCOVER-OFFER-REQUEST-ACK: {figure} instructions ({recorded} recorded)')
    if figure > recorded * GROWTH:
        print(f'more than {GROWTH - 1:.0%} above the record: find out why, or record it')
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
