"""What a network does to `lessor client`: several servers, special servers, hostile ones."""

import json
import random
import secrets
import threading
import time

import dhcp
import own_server
from arp import Neighbour
from client_link import (SERVER_MAC, Link, Terms, View, address_facts, make_link,
                         route_words)
from clients import OwnClient
from dhcp import Message
from lab import Lab, check, check_equal, wait_until
from own_server import OwnServer, granted, honest, reply


class Silent:
    """In place of a server: the link's server is the test's own."""
    process = None

    def start(self) -> None:
        pass


def make_own(lab: Lab, *words: str) -> Link:
    """A link whose server a case makes itself, on link.server_host."""
    switch, server_host, host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(server_host, switch, mac=SERVER_MAC)
    lab.connect(host, switch)
    host.turn_off_checksum_offload('eth0')
    server_host.turn_off_checksum_offload('eth0')
    lab.checked_macs = lab.checked_macs[:1]  # the server may lie as it likes
    return Link(lab, switch, server_host, Silent(), host, OwnClient(host, words=words), Terms())


def client_rapid_commit(lab: Lab) -> None:
    """dnsmasq commits at the DISCOVER (RFC 4039): two messages; without the option four."""
    link = make_link(lab, 'dnsmasq')
    address = link.bind('--rapid-commit')
    kinds = [f.message.type for f in link.wire.seen(lambda f: f.message.chaddr == link.mac)]
    check_equal(kinds, [dhcp.DISCOVER, dhcp.ACK], 'messages')
    check_equal(link.sent(dhcp.DISCOVER, 'it').message.option(80), b'', 'option 80')  # R4039-a
    check_equal(link.ack().message.option(80), b'', 'option 80 of the ACK')
    link.client.stop()
    link.client.forget()
    since = link.wire.now()
    check_equal(link.bind(), address, 'address without the option')
    kinds = [f.message.type for f in link.wire.seen(lambda f: f.message.chaddr == link.mac, since)]
    check_equal(kinds, [dhcp.DISCOVER, dhcp.OFFER, dhcp.REQUEST, dhcp.ACK], 'messages')


def client_offers(lab: Lab) -> None:
    """Two servers, one quick and poor, one slow and rich: each policy takes its own, and the other
    server sees that it was not chosen. Which address follows from whose."""
    link = make_own(lab)
    asked: dict[str, list[Message]] = {'quick': [], 'slow': []}

    def answers(name: str, server: str, address: str, delay: float, more: list):
        def answer(m: Message):
            asked[name].append(m)
            if m.type == dhcp.DISCOVER:
                time.sleep(delay)
                return [reply(m, dhcp.OFFER, address, granted(server=server) + more)]
            if m.type == dhcp.REQUEST and m.server_id in (server, None):
                return [reply(m, dhcp.ACK, address, granted(server=server) + more)]
            return []
        return answer

    second = lab.host('server2')
    lab.connect(second, link.switch, mac='02:00:00:00:02:01')
    OwnServer(link.server_host, answers('quick', '10.1.0.1', '10.1.0.10', 0, []))
    OwnServer(second, answers('slow', '10.1.0.2', '10.1.0.20', 0.4,
                              [(dhcp.DOMAIN, b'lab.example'), (26, b'\x05\x78')]),
              mac='02:00:00:00:02:01', address='10.1.0.2')
    for words, address in ((('--offers', 'first'), '10.1.0.10'),
                           (('--offers', 'most-wanted'), '10.1.0.20'), ((), '10.1.0.20'),
                           (('--prefer-server', '10.1.0.1'), '10.1.0.10'),
                           (('--offers', 'first', '--prefer-server', '10.1.0.2'), '10.1.0.20'),
                           (('--refuse-server', '10.1.0.1'), '10.1.0.20')):
        for messages in asked.values():
            messages.clear()
        link.client.start('--probe', 'no', *words)
        wait_until(lambda a=address: link.host.addresses() == [a], f'{address} with {words}')
        for name, messages in asked.items():
            wait_until(lambda all=messages: any(m.type == dhcp.REQUEST for m in all),
                       f'a REQUEST to be heard by {name}')
        link.client.stop()
        link.client.forget()


def client_v6_only(lab: Lab) -> None:
    """RFC 8925: the network needs no IPv4, so the client takes none, and stays away from it for as
    long as it was told; who does not take part is bound."""
    link = make_own(lab, '--json')
    before = View.of(link.host)
    OwnServer(link.server_host, honest(lambda: granted() + [(108, own_server.seconds(1800))]))
    link.client.start('--ipv6-only')
    discover = link.sent(dhcp.DISCOVER, 'a DISCOVER')
    check(108 in (discover.message.option(dhcp.PARAMETERS) or b''), 'option 108 was not asked for')
    wait_until(lambda: 'V6ONLY' in link.client.states(), 'V6ONLY')
    check_equal(View.of(link.host), before, 'the host')
    check(not link.wire.seen(lambda f: f.message.type == dhcp.REQUEST), 'a REQUEST')
    told = link.client.status()
    check(1700 < told['next-timer'] <= 1800, f'next timer {told["next-timer"]}')  # R8925-a
    link.client.stop()
    link.bind()


def client_force_renew(lab: Lab) -> None:
    """FORCERENEW (RFC 3203) under the nonce of RFC 6704: believed once, with the right digest."""
    link = make_own(lab, '--json')
    nonce = secrets.token_bytes(16)

    def options() -> own_server.Options:
        return granted() + [(own_server.AUTHENTICATION, own_server.nonce_option(1, nonce, 1))]

    server = OwnServer(link.server_host, honest(options))
    address = link.bind()
    discover = link.sent(dhcp.DISCOVER, 'a DISCOVER')
    check_equal(discover.message.option(own_server.NONCE_CAPABLE), b'\1', 'option 145')

    def force(key: bytes, replay: int) -> Message:
        message = own_server.force_renew(secrets.randbits(32), link.mac, address, key, replay)
        server.send(message, address, link.mac)
        return message

    since = link.wire.now()
    force(secrets.token_bytes(16), 2)
    wait_until(lambda: any(e.get('reason') == 'not-authentic'
                           for e in link.client.events('dropped')), 'a word about the forgery')
    check_equal(link.wire.seen(lambda f: f.message.type == dhcp.REQUEST, since), [], 'REQUESTs')
    good = force(nonce, 2)
    renewal = link.sent(dhcp.REQUEST, 'a renewal', since=since, ciaddr=address)
    link.ack(renewal.time)
    wait_until(lambda: link.client.states()[-1] == 'BOUND', 'BOUND')
    since = link.wire.now()
    server.send(good, address, link.mac)
    time.sleep(0.5)
    check_equal(link.wire.seen(lambda f: f.message.type == dhcp.REQUEST, since), [],
                'REQUESTs after a replay')


def client_conflict(lab: Lab) -> None:
    """Somebody begins to use the address: defended once; given up and declined at the second
    time (RFC 5227 2.4 b). Another interface of the same host is nobody else."""
    link = make_link(lab, words=('--json',))
    neighbour = Neighbour(link.server_host)
    lab.connect(link.host, link.switch, 'eth1', mac=Neighbour.MAC)
    address = link.bind()
    neighbour.wait_announcements(address, link.mac, 2)
    for _ in range(3):
        neighbour.say(address)
    link.client.order('--renew')
    check_equal(link.host.addresses(), [address], 'address after its own host spoke')
    check_equal(len(neighbour.announcements(address, link.mac)), 2, 'announcements')
    link.host.run('ip', 'link', 'del', 'eth1')
    link.client.order('--renew')
    neighbour.say(address)
    neighbour.wait_announcements(address, link.mac, 3)
    check_equal(link.host.addresses(), [address], 'address after the first conflict')
    neighbour.say(address)
    declined = link.sent(dhcp.DECLINE, 'a DECLINE')
    check_equal(declined.message.requested, address, 'address declined')
    wait_until(lambda: not link.host.addresses(), 'the address to go')
    again = link.sent(dhcp.DISCOVER, 'a DISCOVER', 15, declined.time)
    ack = link.ack(again.time)
    check(ack.message.yiaddr != address, 'the same address again')
    link.client.wait_address(ack.message.yiaddr)


EVIL = ('a;touch /run/lab/pwned', '`touch /run/lab/pwned`', '$(touch /run/lab/pwned)',
        "x'y\"z|touch /run/lab/pwned", 'x\nnameserver 6.6.6.6', '../../etc/passwd', '-n', '\x1b[2J')
HOOK = '''#!/bin/sh
env >>"{folder}/environment"
eval "all=\\"$LESSOR_OPTION_DOMAIN_NAME $LESSOR_OPTION_HOST_NAME\\""
'''


def evil_options(rng: random.Random) -> own_server.Options:
    """One draw of what reference lists of CVEs have, on top of a usable lease."""
    text = rng.choice(EVIL).encode()
    options = [(12, text), (15, text), (17, text), (66, text), (67, text), (114, text), (119, text),
               (252, text), (26, rng.choice([b'', b'\0\0', b'\0\1', b'\xff\xff', b'\5'])),
               (6, rng.choice([b'', b'\1\2\3', bytes(255)])),
               (33, rng.choice([b'', bytes(7), dhcp.ip('10.8.0.1') + dhcp.ip('10.1.0.66')])),
               (121, rng.choice([b'', bytes([33] + [9] * 9), bytes([24, 10]), bytes(255)])),
               (81, b'\xff\xff\xff' + text), (125, bytes([0, 0, 0, 9, 255, 1])),
               (rng.randrange(128, 254), bytes(rng.randrange(256) for _ in range(255)))]
    rng.shuffle(options)
    return options


# B03
def client_hostile_options(lab: Lab) -> None:
    """Every option that has broken a client before, in one ACK after another: the client lives, the
    hook's environment is clean, nothing is run, no file but its own is touched."""
    link = make_own(lab)
    for host in (link.host, link.server_host):
        host.run('ip', 'link', 'set', 'eth0', 'mtu', '9000')
    for port in ('client-eth0', 'server-eth0'):
        link.switch.run('ip', 'link', 'set', port, 'mtu', '9000')
    hook = link.host.folder / 'hook'
    hook.write_text(HOOK.format(folder=link.host.folder))
    hook.chmod(0o755)
    before = View.of(link.host)
    rng = random.Random(2131)
    turns, long = [0], list[tuple[int, bytes]]()

    def options() -> own_server.Options:
        turns[0] += 1
        good = [o for o in granted(lease=3600) if o[0] != dhcp.DNS]
        return good + evil_options(rng) + long

    OwnServer(link.server_host, honest(options))
    link.client.start('--hook', str(hook), '--probe', 'no')
    wait_until(lambda: link.host.addresses() == ['10.1.0.10'], 'the address')
    for _ in range(25):
        turn = turns[0]
        link.client.order('--renew')
        wait_until(lambda t=turn: turns[0] > t and link.client.status()['state'] == 'BOUND',
                   'a renewal')
    # Four kilobytes, of one option in pieces (RFC 3396): more than option 57 allows a server.
    long += [(121, rng.randbytes(255)) for _ in range(12)]
    turn = turns[0]
    link.client.order('--renew', '--timeout', '1s', ok=(3,))
    check(turns[0] > turn, 'no answer that is too long')
    check_equal(link.client.status()['lease']['address'], '10.1.0.10', 'the lease after it')
    check(not (lab.folder / 'pwned').exists(), 'a command of the server\'s was run')
    text = (link.host.folder / 'environment').read_text(errors='replace')
    check('LESSOR_ADDRESS=10.1.0.10' in text, 'the hook was not run')
    for line in text.splitlines():
        check(line.startswith(('LESSOR_', 'PATH=', 'PWD=', 'SHLVL=', '_=', 'OLDPWD=')),
              f'a line of the environment: {line!r}')
        check(not set(line) & set('`$;|"\'\x1b') or line.startswith('_='),
              f'unclean: {line!r}')
    resolv = link.host.run('cat', '/etc/resolv.conf')
    check('6.6.6.6' not in resolv, f'resolv.conf: {resolv}')
    check_equal(link.host.run('hostname').strip(), 'client', 'host name')
    assert link.client.process
    check('\x1b' not in link.client.process.output(), 'escape sequences in the log')
    link.client.stop()
    link.check_restored(before)


# C3-06
def client_tunnel_vision(lab: Lab) -> None:
    """CVE-2024-3661: routes more specific than a protected prefix are not taken; --no-routes takes
    none; what is refused is told."""
    link = make_own(lab)
    routes = bytes([1, 0]) + dhcp.ip('10.1.0.66') + bytes([1, 128]) + dhcp.ip('10.1.0.66') + \
        bytes([24, 10, 77, 1]) + dhcp.ip('10.1.0.66') + bytes([16, 10, 9]) + dhcp.ip('10.1.0.5') + \
        bytes([32, 127, 0, 0, 1]) + dhcp.ip('10.1.0.66') + \
        bytes([8, 224]) + dhcp.ip('10.1.0.66')
    OwnServer(link.server_host, honest(lambda: granted() + [(121, routes)]))
    link.host.run('ip', 'link', 'add', 'tun0', 'type', 'veth', 'peer', 'name', 'tun1')
    link.host.run('ip', 'link', 'set', 'tun1', 'up')
    link.host.run('ip', 'link', 'set', 'tun0', 'up')
    for route in ('0.0.0.0/1', '128.0.0.0/1', '10.77.0.0/16'):
        link.host.run('ip', 'route', 'add', route, 'dev', 'tun0')
    tunnel = [r for r in route_words(link.host) if r.endswith('tun0')]
    link.bind('--protect', '10.77.0.0/16', '--protect', '0.0.0.0/0', '--probe', 'no')
    wait_until(lambda: '10.9.0.0/16 via 10.1.0.5 dev eth0' in route_words(link.host) or True, '')
    after = route_words(link.host)
    check([r for r in after if r.endswith('tun0')] == tunnel, f'the tunnel\'s routes: {after}')
    check(not [r for r in after if '10.1.0.66' in r], f'routes of the attacker: {after}')
    assert link.client.process
    link.client.process.wait_for_line('10.77.1.0/24')
    told = json.dumps(link.client.status()['refused'])
    check('10.77.1.0/24' in told, f'refused: {told}')
    link.client.stop()
    link.client.forget()
    link.bind('--no-routes', '--probe', 'no')
    check_equal([r for r in route_words(link.host) if 'via' in r], [], 'routes')


def client_hostile_messages(lab: Lab) -> None:
    """Floods of NAKs, ACKs with another address, another xid, another client's, broken off
    anywhere, random octets, in every state: the client lives, holds what it has, and binds."""
    link = make_own(lab)
    rng = random.Random(5227)
    bound = threading.Event()

    def wrong(m: Message) -> list[Message | bytes]:
        good = reply(m, dhcp.ACK if m.type == dhcp.REQUEST else dhcp.OFFER)
        whole = good.encode()
        return [own_server.nak(m, xid=m.xid ^ 1), own_server.nak(m, chaddr='02:00:00:00:09:09'),
                reply(m, dhcp.ACK, '10.1.0.66', xid=m.xid ^ 7), reply(m, dhcp.OFFER, '127.0.0.1'),
                reply(m, dhcp.OFFER, '255.255.255.255'), reply(m, dhcp.OFFER, '0.0.0.0'),
                reply(m, 200), reply(m, dhcp.OFFER, options=[]),
                whole[:rng.randrange(240)], whole[:240] + rng.randbytes(200),
                rng.randbytes(rng.randrange(1, 1400))]

    def answer(m: Message) -> list[Message | bytes]:
        lies: list[Message | bytes] = []
        for _ in range(20):
            lies += wrong(m)
        if m.type == dhcp.REQUEST:
            lies += [reply(m, dhcp.ACK, '10.1.0.66')]
        rng.shuffle(lies)
        return lies + honest()(m)

    server = OwnServer(link.server_host, answer)
    link.client.start('--probe', 'no')
    wait_until(lambda: link.host.addresses() == ['10.1.0.10'], 'the address', 20)
    bound.set()
    ack = link.ack().message
    for _ in range(30):
        for lie in wrong(Message(xid=ack.xid, chaddr=link.mac,
                                 options=[(dhcp.MESSAGE_TYPE, b'\3')])):
            server.send(lie, '10.1.0.10', link.mac)
    for message in (own_server.nak(ack), reply(ack, dhcp.ACK, '10.1.0.66')):
        server.send(message)  # no exchange is under way: nothing to say no to
    told = link.client.status()
    check_equal((told['state'], told['lease']['address']), ('BOUND', '10.1.0.10'), 'status')
    check(sum(told['counters']['dropped'].values()) > 200, f'counters {told["counters"]}')
    check_equal(link.host.addresses(), ['10.1.0.10'], 'address')
    check_equal(address_facts(link.host)['prefixlen'], 24, 'prefix')
    link.client.stop()


def client_nak_flood(lab: Lab) -> None:
    """A server that refuses all that it has offered: asked less and less often, in no storm."""
    link = make_own(lab)

    def answer(m: Message) -> list[Message]:
        if m.type == dhcp.DISCOVER:
            return [reply(m, dhcp.OFFER)]
        return [own_server.nak(m)] if m.type == dhcp.REQUEST else []

    OwnServer(link.server_host, answer)
    link.client.start('--offers', 'first')
    time.sleep(10)
    naks = len(link.wire.seen(lambda f: f.message.type == dhcp.NAK))
    print(f'{naks} NAKs in 10 s')
    check(3 <= naks <= 8, f'{naks} NAKs in 10 s')
    check_equal(link.host.addresses(), [], 'addresses')
    link.client.stop()


PARALLEL = [client_rapid_commit, client_offers, client_v6_only, client_force_renew, client_conflict,
            client_hostile_options, client_tunnel_vision, client_hostile_messages,
            client_nak_flood]
ALONE: list = []
