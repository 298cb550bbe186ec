"""What takes more than one client of each kind: a router of 2013 played packet by packet, crowds on
one link and behind one relay port, a load generator."""

import json
import random
import re
import select
import socket
import time
from collections import Counter
from pathlib import Path

import dhcp
from dhcp import Frame, Message
from lab import Failure, Host, Lab, check, check_equal
from servers import LESSOR, Lessor, config, server, subnet

# The exchange of a Cisco router with its server, as it was captured for a well-known tutorial.
ROUTER_MAC = 'c0:01:1b:69:00:00'
SERVER_MAC = '08:00:27:9b:11:3d'
SERVER, ADDRESS = '192.168.56.100', '192.168.56.104'
XID = 0x00001aed
ROUTER_OPTIONS = [
    (dhcp.MAX_SIZE, (1152).to_bytes(2, 'big')),
    (dhcp.CLIENT_ID, b'\0cisco-c001.1b69.0000-Fa0/0'),
]
ROUTER_TAIL = [
    (dhcp.HOST_NAME, b'R1'),
    (dhcp.PARAMETERS, bytes([1, 6, 15, 44, 3, 33, 150, 43])),
]
ROUTER_CONFIG = {
    'subnet4': [{
        'subnet': '192.168.56.0/24',
        'pools': [{'pool': '192.168.56.104-192.168.56.199'}],
        'next-server': SERVER,
        'option-data': [{'name': 'routers', 'data': '192.168.56.1'},
                        {'name': 'domain-name-servers', 'data': '8.4.4.4'},
                        {'name': 'domain-name', 'data': 'routingloops.co.uk'}]}],
    'valid-lifetime': 600, 'min-valid-lifetime': 300, 'max-valid-lifetime': 3600,
    'echo-client-id': False,
}
GRANTED = [
    (dhcp.SERVER_ID, dhcp.ip(SERVER)),
    (dhcp.LEASE_TIME, (600).to_bytes(4, 'big')),
    (dhcp.SUBNET_MASK, dhcp.ip('255.255.255.0')),
    (dhcp.DNS, dhcp.ip('8.4.4.4')),
    (dhcp.DOMAIN, b'routingloops.co.uk'),
    (dhcp.ROUTER, dhcp.ip('192.168.56.1')),
]


def router_message(kind: int, options: list, **fields) -> Message:
    return Message(xid=XID, flags=0x8000, chaddr=ROUTER_MAC, **fields,
                   options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *ROUTER_OPTIONS, *options])


def cisco_router(lab: Lab) -> None:
    switch, host, router = lab.switch(), lab.host('server'), lab.host('router')
    lab.connect(host, switch, mac=SERVER_MAC, address=f'{SERVER}/24')
    host.turn_off_checksum_offload('eth0')
    lab.connect(router, switch, mac=ROUTER_MAC)
    tested = server(host, ROUTER_CONFIG)
    tested.start()
    wire, link = switch.wire, router.packet_socket('eth0')

    def broadcast(message: Message) -> None:
        link.send(Frame(ROUTER_MAC, dhcp.BROADCAST_MAC, message=message).encode())

    def unicast(message: Message) -> None:
        link.send(Frame(ROUTER_MAC, SERVER_MAC, ADDRESS, SERVER, message=message).encode())

    def check_reply(reply: Frame, kind: int, ciaddr: str, to: tuple[str, str]) -> None:
        check_equal((reply.mac_source, reply.source, reply.port_source, reply.port_target),
                    (SERVER_MAC, SERVER, 67, 68), 'from')
        check_equal((reply.mac_target, reply.target), to, 'to')
        m = reply.message
        expected = Message(op=2, xid=XID, flags=0x8000, ciaddr=ciaddr, yiaddr=ADDRESS,
                           siaddr=SERVER, chaddr=ROUTER_MAC, ended=True,
                           options=[(dhcp.MESSAGE_TYPE, bytes([kind])), *GRANTED])
        check_equal(m, expected, f'reply {kind}')

    to_all = (dhcp.BROADCAST_MAC, '255.255.255.255')
    broadcast(router_message(dhcp.DISCOVER, ROUTER_TAIL))
    check_reply(wire.type(dhcp.OFFER, 'the OFFER'), dhcp.OFFER, '0.0.0.0', to_all)
    broadcast(router_message(dhcp.REQUEST, [(dhcp.SERVER_ID, dhcp.ip(SERVER)),
                                            (dhcp.REQUESTED_ADDRESS, dhcp.ip(ADDRESS)),
                                            (dhcp.LEASE_TIME, (600).to_bytes(4, 'big')),
                                            *ROUTER_TAIL]))
    ack = wire.type(dhcp.ACK, 'the ACK')
    check_reply(ack, dhcp.ACK, '0.0.0.0', to_all)
    tested.wait_lease(ADDRESS, 'active')
    # Renewal: the same again, but unicast at both layers, though the broadcast flag is still set.
    unicast(router_message(dhcp.REQUEST, ROUTER_TAIL, ciaddr=ADDRESS))
    check_reply(wire.type(dhcp.ACK, 'the ACK to the renewal', since=ack.time), dhcp.ACK, ADDRESS,
                (ROUTER_MAC, ADDRESS))
    unicast(router_message(dhcp.RELEASE, [(dhcp.SERVER_ID, dhcp.ip(SERVER))], ciaddr=ADDRESS))
    tested.wait_lease(ADDRESS, 'released')


CROWD = 200


def crowd_on_one_link(lab: Lab) -> None:
    """200 udhcpc start at once; the pool has 200 addresses, so each gets one and nobody another's,
    and the client that comes too late gets none."""
    switch, host, crowd = lab.switch(), lab.host('server'), lab.host('crowd')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/24')
    host.turn_off_checksum_offload('eth0')
    tested = server(host, config(subnet(pool=f'10.1.0.10-10.1.0.{9 + CROWD}')))
    tested.start()
    names = [f'c{i}' for i in range(CROWD + 1)]
    switch.batch(f'link add {n} type veth peer name {n} netns {crowd.holder.pid}' for n in names)
    switch.batch(f'link set {n} master br0 up' for n in names)
    crowd.batch(f'link set {n} up' for n in names)
    script = crowd.folder / 'script'
    script.write_text('#!/bin/sh\n[ "$1" != bound ] || echo "$ip" >"$0.$interface"\n')
    script.chmod(0o755)

    def client(name: str, *options: str):
        return crowd.start('udhcpc', '-f', '-q', '-n', '-i', name, '-s', str(script), *options,
                           log=f'udhcpc.{name}')

    clients = [client(name, '-t', '10', '-T', '3') for name in names[:CROWD]]
    for process in clients:
        check_equal(process.wait(60), 0, f'exit of {process.title}')
    got = [p.read_text().strip() for p in crowd.folder.glob('script.c*')]
    check_equal(len(got), CROWD, 'clients that got an address')
    check_equal([a for a, n in Counter(got).items() if n > 1], [], 'addresses given twice')
    check_equal(len([l for l in tested.leases() if l.state == 'active']), CROWD, 'leases')
    late = client(names[CROWD], '-t', '2', '-T', '1')
    check_equal(late.wait(20), 1, 'exit of the client that came too late')


PORT_CLIENTS = 300


class Relay:
    """A relay agent with clients of its own invention behind it."""

    def __init__(self, host: Host, giaddr: str, target: str):
        self.giaddr = giaddr
        with host.network():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self.socket.bind((giaddr, 67))
            self.socket.connect((target, 67))

    def send(self, message: Message, circuit: bytes) -> None:
        message.giaddr, message.hops = self.giaddr, 1
        message.options.append((dhcp.RELAY_AGENT, bytes([1, len(circuit)]) + circuit))
        self.socket.send(message.encode())

    def receive(self, seconds: float) -> Message | None:
        ready, _, _ = select.select([self.socket], [], [], seconds)
        return Message.decode(self.socket.recv(4096)) if ready else None


def behind_one_port(lab: Lab) -> None:
    """300 clients whose relay gives one circuit-id for all: a switch without its own relay behind
    one port. Nobody may be starved for being many."""
    switch, host, router = lab.switch(), lab.host('server'), lab.host('router')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/24')
    lab.connect(router, switch, address='10.1.0.2/24')
    tested = server(host, config(subnet('10.1.0.0/22', '10.1.1.0-10.1.3.250')))
    host.run('ip', 'addr', 'change', '10.1.0.1/22', 'dev', 'eth0')
    tested.start()
    relay = Relay(router, '10.1.0.2', '10.1.0.1')
    circuit = b'eth 0/1'
    macs = [f'02:11:00:00:{i >> 8:02x}:{i & 255:02x}' for i in range(PORT_CLIENTS)]

    def exchange(kind: int, expected: int, options: dict[str, list]) -> dict[str, Message]:
        """Sends one message for each client, all at once, then again for who got no answer."""
        answers: dict[str, Message] = {}
        for attempt in range(5):
            for number, mac in enumerate(macs):
                if mac not in answers:
                    m = Message(xid=kind << 16 | number, chaddr=mac, secs=attempt, options=[
                        (dhcp.MESSAGE_TYPE, bytes([kind])), *options.get(mac, [])])
                    relay.send(m, circuit)
            while len(answers) < len(macs):
                answer = relay.receive(1)
                if answer is None:
                    break
                check_equal(answer.type, expected, 'answer')
                check_equal(answer.option(dhcp.RELAY_AGENT), bytes([1, 7]) + circuit, 'option 82')
                answers[answer.chaddr] = answer
        missing = len(macs) - len(answers)
        if missing:
            raise Failure(f'{missing} clients of {len(macs)} got no answer to message type {kind}')
        return answers

    offers = exchange(dhcp.DISCOVER, dhcp.OFFER, {})
    acks = exchange(dhcp.REQUEST, dhcp.ACK, {
        mac: [(dhcp.SERVER_ID, dhcp.ip('10.1.0.1')), (dhcp.REQUESTED_ADDRESS, dhcp.ip(o.yiaddr))]
        for mac, o in offers.items()})
    check_equal({m: a.yiaddr for m, a in acks.items()}, {m: o.yiaddr for m, o in offers.items()},
                'addresses')
    check_equal(len({a.yiaddr for a in acks.values()}), PORT_CLIENTS, 'different addresses')
    check_equal({l.address: l.mac for l in tested.leases()},
                {a.yiaddr: m for m, a in acks.items()}, 'leases')


class Mix:
    """Messages of every kind from 400 clients of a link, in frames and by a relay, and what comes
    back. Client n's address is 10.1.1.0 + n; sometimes it asks for its neighbour's."""

    def __init__(self, link: socket.socket, relay: Relay):
        self.link, self.relay = link, relay
        self.dice = random.Random(1)
        self.replies: Counter[int] = Counter()

    def send(self, messages: int) -> None:
        for number in range(messages):
            self.send_one()
            if number % 10 == 0:
                time.sleep(0.002)
                self.drain()
        time.sleep(0.5)
        self.drain()

    def send_one(self) -> None:
        n = self.dice.randrange(400)
        mac, own = f'02:22:00:00:{n >> 8:02x}:{n & 255:02x}', self.address(n)
        kind = self.dice.choice([dhcp.DISCOVER, *[dhcp.REQUEST] * 4, dhcp.INFORM, dhcp.RELEASE,
                                 dhcp.DECLINE])
        m = Message(xid=self.dice.getrandbits(32), chaddr=mac,
                    options=[(dhcp.MESSAGE_TYPE, bytes([kind])),
                             (dhcp.PARAMETERS, bytes([1, 3, 6, 15, 28]))])
        renews = kind == dhcp.REQUEST and self.dice.random() < 0.4
        if renews or kind in (dhcp.INFORM, dhcp.RELEASE):
            m.ciaddr = own
        elif kind in (dhcp.REQUEST, dhcp.DECLINE):
            wanted = own if self.dice.random() < 0.7 else self.address((n + 1) % 400)
            m.options.append((dhcp.REQUESTED_ADDRESS, dhcp.ip(wanted)))
        if kind in (dhcp.RELEASE, dhcp.DECLINE) or (kind == dhcp.REQUEST and not renews):
            m.options.append((dhcp.SERVER_ID, dhcp.ip('10.1.0.1')))
        if self.dice.random() < 0.1:  # broken off
            self.relay.socket.send(m.encode()[:self.dice.randrange(260)])
        elif self.dice.random() < 0.4:
            self.relay.send(m, bytes([n & 15]))
        else:
            self.link.send(Frame(mac, dhcp.BROADCAST_MAC, source=m.ciaddr, message=m).encode())

    @staticmethod
    def address(n: int) -> str:
        return f'10.1.{1 + (n >> 8)}.{n & 255}'

    def drain(self) -> None:
        while select.select([self.link, self.relay.socket], [], [], 0)[0]:
            for s, headers in ((self.link, 42), (self.relay.socket, 0)):
                if not select.select([s], [], [], 0)[0]:
                    continue
                message = Message.decode(s.recv(4096)[headers:])
                if message is not None and message.op == 2:
                    self.replies[message.type] += 1


# B08
def no_allocation(lab: Lab) -> None:
    """The thread that handles packets takes nothing from the heap: 5,000 messages of every kind,
    whole and broken off, on the link and by a relay, counted by a library preloaded into it."""
    counter = Path(LESSOR).with_name('libcount_heap.so')
    check(counter.exists(), f'{counter} is not there: build it first (./dev build)')
    switch, host, clients, router = (lab.switch(record=False), lab.host('server'),
                                     lab.host('clients'), lab.host('router'))
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/16')
    lab.connect(clients, switch)
    lab.connect(router, switch, address='10.1.0.2/16')
    tested = server(host, config(subnet('10.1.0.0/16', '10.1.1.0-10.1.3.255'), authoritative=True))
    heap = host.folder / 'heap'
    tested.start(env={'LD_PRELOAD': str(counter), 'LESSOR_TEST_HEAP': str(heap)})
    mix = Mix(clients.packet_socket('eth0'), Relay(router, '10.1.0.2', '10.1.0.1'))

    def taken() -> int:
        return int.from_bytes(heap.read_bytes(), 'little')

    mix.send(500)
    before = taken()
    check(before > 0, 'the preloaded library counts nothing')
    mix.send(5_000)
    check_equal(taken() - before, 0, 'allocations of the packet thread')
    print(dict(mix.replies), json.dumps(tested.status()['counters'], indent=1))
    for kind in (dhcp.OFFER, dhcp.ACK, dhcp.NAK):
        check(mix.replies[kind] > 200, f'only {mix.replies[kind]} {dhcp.TYPE_NAMES[kind]}')


def perfdhcp(lab: Lab) -> None:
    """2,000 exchanges a second for 20 s, from ever new clients: none dropped, no address twice."""
    rate, seconds = 2000, 20
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.64.0.1/10')
    lab.connect(load, switch, address='10.64.0.2/10')
    tested = server(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.66.255.255', '10.64.0.1'),
                                 valid=4000))
    # What else the machine does must not hold up the server, which then answers in bursts that
    # overflow perfdhcp's socket buffer (212,992 octets by default, some 200 packets).
    tested.prefix = urgent = ['nice', '-n', '-15']
    tested.start()
    report = load.run(*urgent, 'perfdhcp', '-4', '-u', '-r', str(rate), '-R', str(400_000),
                      '-p', str(seconds), '-W', '2000000', '-l', 'eth0', '10.64.0.1',
                      timeout=seconds + 30, ok=(0, 3))
    print(report, json.dumps(tested.status(), indent=1) if isinstance(tested, Lessor) else '')
    numbers = {name: [int(n) for n in re.findall(rf'^{name}: (\d+)', report, re.MULTILINE)]
               for name in ('sent packets', 'received packets', 'drops', 'non unique addresses')}
    check_equal(numbers['drops'], [0, 0], 'drops of DISCOVER-OFFER and REQUEST-ACK')
    check(not any(numbers['non unique addresses']), 'addresses given twice')
    exchanges = min(numbers['received packets'])
    check(exchanges >= 0.98 * rate * seconds, f'only {exchanges} exchanges in {seconds} s')
    check_equal(len([l for l in tested.leases() if l.state == 'active']), exchanges, 'leases')


# Each with whether it may share the machine with other tests.
PARALLEL = [cisco_router, crowd_on_one_link, behind_one_port, no_allocation]
ALONE = [perfdhcp]
