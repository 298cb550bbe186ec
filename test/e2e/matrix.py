"""What every real client must be able to do with the server: the rows of the matrix.

Each function is one row; it runs once per client (clients.py), in a lab of its own. A name says
what the client lives through, the body what must be seen on the wire, in the client's kernel and in
the server's leases.
"""

import signal
import threading
from dataclasses import dataclass

import dhcp
from clients import Client
from dhcp import Frame
from lab import Host, Lab, Switch, check, check_equal, wait_until
from servers import Dnsmasq, Lessor, Server, config, server, subnet

SERVER_MAC = '02:00:00:00:01:01'
SERVER = '10.1.0.1'


@dataclass
class Link:
    """One switch with a server and a client on it."""
    lab: Lab
    switch: Switch
    server_host: Host
    server: Server
    client_host: Host
    client: Client

    def bind(self, timeout: float = 15) -> str:
        """Starts the client and returns the address that its kernel then has."""
        self.client.start()
        ack = self.switch.wire.type(dhcp.ACK, f'an ACK to {self.client.name}', timeout,
                                    chaddr=self.client.mac)
        self.client.wait_address(ack.message.yiaddr, timeout)
        return ack.message.yiaddr


def make_link(lab: Lab, kind: type[Client], dhcp4: dict | None = None) -> Link:
    switch = lab.switch()
    server_host, client_host = lab.host('server'), lab.host('client')
    lab.connect(server_host, switch, mac=SERVER_MAC, address=f'{SERVER}/24')
    server_host.turn_off_checksum_offload('eth0')
    lab.connect(client_host, switch)
    tested = server(server_host, dhcp4 or config())
    tested.start()
    return Link(lab, switch, server_host, tested, client_host, kind(client_host))


def from_server(frame: Frame) -> bool:
    return frame.mac_source == SERVER_MAC


def bind(lab: Lab, kind: type[Client]) -> None:
    link = make_link(lab, kind)
    address = link.bind()
    wire, client = link.switch.wire, link.client
    offer = wire.type(dhcp.OFFER, 'an OFFER', chaddr=client.mac)
    request = wire.type(dhcp.REQUEST, 'a REQUEST', chaddr=client.mac)
    ack = wire.type(dhcp.ACK, 'an ACK', chaddr=client.mac)
    check_equal(offer.message.yiaddr, address, 'address offered')
    check_equal(request.message.server_id, SERVER, 'server chosen')
    check_equal(ack.message.xid, request.message.xid, 'xid of the ACK')
    check_equal(ack.message.number(dhcp.LEASE_TIME), 600, 'lease time')
    check_equal(ack.message.option(dhcp.SUBNET_MASK), dhcp.ip('255.255.255.0'), 'subnet mask')
    for reply in (offer, ack):  # RFC 2131 4.1: unicast to yiaddr and chaddr unless asked otherwise
        broadcast = reply.message.flags & 0x8000
        check_equal((reply.mac_target, reply.target), (dhcp.BROADCAST_MAC, '255.255.255.255')
                    if broadcast else (client.mac, address), 'destination')
        check_equal((reply.source, reply.port_source, reply.port_target), (SERVER, 67, 68), 'from')
    wait_until(lambda: 'default via 10.1.0.1' in link.client_host.run('ip', 'route'),
               'the default route')
    for line in ('nameserver 10.1.0.3', 'nameserver 10.1.0.4', 'lab.example'):
        wait_until(lambda l=line: l in link.client_host.run('cat', '/etc/resolv.conf'), line)
    link.server.wait_lease(address, 'active')
    lease = link.server.active(address)
    check_equal(lease and lease.mac, client.mac, 'owner of the lease')


def same_address(lab: Lab, kind: type[Client]) -> None:
    """After a restart of the client, of the server, and of a client that has forgotten all."""
    link = make_link(lab, kind)
    address = link.bind()
    for event in ('client', 'server', 'amnesia'):
        link.client.crash()
        if event == 'server':
            link.server.restart()
        if event == 'amnesia':
            link.client.forget()
        wire = link.switch.wire
        since = wire.now()
        link.client.start()
        ack = wire.type(dhcp.ACK, f'an ACK after {event}', 15, since, chaddr=link.client.mac)
        check_equal(ack.message.yiaddr, address, f'address after {event}')
        link.client.wait_address(address, 15)
        if event == 'amnesia' or not link.client.remembers:
            wire.type(dhcp.DISCOVER, 'a DISCOVER', 1, since)
        else:  # INIT-REBOOT
            first = wire.type(dhcp.REQUEST, 'a REQUEST', 1, since)
            check_equal(first.message.server_id, None, 'server identifier in INIT-REBOOT')
    check_equal(len(link.server.leases()), 1, 'leases in all')


def renew_at_t1(lab: Lab, kind: type[Client]) -> None:
    link = make_link(lab, kind, config(valid=kind.valid, t1=kind.t1, t2=kind.t2))
    address = link.bind()
    wire = link.switch.wire
    bound = wire.type(dhcp.ACK, 'an ACK')
    for code, seconds in ((dhcp.T1, kind.t1), (dhcp.T2, kind.t2)):
        check(bound.message.number(code) in (None, seconds), f'option {code}')
    renewal = wire.wait(lambda f: f.message.type == dhcp.REQUEST and f.message.ciaddr == address,
                        'a renewal', kind.valid)
    check_equal((renewal.target, renewal.mac_target), (SERVER, SERVER_MAC), 'renewal sent to')
    took = renewal.time - bound.time
    check(kind.t1 - 1 <= took <= kind.t1 + kind.lag, f'renewal after {took:.1f} s, T1 {kind.t1} s')
    ack = wire.type(dhcp.ACK, 'an ACK to the renewal', 3, renewal.time)
    check_equal((ack.message.yiaddr, ack.message.ciaddr), (address, address), 'yiaddr and ciaddr')
    check_equal((ack.target, ack.mac_target), (address, link.client.mac), 'ACK sent to')
    check_equal(ack.message.number(dhcp.LEASE_TIME), kind.valid, 'lease time renewed')
    # It lives past the end of the first lease: the renewal counted, in the client and the server.
    wire.wait(lambda f: f.message.type == dhcp.ACK and f.time > bound.time + kind.valid,
              'a renewal past the first lease', 2 * kind.valid)
    check(address in link.client_host.addresses(), 'the client lost its address')
    check(not wire.seen(lambda f: f.message.type == dhcp.DISCOVER, renewal.time), 'it began anew')


def rebind_at_t2(lab: Lab, kind: type[Client]) -> None:
    link = make_link(lab, kind, config(valid=kind.valid, t1=kind.t1, t2=kind.t2))
    address = link.bind()
    wire = link.switch.wire
    bound = wire.type(dhcp.ACK, 'an ACK')
    link.switch.send_nowhere(SERVER_MAC, 'client-eth0')
    rebinding = wire.wait(lambda f: f.message.type == dhcp.REQUEST and f.message.ciaddr == address
                          and f.target == '255.255.255.255', 'a REQUEST to all', kind.valid + 5)
    check_equal(rebinding.mac_target, dhcp.BROADCAST_MAC, 'rebinding sent to')
    check_equal(rebinding.message.server_id, None, 'server identifier in REBINDING')
    took = rebinding.time - bound.time
    earliest = kind.t2 - 2 if kind.keeps_t2 else kind.t1
    check(earliest <= took < kind.valid + kind.lag, f'rebinding after {took:.1f} s')
    ack = wire.type(dhcp.ACK, 'an ACK to the rebinding', 3, rebinding.time)
    check_equal((ack.message.yiaddr, ack.target), (address, address), 'ACK')
    wait_until(lambda: address in link.client_host.addresses(), 'the address to stay')
    check(not wire.seen(lambda f: f.message.type == dhcp.DISCOVER, bound.time), 'it began anew')


def release(lab: Lab, kind: type[Client]) -> None:
    """With a pool of one address, which then goes to the next client at once."""
    link = make_link(lab, kind, config(subnet(pool='10.1.0.10-10.1.0.10')))
    address = link.bind()
    link.client.release()
    sent = link.switch.wire.type(dhcp.RELEASE, 'a RELEASE', chaddr=link.client.mac)
    check_equal((sent.target, sent.message.ciaddr), (SERVER, address), 'RELEASE to, of')
    link.server.wait_lease(address, 'released')
    link.client.wait_no_address()
    other = lab.host('other')
    lab.connect(other, link.switch)
    second = kind(other)
    second.start()
    second.wait_address(address, 15)
    check(not link.switch.wire.seen(lambda f: f.message.type == dhcp.NAK), 'a NAK was sent')


def move(lab: Lab, kind: type[Client], authoritative: bool) -> tuple[Link, Switch, Frame]:
    """Binds a client on one network, moves it to another, with another server, and lets it ask for
    its old address there. Returns the second switch and that REQUEST."""
    short = {'valid': kind.valid, 't1': kind.t1, 't2': kind.t2}
    link = make_link(lab, kind, config(**({} if kind.remembers else short)))
    elsewhere = lab.switch('elsewhere')
    host = lab.host('server2')
    lab.connect(host, elsewhere, mac='02:00:00:00:02:01', address='10.2.0.1/24')
    host.turn_off_checksum_offload('eth0')
    there = subnet('10.2.0.0/24', '10.2.0.10-10.2.0.99', '10.2.0.1')
    server(host, config(there, authoritative=authoritative)).start()
    address = link.bind()
    if kind.remembers:  # it asks in INIT-REBOOT, after a boot
        link.client.crash()
        lab.move(link.client_host, link.switch, elsewhere)
        link.client.start()
    else:  # it only asks in REBINDING, while it runs
        lab.move(link.client_host, link.switch, elsewhere)
    asked = elsewhere.wire.wait(
        lambda f: f.message.type == dhcp.REQUEST and f.target == '255.255.255.255' and address in
        (f.message.ciaddr, f.message.requested), 'a REQUEST for the old address', 2 * kind.valid)
    check_equal(asked.message.server_id, None, 'server identifier')
    return link, elsewhere, asked


def nak_after_move(lab: Lab, kind: type[Client]) -> None:
    link, elsewhere, asked = move(lab, kind, authoritative=True)
    nak = elsewhere.wire.type(dhcp.NAK, 'a NAK', 3, chaddr=link.client.mac)
    check_equal(nak.message.xid, asked.message.xid, 'xid of the NAK')
    # RFC 2131 4.1: without giaddr any NAK is broadcast.
    check_equal((nak.target, nak.mac_target), ('255.255.255.255', dhcp.BROADCAST_MAC), 'NAK to')
    check_equal(nak.message.yiaddr, '0.0.0.0', 'yiaddr of the NAK')
    ack = elsewhere.wire.type(dhcp.ACK, 'an ACK on the new network', 15)
    check(ack.message.yiaddr.startswith('10.2.0.'), f'new address {ack.message.yiaddr}')
    link.client.wait_address(ack.message.yiaddr, 15)


def silence_after_move(lab: Lab, kind: type[Client]) -> None:
    """A server that is not authoritative must not end another server's lease (RFC 2131 4.3.2)."""
    link, elsewhere, asked = move(lab, kind, authoritative=False)
    ack = elsewhere.wire.type(dhcp.ACK, 'an ACK on the new network', 2 * kind.valid + 15)
    check(ack.message.yiaddr.startswith('10.2.0.'), f'new address {ack.message.yiaddr}')
    link.client.wait_address(ack.message.yiaddr, 15)
    check(not elsewhere.wire.seen(lambda f: f.message.type == dhcp.NAK), 'a NAK was sent')


def decline(lab: Lab, kind: type[Client]) -> None:
    """Somebody sits on the only address of the pool."""
    link = make_link(lab, kind, config(subnet(pool='10.1.0.10-10.1.0.10')))
    squatter = lab.host('squatter')
    lab.connect(squatter, link.switch, address='10.1.0.10/24')
    link.client.probe_addresses()
    link.client.start()
    wire = link.switch.wire
    sent = wire.type(dhcp.DECLINE, 'a DECLINE', 15, chaddr=link.client.mac)
    check_equal(sent.message.requested, '10.1.0.10', 'address declined')
    check_equal(sent.message.server_id, SERVER, 'server told')
    link.server.wait_lease('10.1.0.10', 'declined')
    again = wire.type(dhcp.DISCOVER, 'another DISCOVER', 15, sent.time)
    wire.type(dhcp.DISCOVER, 'and another', 15, again.time)
    check(not wire.seen(lambda f: f.message.type == dhcp.OFFER, sent.time), 'offered again')
    if isinstance(link.server, Lessor):
        lab.unplug(squatter)
        link.server.ask('leases', 'clear-declined', '10.1.0.10')
        link.client.wait_address('10.1.0.10', 30)


def expiry(lab: Lab, kind: type[Client]) -> None:
    """The only address of the pool, its holder gone without a word: after the end of the lease, and
    not before, the next client gets that very address."""
    valid = 8
    link = make_link(lab, kind, config(subnet(pool='10.1.0.10-10.1.0.10'), valid=valid))
    address = link.bind()
    granted = link.switch.wire.type(dhcp.ACK, 'an ACK')
    link.client.crash()
    other = lab.host('other')
    lab.connect(other, link.switch)
    second = kind(other)
    second.start()
    ack = link.switch.wire.type(dhcp.ACK, 'an ACK to the second client', 60, chaddr=second.mac)
    check_equal(ack.message.yiaddr, address, 'address of the second client')
    check(ack.time >= granted.time + valid, 'the address went to another while it was leased')
    second.wait_address(address, 15)


def two_servers(lab: Lab, kind: type[Client]) -> None:
    """Each of two servers is chosen once; the other lets its offer go. The one that is chosen
    answers first because the other is held up meanwhile."""
    link = make_link(lab, kind)
    other_host = lab.host('dnsmasq')
    lab.connect(other_host, link.switch, address='10.1.0.2/24')
    other = Dnsmasq(other_host, '10.1.0.200', '10.1.0.250')
    other.start()
    assert link.server.process and other.process
    second_host = lab.host('second')
    lab.connect(second_host, link.switch)
    second = kind(second_host)
    for client, chosen, held in ((link.client, '10.1.0.2', link.server.process),
                                 (second, SERVER, other.process)):
        held.popen.send_signal(signal.SIGSTOP)
        client.take_first_offer()
        client.start()
        link.switch.wire.type(dhcp.OFFER, 'an OFFER', 15, chaddr=client.mac)
        held.popen.send_signal(signal.SIGCONT)
        ack = link.switch.wire.type(dhcp.ACK, 'an ACK', 15, chaddr=client.mac)
        check_equal(ack.message.server_id, chosen, 'server chosen')
        link.switch.wire.wait(lambda f: f.message.type == dhcp.OFFER and f.message.chaddr ==
                              client.mac and f.message.server_id != chosen, 'the late OFFER', 5)
        client.wait_address(ack.message.yiaddr, 15)
    wait_until(lambda: [l.mac for l in link.server.leases() if l.state == 'active'] ==
               [second.mac], 'the server to have one lease')
    check_equal(other.macs(), [link.client.mac], 'leases of the other server')


def make_router(lab: Lab, link: Link, clients: Switch) -> Host:
    """A router that relays between the clients' switch (10.2.0.0/24) and the server's."""
    router = lab.host('router')
    lab.connect(router, clients, 'eth0', address='10.2.0.1/24')
    lab.connect(router, link.switch, 'eth1', address='10.1.0.2/24')
    router.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward')
    lab.unplug(link.client_host)
    lab.connect(link.client_host, clients, mac=link.client.mac)
    return router


RELAYED = subnet('10.2.0.0/24', '10.2.0.10-10.2.0.99', '10.2.0.1')


def relayed(lab: Lab, kind: type[Client]) -> None:
    """Through isc-dhcp-relay, which adds option 82; then a renewal, which goes past the relay."""
    timers = {'valid': kind.valid, 't1': kind.t1, 't2': kind.t2}
    link = make_link(lab, kind, config(subnet(), RELAYED, **timers))
    clients = lab.switch('clients')
    router = make_router(lab, link, clients)
    link.server_host.run('ip', 'route', 'add', '10.2.0.0/24', 'via', '10.1.0.2')
    relay = router.start('dhcrelay', '-4', '-d', '-a', '-iu', 'eth1', '-id', 'eth0', SERVER)
    relay.wait_for_line('Sending on')
    link.client.start()
    ack = clients.wire.type(dhcp.ACK, 'an ACK', 15, chaddr=link.client.mac)
    check(ack.message.yiaddr.startswith('10.2.0.'), f'address {ack.message.yiaddr}')
    link.client.wait_address(ack.message.yiaddr, 15)
    wire = link.switch.wire
    request = wire.wait(lambda f: f.message.type == dhcp.REQUEST and f.message.giaddr != '0.0.0.0',
                        'a relayed REQUEST')
    reply = wire.wait(lambda f: f.message.type == dhcp.ACK and from_server(f), 'a reply')
    check_equal((reply.target, reply.port_target), ('10.2.0.1', 67), 'reply to the relay')
    agent = request.message.option(dhcp.RELAY_AGENT)
    check(agent, 'the relay added no option 82')
    check_equal(reply.message.option(dhcp.RELAY_AGENT), agent, 'option 82 echoed')
    check_equal(reply.message.codes()[-1], dhcp.RELAY_AGENT, 'last option')  # RFC 3046 2.1
    renewal = wire.type(dhcp.REQUEST, 'a renewal', kind.valid, reply.time,
                        ciaddr=ack.message.yiaddr)
    check_equal(renewal.message.giaddr, '0.0.0.0', 'giaddr of the renewal')
    renewed = wire.type(dhcp.ACK, 'an ACK to it', 3, renewal.time)
    check_equal((renewed.target, renewed.port_target), (ack.message.yiaddr, 68), 'ACK sent to')
    clients.wire.type(dhcp.ACK, 'the ACK to reach the client', 3, renewal.time)


def giaddr_elsewhere(lab: Lab, kind: type[Client]) -> None:
    """The relay's giaddr is routed through another interface than the one its packets come by: the
    reply must go where the route says."""
    link = make_link(lab, kind, config(subnet(), RELAYED))
    clients, back = lab.switch('clients'), lab.switch('back')
    router = make_router(lab, link, clients)
    lab.connect(router, back, 'eth2', address='10.3.0.2/24')
    lab.connect(link.server_host, back, 'eth1', address='10.3.0.1/24')
    link.server_host.turn_off_checksum_offload('eth1')
    link.server_host.run('ip', 'route', 'add', '10.2.0.0/24', 'via', '10.3.0.2')
    relay = router.start('dhcrelay', '-4', '-d', '-a', '-iu', 'eth1', '-iu', 'eth2', '-id', 'eth0',
                         SERVER)
    relay.wait_for_line('Sending on')
    link.client.start()
    ack = clients.wire.type(dhcp.ACK, 'an ACK', 20, chaddr=link.client.mac)
    link.client.wait_address(ack.message.yiaddr, 15)
    reply = back.wire.type(dhcp.ACK, 'the reply by the other interface')
    check_equal((reply.target, reply.port_target), ('10.2.0.1', 67), 'reply to the relay')
    check_equal(reply.message.server_id, SERVER, 'server identifier')
    check(not link.switch.wire.seen(from_server), 'a reply left by the interface of the request')


def foreign_source(lab: Lab, kind: type[Client]) -> None:
    """Behind a bridge that translates MAC addresses, as Wi-Fi stations do: the frame's source is
    the bridge's, chaddr the client's, and it is to chaddr that the reply must go."""
    link = make_link(lab, kind)
    behind, bridge = lab.switch('behind'), lab.host('bridge')
    lab.connect(bridge, behind, 'eth0')
    lab.connect(bridge, link.switch, 'eth1', mac='02:00:00:00:03:01')
    lab.unplug(link.client_host)
    lab.connect(link.client_host, behind, mac=link.client.mac)
    inner, outer = bridge.packet_socket('eth0'), bridge.packet_socket('eth1')

    def forward(source, target, rewrite) -> None:
        packet_outgoing = 4
        while True:
            data, address = source.recvfrom(65535)
            if address[2] != packet_outgoing:
                target.send(rewrite(data))

    translated = dhcp.mac_bytes('02:00:00:00:03:01')
    for args in ((inner, outer, lambda data: data[:6] + translated + data[12:]),
                 (outer, inner, lambda data: data)):
        threading.Thread(target=forward, args=args, daemon=True).start()
    bridge.run('ip', 'link', 'set', 'eth1', 'promisc', 'on')
    link.client.start()
    ack = behind.wire.type(dhcp.ACK, 'an ACK', 15, chaddr=link.client.mac)
    link.client.wait_address(ack.message.yiaddr, 15)
    discover = link.switch.wire.type(dhcp.DISCOVER, 'a DISCOVER')
    check_equal(discover.mac_source, '02:00:00:00:03:01', 'source of the frame')
    check_equal(ack.mac_target, dhcp.BROADCAST_MAC if ack.message.flags & 0x8000 else
                link.client.mac, 'ACK sent to')


ROWS = [bind, same_address, renew_at_t1, rebind_at_t2, release, nak_after_move, silence_after_move,
        decline, expiry, two_servers, relayed, giaddr_elsewhere, foreign_source]
