"""More than the server can answer: whom it answers then."""

import time

from attacks import ATTACKED, BAD_GIADDR, RATE, Site
from lab import Lab, check, wait_until

GIVEN_UP_US = 5_000_000  # 3 s, and the time until it is looked at


def overload_by_packets(lab: Lab) -> None:
    """Six floods of DISCOVERs at line rate, four from one port of a relay and two on a link: far
    more comes than can be answered. The server picks, and everybody else is served; on the flooded
    link, who has a lease."""
    site = Site(lab, nice=-2)  # nine others want the processor, too
    site.settle()
    relayed = [site.flood('discover', f'giaddr={BAD_GIADDR}', 'circuit=port-66', relayed=True)
               for _ in range(4)]
    floods = relayed + [site.flood('discover') for _ in range(2)]
    time.sleep(ATTACKED)
    site.end_windows()
    for flood in floods:
        flood.stop()

    def is_quiet() -> bool:
        def received() -> int:
            return site.counters()['packets: received-framed']
        before = received()
        time.sleep(0.1)
        return received() - before < RATE * 4
    wait_until(is_quiet, 'empty receive queues')
    wait_until(lambda: not site.server.status()['queue']['waiting'], 'nobody to wait')
    queue = site.server.status()['queue']
    print(f'  the longest wait was {queue["longest-us"] / 1000:.0f} ms')
    check(0 < queue['longest-us'] < GIVEN_UP_US, f'no wait, or too long a one: {queue}')
    site.tell([flood.output().splitlines()[-1] for flood in floods])
    check(site.server.running(), 'the server ended')
    counters = site.counters()
    print('  counters:', {k: v for k, v in counters.items() if v})
    site.check_accounted(counters)
    refused = counters.get('silent: share_used_up', 0)
    check(refused > 1000, 'the server kept up: no overload')
    lost = counters['packets: receive-lost']
    flood = (refused + lost) / (counters['packets: received-framed'] + lost)
    print(f'  of the floods {flood:.0%} was not answered')
    site.check_served()


PARALLEL: list = []
ALONE = [overload_by_packets]
