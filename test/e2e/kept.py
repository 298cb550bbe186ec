"""What a lease keeps of its message, and how long it serves again as it is, against Kea."""

import time

import dhcp
from commands import HOOKS, ask
from dhcp import Message
from lab import Host, Lab, check, check_equal, wait_until
from sequence_draw import SERVER
from sequence_play import Link
from servers import Kea, Lessor, Server, config, subnet
from takeover import SameFile

MAC, RELAY, ADDRESS = '02:00:00:00:00:42', '10.1.0.2', '10.1.0.50'
INFO = b'\1\4port\2\3rem\x0c\2\xab\xcd'


class Asker:
    """One client, by way of a relay or past it."""

    def __init__(self, link: Link):
        self.link, self.xid = link, 0x100

    def ask(self, kind: int, *options: tuple[int, bytes], giaddr: str = '0.0.0.0',
            ciaddr: str = '0.0.0.0', relay_info: bytes = b'', mac: str = MAC) -> Message | None:
        self.xid += 1
        if relay_info:
            options = (*options, (82, relay_info))
        message = Message(xid=self.xid, giaddr=giaddr, ciaddr=ciaddr, chaddr=mac,
                          options=[(53, bytes([kind])), *options])
        relayed = giaddr != '0.0.0.0'
        self.link.send(message, giaddr if relayed else ciaddr,
                       self.link.mac if relayed else mac, broadcast=ciaddr == giaddr)
        end = time.monotonic() + 1
        while time.monotonic() < end:
            for frame in self.link.receive(end - time.monotonic() + 0.001):
                if frame.message.xid == self.xid:
                    return frame.message
        return None

    def take(self, address: str, **more) -> Message | None:
        offer = self.ask(dhcp.DISCOVER, (50, dhcp.ip(address)), **more)
        if not offer:
            return None
        return self.ask(dhcp.REQUEST, (50, dhcp.ip(offer.yiaddr)), (54, dhcp.ip(SERVER)), **more)

    def renew(self, address: str, **more) -> Message | None:
        return self.ask(dhcp.REQUEST, ciaddr=address, **more)


def lay_out(lab: Lab) -> tuple:
    switch = lab.switch(record=False)
    host, players = lab.host('server'), lab.host('players')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(players, switch)
    return host, Asker(Link(host, players))


def with_commands(host: Host, dhcp4: dict) -> tuple[Kea, str]:
    path = str(host.folder / 'kea.sock')
    return Kea(host, {**dhcp4, 'interfaces-config': {'interfaces': ['eth0']},
                      'hooks-libraries': [{'library': f'{HOOKS}/libdhcp_lease_cmds.so'}],
                      'control-socket': {'socket-type': 'unix', 'socket-name': path}}), path


def context_of(path: str, address: str = ADDRESS) -> dict:
    answer = ask(path, 'lease4-get', {'ip-address': address})
    return answer['arguments'].get('user-context', {})


def relay_info_of(path: str) -> str:
    """Of either form: Kea's older one is the sub-options alone."""
    info = context_of(path).get('ISC', {}).get('relay-agent-info', '')
    return info['sub-options'] if isinstance(info, dict) else info


def keep_and_move(server: Server, path: str, asker: Asker) -> list[str]:
    """What a server keeps of a client that comes through a port, past its relay, and through
    another."""
    server.start()
    wait_until(lambda: asker.ask(dhcp.DISCOVER, mac='02:00:00:00:00:99'), 'the server to answer')
    kept = []
    for exchange in (lambda: asker.take(ADDRESS, giaddr=RELAY, relay_info=INFO),
                     lambda: asker.renew(ADDRESS),
                     lambda: asker.take(ADDRESS, giaddr=RELAY, relay_info=b'\1\1x'),
                     lambda: asker.take(ADDRESS, giaddr=RELAY),
                     lambda: asker.take(ADDRESS, giaddr=RELAY, relay_info=INFO)):
        answer = exchange()
        check(answer and answer.type == dhcp.ACK, f'{len(kept)}: {answer}')
        kept.append(relay_info_of(path))
    return kept


def leases_keep_what_relays_say(lab: Lab) -> None:
    """As Kea keeps it; past a crash, and out of Kea's own file."""
    host, asker = lay_out(lab)
    dhcp4 = config(subnet(id=1), valid=100, **{'store-extended-info': True})
    kea, kea_path = with_commands(host, dhcp4)
    theirs = keep_and_move(kea, kea_path, asker)
    kea.stop()
    lessor = Lessor(host, dhcp4)
    path = lessor.control_socket
    ours = keep_and_move(lessor, path, asker)
    check_equal(ours, theirs, 'what is kept')
    check_equal(ours[0], '0x' + INFO.hex().upper(), 'the first')
    ask(path, 'lease4-add', {'ip-address': '10.1.0.60', 'hw-address': '02:00:00:00:00:60',
                             'user-context': {'rack': 7}})
    lessor.kill()
    lessor.start()
    whole = {'ISC': {'relay-agent-info': {'sub-options': '0x' + INFO.hex().upper(),
                                          'remote-id': b'rem'.hex().upper(), 'relay-id': 'ABCD'}}}
    check_equal(context_of(path), whole, 'after a crash')
    check_equal(context_of(path, '10.1.0.60'), {'rack': 7}, "an operator's, after a crash")
    exported = lessor.ask('leases', 'export')
    check(INFO.hex().upper() in exported and '&#x2c' in exported, exported)
    lessor.stop()
    keas_file = kea.store.rename(kea.store.with_suffix('.csv'))
    heir = SameFile(host, {**dhcp4, 'lease-database': {'type': 'memfile', 'name': str(keas_file)}},
                    'heir')
    heir.start()
    check_equal(context_of(heir.control_socket), whole, "out of Kea's file")
    heir.stop()


def times_of(server: Server, asker: Asker) -> list[int | None]:
    server.start()
    wait_until(lambda: asker.ask(dhcp.DISCOVER, mac='02:00:00:00:00:99'), 'the server to answer')
    asker.take(ADDRESS)
    time.sleep(2)
    steps: list = [{'ciaddr': ADDRESS}, {'kind': dhcp.DISCOVER},
                   {'options': [(50, dhcp.ip(ADDRESS))]},
                   {'ciaddr': ADDRESS, 'options': [(51, b'\0\0\0\x96')]},    # longer: no change
                   {'ciaddr': ADDRESS, 'options': [(51, b'\0\0\0\x3c')]},    # shorter: one
                   {'ciaddr': ADDRESS, 'options': [(12, b'name')]},
                   {'ciaddr': ADDRESS, 'options': [(12, b'name')]}]
    times = []
    for step in steps:
        answer = asker.ask(step.get('kind', dhcp.REQUEST), *step.get('options', ()),
                           ciaddr=step.get('ciaddr', '0.0.0.0'))
        times.append(answer and answer.number(51))
    return times


def young_leases_serve_again(lab: Lab) -> None:
    """As in Kea, and its file of leases grows by as many lines as ours by changes."""
    host, asker = lay_out(lab)
    dhcp4 = config(subnet(id=1), valid=100, **{
        'min-valid-lifetime': 50, 'max-valid-lifetime': 200, 'cache-threshold': 0.5})
    for name, cached in (('on', dhcp4), ('by-age', {**dhcp4, 'cache-max-age': 30}),
                         ('old', {**dhcp4, 'cache-max-age': 1})):
        kea = Kea(host, {**cached, 'interfaces-config': {'interfaces': ['eth0']}}, f'kea-{name}')
        theirs = times_of(kea, asker)
        kea.stop()
        lines = len(kea.store.read_text().splitlines()) - 2  # the heading, and the first
        lessor = Lessor(host, cached, f'lessor-{name}')
        ours = times_of(lessor, asker)
        # What is told rounds down. (A shortened lease is recorded as the longer one that its client
        # may still believe in: what is left of that is told, so no step asks for it.)
        same = [a is not None and b is not None and abs(a - b) <= 1 for a, b in zip(ours, theirs)]
        check(all(same), f'{name}: ours {ours}, Kea {theirs}')
        values = ask(lessor.control_socket, 'statistic-get-all')['arguments']
        reuses = values['v4-lease-reuses'][0][0]
        check_equal(values['subnet[1].v4-lease-reuses'][0][0], reuses, "the subnet's")
        check(0 < reuses < len(ours), f'{reuses} leases served again')
        print(f'{name}: {ours}, {reuses} served again; Kea {theirs}, {lines} written')
        lessor.stop()


def offers_outlive_a_crash(lab: Lab) -> None:
    """With offer-lifetime what was offered is on the disk before the client hears of it."""
    host, asker = lay_out(lab)
    for seconds, outlives in ((60, True), (0, False)):
        lessor = Lessor(host, config(subnet(id=1, pool='10.1.0.50-10.1.0.50'), valid=100,
                                     **{'offer-lifetime': seconds}), f'lessor{seconds}')
        lessor.start()
        offer = wait_until(lambda: asker.ask(dhcp.DISCOVER), 'the server to answer')
        check_equal(offer.number(51), 100, 'the time that will be granted')
        lessor.kill()
        lessor.start()
        other = asker.ask(dhcp.DISCOVER, mac='02:00:00:00:00:43')
        check_equal(other is None, outlives, 'that another client is offered nothing')
        if outlives:
            ack = asker.ask(dhcp.REQUEST, (50, dhcp.ip(ADDRESS)), (54, dhcp.ip(SERVER)))
            check(ack and ack.type == dhcp.ACK and ack.number(51) == 100, f'{ack}')
        lessor.stop()


def unicast_renewals_are_known(lab: Lab) -> None:
    """stash-agent-options: a renewal past the relay is classified by what the relay said."""
    host, asker = lay_out(lab)
    classes = [{'name': 'port', 'test': "relay4[1].hex == 'port' and option[82].exists",
                'option-data': [{'code': 224, 'csv-format': False, 'data': 'ab'}]}]
    wanted = (55, b'\1\xe0')
    for stash in (True, False):
        lessor = Lessor(host, config(subnet(id=1), **{
            'client-classes': classes, 'store-extended-info': True,
            'stash-agent-options': stash}), f'lessor-{stash}'.lower())
        lessor.start()
        wait_until(lambda: asker.ask(dhcp.DISCOVER, mac='02:00:00:00:00:99'), 'the server')
        check(asker.take(ADDRESS, giaddr=RELAY, relay_info=INFO), 'no lease')
        lessor.kill()
        lessor.start()
        ack = asker.ask(dhcp.REQUEST, wanted, ciaddr=ADDRESS)
        check(ack and ack.type == dhcp.ACK, f'{ack}')
        check_equal(ack.option(224), b'\xab' if stash else None, 'the option of the class')
        check_equal(ack.option(82), None, 'what is not echoed')
        stranger = asker.ask(dhcp.REQUEST, wanted, ciaddr=ADDRESS, mac='02:00:00:00:00:44')
        check(not stranger or stranger.option(224) is None, f'{stranger}')
        lessor.stop()


PARALLEL = [leases_keep_what_relays_say, young_leases_serve_again, offers_outlive_a_crash,
            unicast_renewals_are_known]
ALONE: list = []
