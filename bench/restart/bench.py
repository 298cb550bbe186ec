#!/usr/bin/env python3
"""How soon a server answers again on a big store, what memory a lease then takes, and what room on
the disk: `lessor serve`, and Kea's memfile beside it in the same run: bench.py [--leases N]
[--kea-leases M] [--rounds R] [--beside PROGRAM ...] [--json]. Another build of lessor, named with
--beside, starts on the same store, in turns.

The stores are made just before, so the kernel has them in its memory: what is measured is the
server's own work. The first answer is the first DHCPOFFER to DISCOVERs that are sent every 5 ms
through a relay's socket from before the server is started.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'bench'))
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import dhcp  # noqa: E402: the lab's modules are beside the tests
import isolate  # noqa: E402
from kea_leases import make_kea_leases  # noqa: E402
from lab import Failure, Host, Lab  # noqa: E402
from servers import LESSOR, Kea, Lessor, Server, config, subnet  # noqa: E402

BUILD = Path(LESSOR).parent
SERVER, RELAY = '10.0.0.1', '10.0.0.2'
FIRST = 10 << 24 | 1 << 16  # 10.1.0.0
LIFETIME = 86400
PATIENCE = 600  # seconds for a start
SETTLING = 1  # second until room for more leases is made


class Bench:
    def __init__(self, lab: Lab, folder: Path):
        self.folder = folder
        switch = lab.switch(record=False)
        self.server_host, self.relay = lab.host('server'), lab.host('relay')
        lab.connect(self.server_host, switch, address=f'{SERVER}/8')
        lab.connect(self.relay, switch, address=f'{RELAY}/8')
        self.dhcp4 = config(subnet('10.0.0.0/8', '10.1.0.0-10.254.255.255', SERVER, id=1),
                            valid=LIFETIME)

    def first_answer(self, server: Server, host: Host) -> float:
        """Seconds from the start of the process to its first DHCPOFFER."""
        message = dhcp.Message(xid=7, chaddr='02:bb:00:00:00:07', giaddr=RELAY, hops=1,
                               options=[(dhcp.MESSAGE_TYPE, bytes([dhcp.DISCOVER]))]).encode()
        with host.network():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind((RELAY, 67))
        s.settimeout(0.005)
        started = time.monotonic()
        server.launch()
        while time.monotonic() < started + PATIENCE:
            s.sendto(message, (SERVER, 67))
            try:
                s.recv(2048)
                return time.monotonic() - started
            except OSError:  # not yet: silence, or a refusal by its kernel
                if not server.running():
                    raise Failure(f'{server.name} ended: {server.process.output()}') from None
        raise Failure(f'{server.name}: no answer within {PATIENCE} s')

    def start_once(self, server: Server, leases: int) -> dict:
        seconds = self.first_answer(server, self.relay)
        folder = Path(f'/proc/{server.process.pid}')
        ticks = (folder / 'stat').read_text().rsplit(')')[1].split()
        time.sleep(SETTLING)
        memory = (folder / 'status').read_text(encoding='ascii')
        facts = dict(line.split(':', 1) for line in memory.splitlines())
        resident, peak = (int(facts[name].split()[0]) << 10 for name in ('VmRSS', 'VmHWM'))
        server.stop()
        return {'seconds': seconds,
                'processor-seconds':
                    (int(ticks[11]) + int(ticks[12])) / os.sysconf('SC_CLK_TCK'),
                'octets-a-lease': resident / leases, 'peak-octets-a-lease': peak / leases}

    def start_without_leases(self, server: Server) -> int:
        """Octets of memory that the process takes before there is a lease."""
        full, server.store = server.store, server.store.with_name('empty-' + server.store.name)
        shutil.rmtree(server.store, ignore_errors=True)
        octets = self.start_once(server, 1)['octets-a-lease']
        server.store = full
        return round(octets)

    def measure(self, servers: list[Server], leases: int, rounds: int) -> list[dict]:
        """Medians of each server's starts on its store, in turns."""
        bare = [self.start_without_leases(server) for server in servers]
        starts = [[self.start_once(server, leases) for server in servers] for _ in range(rounds)]
        results = []
        for server, own, octets in zip(servers, zip(*starts), bare):
            files = [server.store] if server.store.is_file() else server.store.rglob('*')
            size = sum(f.stat().st_size for f in files if f.is_file())
            medians = {key: statistics.median(start[key] for start in own) for key in own[0]}
            results.append({'server': server.name, 'leases': leases, **medians,
                            'octets-without-leases': octets,
                            'disk-octets-a-lease': size / leases})
        return results


def measure_all(lab: Lab, folder: Path, args: argparse.Namespace) -> list[dict]:
    bench = Bench(lab, folder)
    store = folder / 'store'
    lessors = [Lessor(bench.server_host, bench.dhcp4)]
    lessors += [Lessor(bench.server_host, bench.dhcp4, name=Path(program).name, program=program)
                for program in args.beside]
    for lessor in lessors:
        lessor.store = store
    started = time.monotonic()
    subprocess.run([BUILD / 'bench' / 'make_store', store, str(args.leases), '10.1.0.0'],
                   check=True)
    made = time.monotonic() - started
    results = [result | {'made-in-seconds': made}
               for result in bench.measure(lessors, args.leases, args.rounds)]
    if args.kea_leases:
        kea = Kea(bench.server_host, bench.dhcp4)
        kea.store = folder / 'kea-leases4.csv'
        make_kea_leases(kea.store, args.kea_leases, FIRST, LIFETIME)
        results += bench.measure([kea], args.kea_leases, args.rounds)
    return results


def show(result: dict) -> str:
    return (f'{result["server"]}: {result["leases"]:,} leases, first answer after '
            f'{result["seconds"]:.2f} s ({result["processor-seconds"]:.2f} s of a processor); '
            f'octets a lease: {result["octets-a-lease"]:.0f} in memory '
            f'(at most {result["peak-octets-a-lease"]:.0f} meanwhile; the process takes '
            f'{result["octets-without-leases"] / 1e6:.0f} MB without any lease), '
            f'{result["disk-octets-a-lease"]:.0f} on disk')


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--leases', type=int, default=10_000_000)
    parser.add_argument('--kea-leases', type=int, default=1_000_000, help='0: without Kea')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--beside', metavar='PROGRAM', nargs='*', default=[])
    parser.add_argument('--json', action='store_true')
    args = parser.parse_args()
    isolate.enter()
    folder = Path(os.environ.get('LESSOR_BENCH_FOLDER', BUILD)) / 'bench-restart'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        with Lab('restart') as lab:
            results = measure_all(lab, folder, args)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(results) if args.json else '\n'.join(map(show, results)))
    return 0


if __name__ == '__main__':
    sys.exit(main())
