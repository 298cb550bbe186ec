#!/usr/bin/env python3
"""Counts instructions with callgrind and compares them with the recorded figures: of one
DISCOVER-OFFER-REQUEST-ACK in the packet thread, by the engine alone and with the frames around it,
checksums and all; of one through a relay agent, of one with ten client classes, of one relayed into
10,000 subnets with 500 classes (less than twice of what one relayed costs without), and of one
renewal; and of one lease in the commit thread at load.

instructions.py FOLDER [--record]: FOLDER has the programs. Prints the figures; exits 1 when one
grew by more than 2%, 77 when valgrind is not installed. --record writes them down: do it when
growth is worth its price, and when a change made them smaller.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = pathlib.Path(__file__).with_name('instructions.txt')
GROWTH = 1.02
SKIPPED = 77
PACKET = ['packet_in', 'packet_out']
RELAYED = 'relayed, frame to frame'
BIG = '10,000 subnets and 500 classes, relayed, frame to frame'
# What is counted: functions of exchange.cc (in a scene) and commits.cc.
COUNTED = {'engine': (['hot_path_exchange', 'direct'], ['engine_turn']),
           'frame to frame': (['hot_path_exchange', 'direct'], PACKET),
           RELAYED: (['hot_path_exchange', 'relayed'], PACKET),
           'renewal, frame to frame': (['hot_path_exchange', 'renewal'], PACKET),
           'ten client classes, frame to frame': (['hot_path_exchange', 'classified'], PACKET),
           BIG: (['hot_path_exchange', 'big'], PACKET),
           'commit': (['hot_path_commits'], ['commit_group'])}


def count(command, functions):
    """Instructions of one exchange or lease within `functions`, by callgrind."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', f'--callgrind-out-file={folder}/out',
             *(f'--toggle-collect={name}' for name in functions), *command],
            capture_output=True, text=True, check=True)
    collected = re.search(r'Collected : (\d+)', run.stderr)
    done = re.search(r'(\d+) (exchanges|leases)', run.stdout)
    return int(collected[1]) // int(done[1])


def read_record():
    lines = [line.rsplit(': ', 1) for line in RECORD.read_text().splitlines()]
    return {name: int(figure) for name, figure in lines}


def main():
    if not shutil.which('valgrind'):
        print('valgrind is not installed')
        return SKIPPED
    figures = {name: count([pathlib.Path(sys.argv[1]) / command[0], *command[1:]], functions)
               for name, (command, functions) in COUNTED.items()}
    if '--record' in sys.argv[2:]:
        RECORD.write_text(''.join(f'{name}: {figure}\n' for name, figure in figures.items()))
    recorded = read_record()
    print('instructions of one DISCOVER-OFFER-REQUEST-ACK, of a renewal, and of a lease\'s commit')
    for name, figure in figures.items():
        print(f'  {name}: {figure} ({recorded[name]} recorded)')
    grown = [name for name, figure in figures.items() if figure > recorded[name] * GROWTH]
    if grown:
        print(f'more than {GROWTH - 1:.0%} above the record: find out why, or record it')
    is_small = figures[BIG] < 2 * figures[RELAYED]
    if not is_small:
        print('a big configuration costs twice as much as a small one')
    return 1 if grown or not is_small else 0


if __name__ == '__main__':
    sys.exit(main())
