#!/usr/bin/env python3
"""How long clients wait while the lease store writes and merges data files: bench.py [--rounds N]
[--rate R] [--seconds S].

The same program serves the same load with a write buffer that takes all of it, and with one so
small that files are written and merged all the time; in turn, the medians of the rounds count.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'bench' / 'servers'))
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import isolate  # noqa: E402: the lab's modules are beside the tests
from durability import FAULTY  # noqa: E402
from lab import Lab  # noqa: E402
from scene import BUILD, LessorServer, Site, dhcp4  # noqa: E402
from servers import Lessor  # noqa: E402

BUFFERS = {'none': 32 << 20, 'all the time': 1 << 20}  # octets, by how often files are merged
SHOWN = ('p50', 'p99', 'p99.9', 'max')
AIM = 2.0  # of p99.9


class Store(LessorServer):
    """A server whose store has a write buffer of so many octets."""

    def __init__(self, site: Site, buffer: int):
        super().__init__(site)
        self.buffer = buffer

    def launch(self, layout: str, size: int):
        self.server = Lessor(self.site.server, dhcp4(layout, size), program=FAULTY)
        self.server.store = self.folder / 'store'
        self.server.launch({'LESSOR_TEST_WRITE_BUFFER': str(self.buffer)})
        assert self.server.process
        return self.server.process

    def files(self) -> int:
        """How many files RocksDB has made."""
        return max((int(f.stem) for f in (self.folder / 'store' / 'leases').glob('*.sst')),
                   default=0)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--rate', type=int, default=5000, help='exchanges begun a second')
    parser.add_argument('--seconds', type=int, default=8, help='of each load')
    return parser.parse_args()


def load(site: Site, store: Store, args: argparse.Namespace, first: int) -> dict[str, float]:
    """Latencies of whole exchanges, in milliseconds."""
    store.start()
    shown = site.bench('c0', '--clients', str(args.rate * args.seconds), '--first', str(first),
                       '--rate', str(args.rate), '--duration', f'{args.seconds}s',
                       timeout=args.seconds + 60)
    files = store.files()
    store.stop()
    whole = shown['run']['latency-ns']['bind']
    return {**{name: whole[name] / 1e6 for name in SHOWN}, 'files': files}


def main() -> None:
    args = parse()
    isolate.enter()
    with tempfile.TemporaryDirectory(dir=BUILD) as folder, Lab('compaction') as lab:
        site = Site(lab, Path(folder))
        seen: dict[str, list[dict[str, float]]] = {name: [] for name in BUFFERS}
        for number in range(args.rounds):
            for i, (name, buffer) in enumerate(BUFFERS.items()):
                first = (2 * number + i) * args.rate * args.seconds
                seen[name].append(load(site, Store(site, buffer), args, first))
    show(args, seen)


def show(args: argparse.Namespace, seen: dict[str, list[dict[str, float]]]) -> None:
    medians = {name: {what: statistics.median(r[what] for r in runs) for what in runs[0]}
               for name, runs in seen.items()}
    print(f'{args.rate:,} new leases a second for {args.seconds} s, medians of {args.rounds}; '
          'milliseconds')
    print(f'{"merging":<14}{"files":>7}' + ''.join(f'{name:>9}' for name in SHOWN))
    for name, figures in medians.items():
        print(f'{name:<14}{figures["files"]:>7.0f}' + ''.join(f'{figures[s]:>9.2f}' for s in SHOWN))
    quiet, busy = (medians[name]['p99.9'] for name in BUFFERS)
    verdict = 'met' if busy <= AIM * quiet else 'missed'
    print(f'p99.9 while files are merged: {busy / quiet:.2f} times (aim: at most {AIM:.0f}): '
          f'{verdict}')


if __name__ == '__main__':
    main()
