"""Whole lives of clients against Kea: a site and what its clients say are drawn, played to both
servers, and every field and option of every answer compared.

LESSOR_E2E_SEQUENCES says how many sites are drawn (default 8, of 300 steps each),
LESSOR_E2E_SEED from where, LESSOR_E2E_SHOWN how many differences are told. What may differ stands
in sequence_differences.py, each with its reason.
"""

import copy
import os

import dhcp
from lab import Lab, check
from sequence_differences import DIFFERENCES, Pair
from sequence_draw import SERVER, SiteDraw, Step
from sequence_play import Answer, Link, Player
from servers import Kea, Lessor, Server

STEPS, PLANTED_SITE = 300, 3
PARTING = ('type', 'yiaddr')  # after another of these nothing that follows can be compared
SHOWN = int(os.environ.get('LESSOR_E2E_SHOWN', '6'))  # differences, of those that no entry allows


def play(server: Server, link: Link, site: SiteDraw, steps: list[Step]) -> list[Answer]:
    server.start()
    player = Player(link, site)
    answers = [player.step(step) for step in steps]
    server.stop()
    return answers


class Judge:
    """Compares the answers of two servers to the same steps."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {each.name: 0 for each in DIFFERENCES}
        self.found: list[str] = []
        self.history: list[Pair] = []
        self.compared = self.silent = self.skipped = 0
        self.kinds: set[str] = set()

    def compare(self, site: SiteDraw, steps: list[Step], ours: list[Answer],
                theirs: list[Answer]) -> None:
        self.history.clear()
        apart: set[int] = set()  # clients of whom the servers rightly believe different things
        for pair in (Pair(site, *each) for each in zip(steps, ours, theirs)):
            client = pair.step.client.number
            if client in apart:
                self.skipped += 1
                self.history.append(pair)
                if pair.both_bound_anew():
                    apart.discard(client)
                continue
            if self.judge(pair):
                apart |= {client, *pair.step.client.namesakes}

    def before(self, pair: Pair) -> str:
        """What both said to the client, and to who may have its address, before."""
        return '\n    before: ' + ''.join(
            f'\n    {each.brief()}' for each in self.history[:-1] if each.concerns(pair))

    def judge(self, pair: Pair) -> bool:
        """Whether the servers believe different things of the client from here on."""
        self.compared += 1
        self.history.append(pair)
        self.silent += not pair.ours.message
        if pair.ours.message:
            self.kinds.add(f'{pair.step.kind} {dhcp.TYPE_NAMES[pair.ours.message.type]}')
        parts = pair.in_other_networks()
        for field in pair.different_fields():
            entry = next((each for each in DIFFERENCES if each.covers(pair, field)), None)
            if entry is None:
                self.found.append(f'{pair.site.name}, {pair.describe(field)}{self.before(pair)}')
                parts |= field in PARTING
                continue
            self.used[entry.name] += 1
            parts |= entry.parts
        return parts


def lay_out(lab: Lab) -> tuple:
    """A server and a host that plays all relays and clients."""
    switch = lab.switch(record=False)
    host, players = lab.host('server'), lab.host('players')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(players, switch)
    return host, Link(host, players)


def sequences_as_kea(lab: Lab) -> None:
    host, link = lay_out(lab)
    seed = int(os.environ.get('LESSOR_E2E_SEED', '1'))
    judge = Judge()
    for number in range(int(os.environ.get('LESSOR_E2E_SEQUENCES', '8'))):
        site = SiteDraw(seed * 1000 + number, f'site {number} of seed {seed}')
        steps = site.steps(STEPS)
        theirs = play(Kea(host, site.config, f'kea{number}'), link, site, steps)
        ours = play(Lessor(host, site.config, f'lessor{number}'), link, site, steps)
        judge.compare(site, steps, ours, theirs)
    print(f'{judge.compared} answers compared, {judge.silent} of them silences, {judge.skipped} '
          f'steps passed over; {len(judge.kinds)} kinds: {", ".join(sorted(judge.kinds))}')
    print('differences:', {name: times for name, times in judge.used.items() if times})
    check(not judge.found, f'{len(judge.found)} differences:\n' + '\n'.join(judge.found[:SHOWN]))
    check(judge.compared > 5 * judge.skipped and len(judge.kinds) > 8, 'nothing was shown')


def move_the_pool(config: dict) -> None:
    config['subnet4'][1]['pools'] = [{'pool': '10.2.0.120-10.2.0.199'}]


PLANTED = {  # changes of a configuration
    'time': lambda config: config.update({'renew-timer': 7, 'rebind-timer': 8}),
    'authority': lambda config: config.update({'authoritative': not config['authoritative']}),
    'router': lambda config: config['subnet4'][0]['option-data'].pop(),
    'reservations': lambda config: config['subnet4'][0]['reservations'].clear(),
    'pool': move_the_pool,
    'relay': lambda config: config['subnet4'][2].pop('relay'),
}


def sequences_tell_differences(lab: Lab) -> None:
    """A server that is configured otherwise is found out, each change by itself."""
    host, link = lay_out(lab)
    site = SiteDraw(PLANTED_SITE, 'the site')
    steps = site.steps(STEPS)
    theirs = play(Kea(host, site.config, 'kea'), link, site, steps)
    for name, change in PLANTED.items():
        other = copy.deepcopy(site.config)
        change(other)
        judge = Judge()
        judge.compare(site, steps, play(Lessor(host, other, f'lessor-{name}'), link, site, steps),
                      theirs)
        print(f'{name}: {len(judge.found)} differences')
        check(judge.found, f'nothing is told of another {name}')


PARALLEL = [sequences_as_kea, sequences_tell_differences]
ALONE: list = []
