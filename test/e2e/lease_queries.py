"""Lease queries, by UDP (RFC 4388) and in bulk by TCP (RFC 6926): what the server tells, and that
`lessor relay` makes use of it."""

import json
import select
import signal
import socket
import struct
import time

import dhcp
from commands import ask
from dhcp import Message
from lab import Host, Lab, check, check_equal, wait_until
from relay_site import ROUTER, SERVER, Crowd, Site, link_subnet, relayed
from servers import LESSOR, Lessor, Server

QUERY, UNASSIGNED, UNKNOWN, ACTIVE = 10, 11, 12, 13
SILENT_FOR = 91
GIADDR = '10.1.0.1'


def hook(*requesters: str, **advanced) -> dict:
    parameters: dict = {'requesters': list(requesters)}
    if advanced:
        parameters['advanced'] = {key.replace('_', '-'): value for key, value in advanced.items()}
    return {'hooks-libraries': [{'library': '/usr/lib/kea/hooks/libdhcp_lease_query.so',
                                 'parameters': parameters}]}


class Requester:
    """Asks from port 67 of a host, as a relay does."""

    def __init__(self, host: Host, giaddr: str = GIADDR):
        with host.network():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind((giaddr, 67))
        self.giaddr = giaddr
        self.xid = 0x4388

    def ask(self, seconds: float = 5, wanted: bytes = b'', options: tuple = (), **by) -> (
            Message | None):
        """The answer to a query by ciaddr, chaddr or option 61; None when none comes."""
        self.xid += 1
        chaddr = by.pop('chaddr', None)
        fields = {'chaddr': chaddr} if chaddr else {'htype': 0, 'hlen': 0}
        query = Message(xid=self.xid, giaddr=self.giaddr, **fields, **by, options=[
            (dhcp.MESSAGE_TYPE, bytes([QUERY])), *options,
            *([(dhcp.PARAMETERS, wanted)] if wanted else [])])
        self.socket.sendto(query.encode(), (SERVER, 67))
        while select.select([self.socket], [], [], seconds)[0]:
            answer = Message.decode(self.socket.recv(4096))
            if answer and answer.xid == self.xid:
                return answer
        return None


def statistics(server: Lessor) -> dict[str, int]:
    every = ask(server.control_socket, 'statistic-get-all')['arguments']
    return {name.removeprefix('pkt4-lease-query-'): rows[0][0] for name, rows in every.items()
            if name.startswith('pkt4-lease-query-')}


def lease_queries_by_hand(lab: Lab) -> None:
    """By address, hardware address and client identifier: active, unassigned, unknown; another
    giaddr gets no answer, for a reason that is told, until a reload has it among the requesters."""
    site = Site(lab)
    server = site.lessor(relayed(link_subnet(0), **hook('10.9.9.9')))
    relay = site.start('--server', SERVER)
    crowd = site.crowd()
    macs = crowd.macs(1)
    ack = crowd.bind(macs, 5)[macs[0]]
    check_equal(relay.stop(), 0, 'exit of the relay')
    requester = Requester(site.router)
    check_equal(requester.ask(0.5, ciaddr=ack.yiaddr), None, 'answer to a stranger')
    wait_until(lambda: 'reason=not_a_requester' in server.process.output(), 'the log to say why')
    server.dhcp4 |= hook('10.9.9.9', GIADDR)
    server.write_config()
    server.signal(signal.SIGHUP)
    server.process.wait_for_line('the new configuration is in force')

    for by in ({'ciaddr': ack.yiaddr}, {'chaddr': macs[0]}):
        answer = requester.ask(wanted=bytes([dhcp.ROUTER, dhcp.LEASE_TIME]), **by)
        check(answer, f'no answer to {by}')
        check_equal((answer.type, answer.ciaddr, answer.chaddr, answer.server_id, answer.yiaddr),
                    (ACTIVE, ack.yiaddr, macs[0], SERVER, '0.0.0.0'), f'answer to {by}')
        left, silent = answer.number(dhcp.LEASE_TIME), answer.number(SILENT_FOR) or 0
        check(abs(left + silent - 600) <= 1, f'{left} s left after {silent} s')
        check_equal(answer.option(dhcp.ROUTER), dhcp.ip('10.1.0.1'), 'routers')
    check_equal(requester.ask(ciaddr='10.1.0.199').type, UNASSIGNED, 'a free address')
    check_equal(requester.ask(ciaddr='10.1.0.250').type, UNKNOWN, 'an address of no pool')
    unknown = requester.ask(chaddr='02:ff:00:00:00:01')
    check_equal((unknown.type, unknown.codes()), (UNKNOWN, [dhcp.MESSAGE_TYPE, dhcp.SERVER_ID]),
                'an unknown client')
    unknown = requester.ask(options=((dhcp.CLIENT_ID, b'\0nobody'),))
    check_equal(unknown.type, UNKNOWN, 'an unknown client identifier')
    check_equal(requester.ask(0.5, ciaddr=ack.yiaddr, chaddr=macs[0]), None, 'a query by two')
    check_equal(statistics(server), {'received': 8, 'response-active-sent': 2,
                                     'response-unassigned-sent': 1, 'response-unknown-sent': 3},
                'statistics')
    requester.socket.close()
    told = site.router.run(LESSOR, 'send', '-i', 'eth0', 'leasequery', f'ciaddr={ack.yiaddr}',
                           f'giaddr={GIADDR}', f'ip.src={ROUTER}', f'ip.dst={SERVER}',
                           'eth.dst=02:00:00:00:00:02', '--json')
    check('DHCPLEASEACTIVE' in told, f'lessor send: {told}')


def relay_learns_leases(lab: Lab) -> None:
    """A relay that starts anew asks who has a lease: its limit on clients counts those at once."""
    site = Site(lab)
    site.lessor(relayed(link_subnet(0), **hook(GIADDR)))
    file = site.router.folder / 'relay.json'
    file.write_text(json.dumps({'Relay': {'servers': [SERVER], 'leasequery': True, 'downlinks': [
        {'interface': 'd0', 'clients': 3}]}}))
    site.start('-c', str(file), downlinks=False)
    crowd = site.crowd()
    known = crowd.macs(2)
    check_equal(len(crowd.bind(known, 5)), 2, 'clients with an address')
    site.stop()
    site.start('-c', str(file), downlinks=False)
    wait_until(lambda: site.status()['downlinks'][0]['clients'] == 2,
               'the relay to know of two leases', 15)
    late = site.crowd()
    acks = late.bind(crowd.macs(3, group=1), 3, pause=0.5)
    check_equal(len(acks), 1, 'new clients that the limit leaves room for')
    answered = site.core.wire.seen(lambda f: f.message.type == ACTIVE)
    check_equal({f.target for f in answered}, {GIADDR}, 'who is told')


BULK_QUERY, DONE = 14, 15
STATUS, BASE_TIME, STATE, SOURCE = 151, 152, 156, 157
STRANGER = '10.0.0.9'


class Connection:
    """A requester's, by TCP (RFC 6926)."""

    def __init__(self, host: Host, source: str = ROUTER, port: int = 67, room: int = 0):
        with host.network():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.bind((source, 0))
        self.socket.settimeout(20)
        self.socket.connect((SERVER, port))

    def send(self, xid: int, options: tuple = (), chaddr: str | None = None, **fields) -> None:
        hardware = {'chaddr': chaddr} if chaddr else {'htype': 0, 'hlen': 0}
        query = Message(xid=xid, **hardware, **fields, options=[
            (dhcp.MESSAGE_TYPE, bytes([BULK_QUERY])), *options]).encode()
        self.socket.sendall(struct.pack('!H', len(query)) + query)

    def read(self, size: int) -> bytes:
        data = b''
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                return b''
            data += piece
        return data

    def answers(self) -> list[Message]:
        """Up to the end of a query; without one where the connection ends."""
        found: list[Message] = []
        while not found or found[-1].type != DONE:
            size = self.read(2)
            if not size:
                break
            message = Message.decode(self.read(struct.unpack('!H', size)[0]))
            check(message is not None, 'an answer that is no DHCP message')
            assert message
            found.append(message)
        return found

    def ask(self, xid: int, **question) -> list[Message]:
        self.send(xid, **question)
        return self.answers()

    def is_closed(self) -> bool:
        try:
            return self.socket.recv(1) == b''
        except ConnectionError:
            return True


def bulk_site(lab: Lab, clients: int, **advanced) -> tuple[Site, Server, dict[str, Message]]:
    """A server of a big link, with so many leases."""
    site = Site(lab, record=False)
    site.router.run('ip', 'addr', 'add', '10.1.0.1/16', 'dev', 'd0')
    site.router.run('ip', 'addr', 'del', '10.1.0.1/24', 'dev', 'd0')
    big = link_subnet(0) | {'subnet': '10.1.0.0/16', 'pools': [{'pool': '10.1.1.0-10.1.8.255'}]}
    server = site.lessor(relayed(big, **hook(
        ROUTER, '10.0.0.8', **{'bulk_query_enabled': True, 'lease_query_ip': SERVER, **advanced})))
    relay = site.start('--server', SERVER)
    acks = site.crowd().bind(Crowd.macs(clients), 20, pause=0.5, batch=100)
    check_equal(len(acks), clients, 'clients with an address')
    check_equal(relay.stop(), 0, 'exit of the relay')
    return site, server, acks


def reload(server: Server, line: str, **advanced) -> None:
    server.dhcp4 |= hook(ROUTER, bulk_query_enabled=True, lease_query_ip=SERVER, **advanced)
    server.write_config()
    server.signal(signal.SIGHUP)
    server.process.wait_for_line(line)


# B31
def bulk_lease_queries(lab: Lab) -> None:
    """All leases over TCP, those of one client, what has changed since; strangers, too many and
    idle ones are turned away; what the socket depends on takes a restart."""
    site, server, acks = bulk_site(lab, 500, max_requester_connections=3, max_leases_per_fetch=50)
    line = Connection(site.router)
    every = line.ask(1)
    active = {m.ciaddr: m.chaddr for m in every if m.type == ACTIVE}
    check_equal(active, {a.yiaddr: mac for mac, a in acks.items()}, 'leases told')
    check_equal(len({m.ciaddr for m in every if m.type == UNASSIGNED}), 2048 - 500, 'free ones')
    check_equal({m.xid for m in every}, {1}, 'xid')
    check_equal(every[0].server_id, SERVER, 'server identifier of the first')
    check_equal([m.option(dhcp.SERVER_ID) for m in every[1:] if m.option(dhcp.SERVER_ID)], [],
                'server identifiers of the others')
    check_equal(every[-1].codes(), [dhcp.MESSAGE_TYPE], 'options of the end')
    first = next(m for m in every if m.type == ACTIVE)
    check_equal((first.option(STATE), first.option(SOURCE)), (b'\2', b'\0'), 'state and source')
    check(first.number(BASE_TIME) and abs(first.number(BASE_TIME) - time.time()) < 60, 'base time')

    mac, ack = next(iter(acks.items()))
    own = line.ask(2, chaddr=mac, options=((dhcp.PARAMETERS, bytes([dhcp.ROUTER])),))
    check_equal([(m.type, m.ciaddr) for m in own], [(ACTIVE, ack.yiaddr), (DONE, '0.0.0.0')],
                'the answer about one client')
    check_equal(own[0].option(dhcp.ROUTER), dhcp.ip('10.1.0.1'), 'its routers')
    future = struct.pack('!I', int(time.time()) + 3600)
    check_equal(len(line.ask(3, options=((154, future),))), 1, 'what changes in an hour')
    bad = line.ask(4, ciaddr=ack.yiaddr)
    check_equal((len(bad), (bad[0].option(STATUS) or b'')[:1]), (1, b'\3'), 'a query by ciaddr')

    host = lab.host('stranger')
    lab.connect(host, site.core, address=f'{STRANGER}/24')
    check(Connection(host, STRANGER).is_closed(), 'a stranger was let in')
    server.process.wait_for_line(f'refused a connection of {STRANGER}.* not among the requesters')
    second = Connection(site.router)
    check_equal(len(second.ask(5, chaddr=mac)), 2, 'answers on a second connection')
    check(Connection(site.router).is_closed(), 'one requester got the last place, too')
    second.socket.sendall(b'GET / HTTP/1.0\r\n\r\n' * 200)
    check(second.is_closed(), 'garbage was listened to')
    line.socket.close()

    reload(server, 'the new configuration is in force', max_requester_idle_time=1)
    check(Connection(site.router).is_closed(), 'an idle connection stays')
    reload(server, 'lease-query-tcp-port has changed: that takes a restart',
           lease_query_tcp_port=6767)
    server.restart()
    check_equal(len(Connection(site.router, port=6767).ask(6, chaddr=mac)), 2, 'by another port')
    server.stop()


def slow_requester(lab: Lab) -> None:
    """Who reads nothing of what he asked for holds up nobody, and no more memory than a slice."""
    site, server, _ = bulk_site(lab, 1000)
    slow = Connection(site.router, room=4096)
    for xid in range(20):
        slow.send(xid)
    fast = Connection(site.router)
    for xid in range(100, 103):
        check_equal(len([m for m in fast.ask(xid) if m.type == ACTIVE]), 1000, 'leases told')
    site.start('--server', SERVER)
    acks = site.crowd().bind(Crowd.macs(100, group=1), 10, pause=0.5)
    check_equal(len(acks), 100, 'clients served meanwhile')
    told = [m for m in slow.answers() if m.type == ACTIVE]
    check(len(told) >= 1000, f'{len(told)} leases told in the end')
    server.stop()  # in the midst of the others


PARALLEL = [lease_queries_by_hand, relay_learns_leases, bulk_lease_queries, slow_requester]
ALONE: list = []
