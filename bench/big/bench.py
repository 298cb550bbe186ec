#!/usr/bin/env python3
"""A big configuration (10,000 subnets, 1,000,000 reservations, 500 classes: big_config.py) beside
one of a single subnet: how soon it is loaded, and at what rate each serves: bench.py [--rounds N]
[--json].

Loading is `lessor check`, indexes and all, in processor time and by the clock. Rates are new leases
of 60,000 clients through 1,000 relays in as many subnets. Both servers are there at once and are
asked in turns, a second each, one or the other first; the two of a turn are compared: where other
work comes and goes, it meets both. Each turn has other clients and other subnets, and each round
begins with new servers. Medians count. What a lease takes of a processor says which side it is that
a big configuration slows. The targets: loaded in 5 s, served at 0.9 of the rate of the small one or
more.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / 'test' / 'e2e'), str(Path(__file__).parent)]

import big_config  # noqa: E402: beside this one
import isolate  # noqa: E402: the lab's modules are beside the tests
from lab import Host, Lab, wait_until  # noqa: E402
from servers import LESSOR, Lessor  # noqa: E402

SERVERS = {'small': '192.0.2.1', 'big': '192.0.2.3'}
LOAD = '192.0.2.2'
RELAYS = 1_000  # each in another subnet of the big one, spread over them: one of eight
TURNS = 8  # so many times are there subnets that had no clients yet
CLIENTS = 60_000
TARGETS = {'seconds to load': 5.0, 'rate beside one subnet': 0.9}


def small_config() -> dict:
    """The same addresses in one subnet, for the same relays."""
    return {'valid-lifetime': 7200,
            'option-data': [{'name': 'domain-name-servers', 'data': '192.0.2.53'}],
            'subnet4': [{'subnet': '10.0.0.0/8', 'id': 1,
                         'pools': [{'pool': '10.128.0.0 - 10.143.255.255'}],
                         'option-data': [{'name': 'routers', 'data': '10.0.0.1'}]}]}


def measure_load(file: str) -> dict:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(os.devnull, 'w', encoding='ascii') as nowhere:
        subprocess.run([LESSOR, 'check', file], stdout=nowhere, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {'processor': after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            'clock': time.monotonic() - began, 'memory': after.ru_maxrss * 1024}


def processor_time(server: Lessor) -> float:
    """Seconds so far, of all threads."""
    stat = Path(f'/proc/{server.process.pid}/stat').read_text(encoding='ascii')
    ticks = stat.rpartition(')')[2].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf('SC_CLK_TCK')


def start(host: Host, dhcp4: dict, name: str) -> Lessor:
    server = Lessor(host, {'interfaces-config': {'interfaces': ['eth0']}, **dhcp4}, name)
    server.launch()
    wait_until(lambda: server.ask('status', ok=(0, 3)) != '', 'the server to be ready', 120)
    server.wait_ready()
    return server


def measure(server: Lessor, address: str, load: Host, turn: int) -> dict:
    """Leases a second, and what one takes: microseconds of the server's and of the load tester's
    processor time."""
    before = processor_time(server)
    said = load.run(LESSOR, 'bench', address, '--json', '--clients', str(CLIENTS), '--first',
                    str(turn * CLIENTS), '--giaddr', f'10.0.{turn}.2/21x{RELAYS}', '--window',
                    '256', timeout=300)
    taken = processor_time(server) - before
    report = json.loads(said)
    done, rate = report['run']['counts']['done'], report['run']['exchanges-per-second']
    if done < CLIENTS:
        raise RuntimeError(f'only {done} of {CLIENTS} were served')
    return {'rate': rate, 'server': taken / done * 1e6,
            'load tester': report['generator']['cpu-share'] / rate * 1e6}


def measure_both(rounds: int, big: dict) -> tuple[dict, list[float]]:
    """By configuration the medians of what measure() says; of each turn the rate of the big one
    beside that of the small one."""
    configs = {'small': small_config(), 'big': big}
    all_of_it: dict[str, list[dict]] = {name: [] for name in configs}
    with Lab('bench-big') as lab:
        switch, load = lab.switch(record=False), lab.host('load')
        lab.connect(load, switch, address=f'{LOAD}/24')
        hosts = {name: lab.host(name) for name in configs}
        for name, host in hosts.items():
            lab.connect(host, switch, address=f'{SERVERS[name]}/24')
            host.run('ip', 'route', 'add', '10.0.0.0/8', 'via', LOAD)
        for number in range(rounds):
            servers = {name: start(host, configs[name], f'{name}{number}')
                       for name, host in hosts.items()}
            for turn in range(TURNS):
                for name in list(servers)[::1 if (number + turn) % 2 == 0 else -1]:
                    all_of_it[name].append(measure(servers[name], SERVERS[name], load, turn))
            for server in servers.values():
                server.stop()
    medians = {name: {what: statistics.median(each[what] for each in measured)
                      for what in measured[0]}
               for name, measured in all_of_it.items()}
    ratios = [of_big['rate'] / of_small['rate']
              for of_small, of_big in zip(all_of_it['small'], all_of_it['big'])]
    return medians, ratios


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition('\n\n')[0])
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--json', action='store_true')
    args = parser.parse_args()
    isolate.enter()
    config = big_config.make()
    file = '/mnt/big.json'  # in a namespace of our own
    subprocess.run(['mount', '-t', 'tmpfs', 'none', '/mnt'], check=True)
    big_config.write(file, config)
    load = measure_load(file)
    both, ratios = measure_both(args.rounds, config['Dhcp4'])
    small, big = both['small'], both['big']
    ratio = statistics.median(ratios)
    if args.json:
        print(json.dumps({'load': load, 'served': both, 'ratio': ratio, 'ratios': ratios}))
    else:
        print(f"loaded in {load['processor']:.1f} s of processor time, {load['clock']:.1f} s by "
              f"the clock, {load['memory'] / 1e6:.0f} MB")
        print(f"new leases a second: {big['rate']:.0f}, beside {small['rate']:.0f} with one "
              f"subnet: {ratio:.2f} ({', '.join(f'{each:.2f}' for each in sorted(ratios))})")
        for side in ('server', 'load tester'):
            print(f'processor time of a lease, {side}: {big[side]:.1f} us, beside '
                  f'{small[side]:.1f} us')
    met = load['processor'] < TARGETS['seconds to load'] and ratio >= TARGETS[
        'rate beside one subnet']
    return 0 if met else 1


if __name__ == '__main__':
    sys.exit(main())
