#!/usr/bin/env python3
"""`lessor show --brief` against `tshark -Y dhcp -T fields` with the same fields, over one capture.

Fails when lessor is not at least 20 times as fast, by processor time a packet, or when its memory
grows with the file. LESSOR_SHOW_PACKETS says how many packets (300,000). LESSOR is the program.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import capture

LESSOR = os.environ.get('LESSOR', str(Path(__file__).parents[2] / 'build' / 'lessor'))
PACKETS = int(os.environ.get('LESSOR_SHOW_PACKETS', '300000'))
FEW = 10_000  # for the start-up's share
TSHARKS = 60_000  # it need not read them all to show its pace
RUNS = 3
RATIO = 20
GROWTH_KB = 1_024

# What a brief line says, in tshark's words.
FIELDS = ('frame.number', 'frame.time_epoch', 'ip.src', 'ip.dst', 'dhcp.option.dhcp',
          'dhcp.hw.mac_addr', 'dhcp.id', 'dhcp.ip.client', 'dhcp.ip.your',
          'dhcp.option.requested_ip_address', 'dhcp.option.dhcp_server_id',
          'dhcp.option.ip_address_lease_time', 'dhcp.option.hostname', 'dhcp.ip.relay',
          'dhcp.option.agent_information_option.agent_circuit_id',
          'dhcp.option.agent_information_option.agent_remote_id')


def measure(words: list[str]) -> tuple[float, int]:
    """Processor seconds and the most memory in KB of one run: the best of a few."""
    best = None
    for _ in range(RUNS):
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            _, status, used = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
        assert run.returncode == 0, (words, run.returncode)
        seconds = used.ru_utime + used.ru_stime
        if best is None or seconds < best[0]:
            best = seconds, used.ru_maxrss
    return best


def pace(few: list[str], many: list[str], packets: int) -> tuple[float, int, int]:
    """Packets a second without the start-up, and the memory of both runs."""
    short, short_kb = measure(few)
    long, long_kb = measure(many)
    return packets / (long - short), short_kb, long_kb


def main() -> int:
    if shutil.which('tshark') is None:
        print('skipped: no tshark to compare with')
        return 77
    with tempfile.TemporaryDirectory(prefix='lessor-speed-') as where:
        few, some, many = (Path(where) / name for name in ('few.pcap', 'some.pcap', 'many.pcap'))
        capture.write(few, FEW)
        capture.write(some, TSHARKS)
        capture.write(many, PACKETS)
        ours = [LESSOR, 'show', '--brief']
        theirs = ['tshark', '-n', '-Y', 'dhcp', '-T', 'fields',
                  *(word for field in FIELDS for word in ('-e', field)), '-r']
        our_pace, few_kb, many_kb = pace([*ours, str(few)], [*ours, str(many)], PACKETS - FEW)
        their_pace, *_ = pace([*theirs, str(few)], [*theirs, str(some)], TSHARKS - FEW)
    ratio = our_pace / their_pace
    print(f'lessor {our_pace:,.0f} packets/s, tshark {their_pace:,.0f}: {ratio:.1f} times; '
          f'{few_kb:,} KB for {FEW:,} packets, {many_kb:,} KB for {PACKETS:,}')
    assert ratio >= RATIO, f'{ratio:.1f} times tshark, at least {RATIO} are wanted'
    assert many_kb - few_kb < GROWTH_KB, 'memory grows with the file'
    return 0


if __name__ == '__main__':
    sys.exit(main())
