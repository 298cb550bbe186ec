#!/usr/bin/env python3
"""Runs one end-to-end case: run.py CASE, as ctest does. run.py --list names them, and says which
want the machine for themselves."""

import os
import struct
import subprocess
import sys
import time
import traceback
from pathlib import Path

import attacks
import boot
import classes
import client_host
import client_life
import client_servers
import client_troubles
import commands
import crashes
import disks
import durability
import expressions
import followers
import guards
import hosts
import http_control
import isolate
import lease_queries
import limits
import kept
import load_tester
import matrix
import networks
import operations
import option_values
import overload
import privileges
import relays
import renewals
import scenarios
import sequences
import takeover
import troubles
import workbench
from clients import CLIENTS
from lab import Failure, Lab, check
from servers import LESSOR

LAW_BYTES = 4_000_000  # of a load test's capture the law takes too long to look at

MATRIX = {f'{row.__name__}.{name}': (lambda lab, row=row, kind=kind: row(lab, kind))
          for row in matrix.ROWS for name, kind in CLIENTS.items()}
MODULES = (scenarios, durability, crashes, disks, operations, troubles, workbench, client_life,
           client_host, client_troubles, relays, attacks, overload, privileges, limits,
           load_tester, expressions, classes, hosts, networks, sequences, commands, takeover,
           option_values, boot, kept, lease_queries, guards, followers, http_control,
           renewals)
PARALLEL = MATRIX | client_servers.MATRIX | {c.__name__: c for m in MODULES for c in m.PARALLEL}
ALONE = {c.__name__: c for m in MODULES for c in m.ALONE}
CASES = PARALLEL | ALONE


def check_decodes(lab: Lab) -> None:
    """tshark finds nothing wrong with what the server sent: neither malformed nor a bad checksum
    nor a warning."""
    warning = 0x600000
    senders = ', '.join(lab.checked_macs)
    if not senders:
        return
    lab.flush()
    bad = (f'dhcp && eth.src in {{{senders}}} && '
           f'(_ws.malformed || _ws.expert.severity >= {warning})')
    for pcap in lab.pcaps():
        done = subprocess.run(['tshark', '-n', '-r', pcap, '-o', 'ip.check_checksum:TRUE', '-o',
                               'udp.check_checksum:TRUE', '-Y', bad, '-V'], capture_output=True,
                              text=True, check=False)
        check(done.returncode == 0, f'tshark: {done.stderr}')
        check(not done.stdout, f'tshark does not like these packets:\n{done.stdout}')


def whole_frames(pcap: Path) -> bytes:
    """A capture as far as it is written: the lab goes on recording while we read."""
    data, at = pcap.read_bytes(), 24
    while at + 16 <= len(data):
        end = at + 16 + struct.unpack_from('<I', data, at + 8)[0]
        if end > len(data):
            break
        at = end
    return data[:at]


def check_law(lab: Lab) -> None:
    """craft(show(p)) == p for every packet that passed: real programs' packets are the corpus."""
    files = [lab.logs / name for name in ('shown.txt', 'shown', 'shown_again')]
    text, before, after = files
    lab.flush()
    for pcap in lab.pcaps():
        if pcap.stat().st_size > LAW_BYTES:
            continue
        before.write_bytes(whole_frames(pcap))
        with text.open('w', encoding='utf-8') as out:
            subprocess.run([LESSOR, 'show', before, '--all', '--text'], stdout=out, check=True)
        if not text.stat().st_size:
            continue
        subprocess.run([LESSOR, 'show', text, '--all', '-w', after, '--brief'], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        check(after.read_bytes()[24:] == before.read_bytes()[24:],
              f'{pcap.name}: what show prints is not read back')
    for file in files:
        file.unlink(missing_ok=True)


def run(name: str) -> int:
    isolate.enter()
    started = time.monotonic()
    try:
        with Lab(name) as lab:
            CASES[name](lab)
            check_decodes(lab)
            check_law(lab)
    except Failure as failure:
        frame = traceback.extract_tb(failure.__traceback__)[1:]
        where = next((f for f in frame if not f.filename.endswith(('run.py', 'lab.py'))), frame[0])
        print(f'\nFAILED {name} at {os.path.basename(where.filename)}:{where.lineno}: {failure}')
        return 1
    print(f'{name}: {time.monotonic() - started:.1f} s')
    return 0


def main() -> int:
    if sys.argv[1:] == ['--list']:
        print('\n'.join(f'{name} {"alone" if name in ALONE else "parallel"}' for name in CASES))
        return 0
    if len(sys.argv) != 2 or sys.argv[1] not in CASES:
        print('usage: run.py CASE, one of\n  ' + '\n  '.join(CASES), file=sys.stderr)
        return 2
    return run(sys.argv[1])


if __name__ == '__main__':
    sys.exit(main())
