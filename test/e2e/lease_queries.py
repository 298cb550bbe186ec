"""DHCPLEASEQUERY (RFC 4388): what the server tells, and that `lessor relay` makes use of it."""

import json
import select
import signal
import socket

import dhcp
from commands import ask
from dhcp import Message
from lab import Host, Lab, check, check_equal, wait_until
from relay_site import ROUTER, SERVER, Site, link_subnet, relayed
from servers import LESSOR, Lessor

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


PARALLEL = [lease_queries_by_hand, relay_learns_leases]
ALONE: list = []
