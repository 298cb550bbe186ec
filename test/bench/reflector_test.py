#!/usr/bin/env python3
"""The reflector against `lessor bench`: exchanges succeed on the link, behind relays and when
renewing, and every lease is right. In namespaces of its own."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / 'bench' / 'servers'))
sys.path.insert(0, str(ROOT / 'test' / 'e2e'))

import isolate  # noqa: E402: the modules are where they are used
from lab import Lab, check_equal  # noqa: E402
from scene import RELAYS, SERVER, SUBNET_RELAYS, Reflector, Site  # noqa: E402

CLIENTS = 2000


def main() -> int:
    isolate.enter()
    with Lab('reflector') as lab:
        site = Site(lab, lab.folder)
        reflector = Reflector(site)
        reflector.start()
        for target, *words in (('c0',), ('c0', '--broadcast'), ('c0', '--scenario', 'renew'),
                               (SERVER, '--giaddr', RELAYS), (SERVER, '--giaddr', SUBNET_RELAYS)):
            shown = site.bench(target, '--clients', str(CLIENTS), *words, timeout=60)
            counts = shown['run']['counts']
            what = f'exchanges of {" ".join([target, *words])} ({json.dumps(counts)})'
            check_equal(counts['done'], CLIENTS, what)
            check_equal(sum(shown['run']['violations'].values()), 0, f'wrong leases, {what}')
            check_equal(shown['holding'], CLIENTS, f'clients with a lease, {what}')
    return 0


if __name__ == '__main__':
    sys.exit(main())
