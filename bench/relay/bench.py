#!/usr/bin/env python3
"""How many packets a second `lessor relay` relays, beside Debian's dhcrelay and a forwarder that
knows nothing, in one run: bench.py [--seconds S] [--rounds N] [--json].

veth pairs in namespaces of their own: clients and server are one program on one core (relay_load),
the relay has the other, and both go before whatever else the machine does. DHCPDISCOVERs go up and
their DHCPOFFERs come down; the kernel counts what arrives. What each can do is the best of several
rates offered: who is flooded may do less than he can. The three take turns, and medians count.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import isolate  # noqa: E402: the lab's modules are beside the tests
from lab import Host, Lab, Process, wait_until  # noqa: E402

BUILD = Path(os.environ.get('LESSOR', ROOT / 'build' / 'lessor')).parent
GIADDR, SERVER, UPLINK = '10.1.0.1', '10.9.0.2', '10.9.0.1'
# Packets a second to each side; 0: as many as can be sent.
RATES = {'lessor relay': (0, 160_000), 'forwarder': (0, 160_000),
         'dhcrelay': (0, 40_000, 60_000, 80_000)}
URGENT = ('chrt', '-f', '10')


def core(number: int) -> list[str]:
    """The command that has another to itself on a core, where that is allowed."""
    allowed = subprocess.run([*URGENT, 'true'], capture_output=True, check=False).returncode == 0
    return [*(URGENT if allowed else ()), 'taskset', '-c', str(number)]


class Bench:
    def __init__(self, lab: Lab, seconds: float):
        self.seconds = seconds
        self.router, self.ends = lab.host('router'), lab.host('ends')
        holder = str(self.ends.holder.pid)
        for ours, theirs in (('lan', 'clients'), ('wan', 'server')):
            self.router.run('ip', 'link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs,
                            'netns', holder)
            self.router.run('ip', 'link', 'set', ours, 'up')
            self.ends.run('ip', 'link', 'set', theirs, 'up')
        self.router.run('ip', 'addr', 'add', f'{GIADDR}/24', 'dev', 'lan')
        self.router.run('ip', 'addr', 'add', f'{UPLINK}/24', 'dev', 'wan')
        self.ends.run('ip', 'addr', 'add', f'{SERVER}/24', 'dev', 'server')
        self.ends.run('ip', 'route', 'add', '10.1.0.0/24', 'via', UPLINK)

    def mac(self, host: Host, interface: str) -> str:
        return host.run('cat', f'/sys/class/net/{interface}/address').strip()

    def start(self, name: str) -> Process:
        first = core(0)
        if name == 'dhcrelay':
            process = self.router.start(*first, 'dhcrelay', '-4', '-d', '-q', '-a', '-iu', 'wan',
                                        '-id', 'lan', SERVER, log=name)
            wait_until(lambda: self.port_is_open(process), 'dhcrelay to open its port')
        elif name == 'forwarder':
            process = self.router.start(*first, str(BUILD / 'bench' / 'forwarder'), 'lan', 'wan',
                                        GIADDR, SERVER, self.mac(self.ends, 'server'), log=name)
            time.sleep(0.3)
        else:
            process = self.router.start(
                *first, str(BUILD / 'lessor'), 'relay', '--downlink', 'lan', '--server', SERVER,
                '--circuit-id', '{interface}', '--socket', str(self.router.folder / 'relay.sock'),
                log='lessor')
            process.wait_for_line('relaying')
        return process

    @staticmethod
    def port_is_open(process: Process) -> bool:
        return ':0043 ' in Path(f'/proc/{process.pid}/net/udp').read_text(encoding='ascii')

    def load(self, rate: int) -> dict:
        return json.loads(self.ends.run(
            *core(1), str(BUILD / 'bench' / 'relay_load'), 'clients', 'server', GIADDR, SERVER,
            self.mac(self.router, 'wan'), 'lan', str(self.seconds), str(rate)))

    def best(self, name: str) -> dict:
        """What it does at the rate that suits it best."""
        process = self.start(name)
        try:
            runs = [self.load(rate) for rate in RATES[name]]
        finally:
            process.stop()
        return max(runs, key=lambda r: r['requests'] + r['replies'])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--seconds', type=float, default=1.0, help='of each measurement')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--only', choices=list(RATES), help='measure this one alone')
    parser.add_argument('--json', action='store_true')
    args = parser.parse_args()
    isolate.enter()
    names = [args.only] if args.only else list(RATES)
    results: dict[str, list[dict]] = {name: [] for name in names}
    with Lab('bench') as lab:
        bench = Bench(lab, args.seconds)
        for _ in range(args.rounds):
            for name in names:
                results[name].append(bench.best(name))
    rates = {name: statistics.median(r['requests'] + r['replies'] for r in results[name])
             for name in names}
    ours = rates.get('lessor relay', 0.0)
    if args.json:
        print(json.dumps({'packets_per_second': rates, 'runs': results}))
        return 0
    print(f'relayed packets a second, both ways together ({args.rounds} rounds):')
    for name in names:
        up = statistics.median(r['requests'] for r in results[name])
        down = statistics.median(r['replies'] for r in results[name])
        ratio = f'   lessor relay does {ours / rates[name]:.2f} times that' if ours else ''
        print(f'  {name:<14}{rates[name]:>9,.0f}   ({up:,.0f} up, {down:,.0f} down)' +
              (ratio if name != 'lessor relay' else ''))
    return 0


if __name__ == '__main__':
    sys.exit(main())
