#!/usr/bin/env python3
"""Lessor beside Kea, dnsmasq, dhcpd and a reflector that knows nothing, on this machine, in one
run: bench.py [--rounds N] [--quick] [--only lessor,kea] [--write].

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
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import isolate  # noqa: E402: the lab's modules are beside the tests
import machine  # noqa: E402
import proof  # noqa: E402
from document import Run, document  # noqa: E402
from figures import Results  # noqa: E402
from lab import Failure, Lab  # noqa: E402
from measures import BURST_SECONDS, Meter, Settings  # noqa: E402
from report import Facts, for_terminal, plain  # noqa: E402
from scene import BUILD, CONTESTANTS, LESSOR, Contestant, Site  # noqa: E402

FULL = Settings(rounds=5, seconds=2.0, leases=1_000_000, avalanche=100_000, steady_rate=2000)
QUICK = Settings(rounds=1, seconds=1.0, leases=100_000, avalanche=20_000, steady_rate=2000,
                 search=False)
PATIENT_ROUNDS = 2  # of what takes a server minutes
DOCUMENT = ROOT / 'docs' / 'performance.md'


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--rounds', type=int, help='5; with --quick: 1')
    parser.add_argument('--quick', action='store_true', help='two minutes; figures for a look')
    parser.add_argument('--only', help='some of: ' + ','.join(CONTESTANTS))
    parser.add_argument('--write', action='store_true', help='write docs/performance.md')
    parser.add_argument('--json', type=Path, help='a file for all that was measured')
    args = parser.parse_args()
    args.servers = args.only.split(',') if args.only else list(CONTESTANTS)
    unknown = [name for name in args.servers if name not in CONTESTANTS]
    if unknown:
        parser.error(f'no server {unknown[0]!r}; there are: {", ".join(CONTESTANTS)}')
    return args


def say(what: str) -> None:
    print(f'{time.strftime("%H:%M:%S")} {what}', file=sys.stderr, flush=True)


class Bench:
    """One run, from its first server to the document."""

    def __init__(self, lab: Lab, folder: Path, settings: Settings, names: list[str]):
        self.settings, self.results = settings, Results()
        self.site = Site(lab, folder)
        self.meter = Meter(self.site, settings, self.results)
        self.servers = [s for name in names if (s := self.enter(name))]
        self.flushes: list[proof.Flushes] = []
        self.law: bool | None = None
        self.made: dict[str, Path] = {}

    def enter(self, name: str) -> Contestant | None:
        try:
            return CONTESTANTS[name](self.site)
        except Failure as failure:
            say(f'{CONTESTANTS[name].title}: {failure}')
            self.results.refuse('everything', name, 'it could not be set up (no loop device?)')
            return None

    def attempt(self, what: str, server: Contestant, action: Callable[[], None]) -> None:
        """A server that fails is told, and does not end the others' run."""
        say(f'{server.title}: {what}')
        try:
            action()
        except Failure as failure:
            say(f'{server.title}: {what}: {failure}')
            self.results.refuse(what, server.name, 'it failed in this run')
            if server.process and server.process.running():
                server.process.popen.kill()
                server.process.wait()

    def run(self) -> None:
        for number in range(self.settings.rounds):
            say(f'round {number + 1} of {self.settings.rounds}')
            for server in self.servers:
                self.attempt('usual', server, lambda s=server: self.meter.usual(s))
            for server in self.servers:
                self.attempt('subnets', server, lambda s=server: self.meter.thousand_subnets(s))
            for server in self.servers:
                if not server.variant and (server.quick or number < PATIENT_ROUNDS):
                    self.many(server)
        for server in self.servers:
            if server.keeps and not server.variant:
                self.attempt('flushes', server, lambda s=server: self.flushes.append(
                    proof.count_flushes(self.meter, s)))
        say('load generators')
        proof.compare_generators(self.meter)
        say(f'e2e.{proof.LAW}')
        self.law = proof.law_holds()

    def many(self, server: Contestant) -> None:
        """What needs many leases, or many clients."""
        if server.slow:
            rate = self.results.rate('direct', server.name) or 1.0
            for what, number in (('avalanche', self.settings.avalanche),
                                 ('million', self.settings.leases)):
                self.results.refuse(what, server.name, f'at its {rate:,.0f} leases a second '
                                    f'{number:,} would take {number / rate / 60:,.0f} minutes')
            return
        self.attempt('avalanche', server, lambda: self.meter.rush(server))
        if not server.keeps:
            return
        if server.name not in self.made:
            say(f'{server.title}: a store with {self.settings.leases:,} leases')
            self.made[server.name] = self.site.folder / f'{server.name}.made'
            server.make_leases(self.made[server.name], self.settings.leases)
        made = self.made[server.name]
        self.attempt('million', server, lambda: self.meter.beside_many(server, made))
        self.attempt('full', server, lambda: self.meter.nearly_full(server, made))

    def facts(self) -> Facts:
        settings = self.settings
        return Facts({'leases': f'{settings.leases:,}', 'avalanche': f'{settings.avalanche:,}',
                      'steady': f'{settings.steady_rate:,}', 'rounds': str(settings.rounds),
                      'burst': str(BURST_SECONDS), 'patient': str(PATIENT_ROUNDS)},
                     {server.name: server.title for server in self.servers})


def as_json(results: Results) -> dict:
    return {f'{measure}/{server}': [dataclasses.asdict(s) for s in samples]
            for (measure, server), samples in results.samples.items()}


def command(args: argparse.Namespace) -> str:
    """What the reader types for the same."""
    words = ['--quick'] if args.quick else []
    words += ['--rounds', str(args.rounds)] if args.rounds else []
    words += ['--only', args.only] if args.only else []
    return ' '.join(['./dev bench', *words])


def main() -> int:
    args = parse()
    isolate.enter()
    settings = QUICK if args.quick else FULL
    if args.rounds:
        settings = dataclasses.replace(settings, rounds=args.rounds)
    folder = Path(os.environ.get('LESSOR_BENCH_FOLDER', BUILD)) / 'bench-servers'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.monotonic()
    try:
        facts = machine.facts(folder, LESSOR)
        with Lab('bench') as lab:
            bench = Bench(lab, folder, settings, args.servers)
            bench.run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    run = Run(results=bench.results, facts=bench.facts(), machine=facts,
              flushes=proof.flush_table(bench.flushes), law=bench.law, law_name=proof.LAW,
              windows=bench.meter.windows, command=command(args),
              minutes=(time.monotonic() - started) / 60, seconds=settings.seconds)
    print('\n'.join(f'{k}: {v}' for k, v in facts.items()) + '\n')
    print(for_terminal(bench.results, run.facts))
    print('\nflushes:\n' + plain(run.flushes))
    print(f'\ne2e.{proof.LAW}: {"passed" if bench.law else "FAILED"}; '
          f'the whole run took {run.minutes:.1f} minutes')
    if args.json:
        args.json.write_text(json.dumps(as_json(bench.results), indent=1))
    if args.write:
        before = DOCUMENT.read_text() if DOCUMENT.exists() else ''
        DOCUMENT.write_text(document(run, before))
        print('written: docs/performance.md')
    return 0


if __name__ == '__main__':
    sys.exit(main())
