#!/usr/bin/env python3
"""Lessor beside Kea, dnsmasq, dhcpd and a reflector that knows nothing, on this machine, in one
run: bench.py [--rounds N] [--quick] [--only lessor,kea].

Server and clients have network namespaces of their own and a wire between them; each server is
started afresh for each measurement, the servers take turns, and medians count.
"""

import argparse
import dataclasses
import json
import os
import shutil
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import isolate  # noqa: E402: the lab's modules are beside the tests
from figures import Results  # noqa: E402
from lab import Lab  # noqa: E402
from measures import Meter, Settings  # noqa: E402
from report import Facts, for_terminal  # noqa: E402
from scene import BUILD, CONTESTANTS, Contestant, Site  # noqa: E402

FULL = Settings(rounds=5, seconds=2.0, leases=1_000_000, avalanche=100_000, steady_rate=2000)
QUICK = Settings(rounds=1, seconds=1.0, leases=100_000, avalanche=20_000, steady_rate=2000)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--rounds', type=int, help='5; with --quick: 1')
    parser.add_argument('--quick', action='store_true', help='two minutes; figures for a look')
    parser.add_argument('--only', help='some of: ' + ','.join(CONTESTANTS))
    parser.add_argument('--json', type=Path, help='a file for all that was measured')
    args = parser.parse_args()
    args.servers = args.only.split(',') if args.only else list(CONTESTANTS)
    unknown = [name for name in args.servers if name not in CONTESTANTS]
    if unknown:
        parser.error(f'no server {unknown[0]!r}; there are: {", ".join(CONTESTANTS)}')
    return args


def say(what: str) -> None:
    print(f'{time.strftime("%H:%M:%S")} {what}', file=sys.stderr, flush=True)


def measure(meter: Meter, servers: list[Contestant]) -> None:
    for number in range(meter.settings.rounds):
        for server in servers:
            say(f'round {number + 1} of {meter.settings.rounds}: {server.title}')
            meter.usual(server)
            meter.thousand_subnets(server)


def as_json(results: Results) -> dict:
    return {f'{measure}/{server}': [dataclasses.asdict(s) for s in samples]
            for (measure, server), samples in results.samples.items()}


def main() -> int:
    args = parse()
    isolate.enter()
    settings = QUICK if args.quick else FULL
    if args.rounds:
        settings = dataclasses.replace(settings, rounds=args.rounds)
    folder = Path(os.environ.get('LESSOR_BENCH_FOLDER', BUILD)) / 'bench-servers'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    results = Results()
    try:
        with Lab('bench') as lab:
            site = Site(lab, folder)
            servers = [CONTESTANTS[name](site) for name in args.servers]
            measure(Meter(site, settings, results), servers)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    facts = Facts({'leases': f'{settings.leases:,}', 'avalanche': f'{settings.avalanche:,}',
                   'steady': f'{settings.steady_rate:,}', 'rounds': str(settings.rounds)},
                  {name: CONTESTANTS[name].title for name in args.servers})
    print(for_terminal(results, facts))
    if args.json:
        args.json.write_text(json.dumps(as_json(results), indent=1))
    return 0


if __name__ == '__main__':
    sys.exit(main())
