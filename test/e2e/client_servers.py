"""`lessor client` against five servers: the rows of the client's matrix.

Each function is one row; it runs once per server, in a lab of its own, and says what must be seen
on the wire, in the kernel of the client's host and at the server.
"""

import signal

import dhcp
from arp import Neighbour
from client_link import (MAKERS, SERVER_MAC, Link, Monitor, Terms, View, address_facts,
                         check_set_up, make_link, route_words)
from dhcp import Frame
from lab import Lab, check, check_equal, wait_until

SHORT = Terms(lease=30, t1=3, t2=6)
SERVER = SHORT.at(1)


def check_messages(link: Link, address: str) -> None:
    """DISCOVER to ACK, as RFC 2131 4.4.1 and table 5 have them."""
    wire, mac = link.wire, link.mac
    discover, request = (link.sent(kind, 'a message') for kind in (dhcp.DISCOVER, dhcp.REQUEST))
    offer = wire.type(dhcp.OFFER, 'an OFFER', chaddr=mac)
    for sent in (discover, request):
        check_equal((sent.source, sent.target, sent.mac_target, sent.port_source,
                     sent.port_target), ('0.0.0.0', '255.255.255.255', dhcp.BROADCAST_MAC, 68, 67),
                    'from and to')
        m = sent.message
        check_equal((m.op, m.htype, m.hlen, m.hops, m.flags, m.ciaddr, m.yiaddr, m.siaddr,
                     m.giaddr), (1, 1, 6, 0, 0, *['0.0.0.0'] * 4), 'fields')  # R2131-T5-e
        check(m.ended and m.option(dhcp.MAX_SIZE), 'end and option 57')
    check_equal(discover.message.server_id, None, 'option 54 of the DISCOVER')
    # R2131-4.4.1-c
    check_equal((request.message.xid, request.message.secs, request.message.requested,
                 request.message.server_id, request.message.option(dhcp.CLIENT_ID),
                 request.message.option(dhcp.PARAMETERS)),
                (offer.message.xid, discover.message.secs, address, SERVER,
                 discover.message.option(dhcp.CLIENT_ID),
                 discover.message.option(dhcp.PARAMETERS)), 'the REQUEST')
    check_equal(link.ack().message.server_id, SERVER, 'server')


def client_bind(lab: Lab, kind: str) -> None:
    """Bound, stopped, taken up again in INIT-REBOOT, released: the host is as it was before."""
    link = make_link(lab, kind)
    before = View.of(link.host)
    neighbour = Neighbour(link.server_host)
    address = link.bind()
    check_messages(link, address)
    check_set_up(link, address)
    check(link.server.active(address), f'{address} is not leased')
    check(neighbour.probes(address, link.mac), 'nobody was asked whether the address is free')
    neighbour.wait_announcements(address, link.mac, 2)  # R2131-4.4.1-d, RFC 5227 2.3
    link.client.stop()
    link.check_restored(before)
    check(link.client.lease(), 'the lease is forgotten')
    since = link.wire.now()
    check_equal(link.bind(), address, 'address after a restart')
    first = link.wire.wait(lambda f: f.message.chaddr == link.mac, 'a message', since=since)
    # R2131-4.4.2-a
    check_equal((first.message.type, first.message.requested, first.message.server_id,
                 first.message.ciaddr, first.target),
                (dhcp.REQUEST, address, None, '0.0.0.0', '255.255.255.255'), 'INIT-REBOOT')
    check_set_up(link, address)
    check(not link.wire.seen(lambda f: f.message.type == dhcp.RELEASE), 'released at its end')
    link.client.release()
    sent = link.sent(dhcp.RELEASE, 'a RELEASE')
    check_equal((sent.target, sent.mac_target, sent.source, sent.message.ciaddr,
                 sent.message.server_id, sent.message.requested),
                (SERVER, SERVER_MAC, address, address, SERVER, None), 'RELEASE')  # R2131-4.4.4-a
    link.check_restored(before)
    wait_until(lambda: not link.server.active(address), f'{address} to be free')


def check_time(what: str, took: float, due: float) -> None:
    """R2131-4.4.5-a: never late; earlier only by what makes a site's clients not move together."""
    print(f'{what} {took:.2f} s after the REQUEST, due after {due} s')
    check(due - 1 <= took <= due + 0.7, f'{what} {took:.2f} s after the REQUEST, due after {due} s')


def client_renew(lab: Lab, kind: str) -> None:
    """Renewal by unicast at T1; then, the server's unicast cut off, rebinding by broadcast at
    T2."""
    link = make_link(lab, kind, SHORT)
    assert SHORT.t1 and SHORT.t2
    address = link.bind()
    wire, ack = link.wire, link.ack()
    asked = link.sent(dhcp.REQUEST, 'a REQUEST')
    check_equal((ack.message.number(dhcp.T1), ack.message.number(dhcp.T2)), (SHORT.t1, SHORT.t2),
                'T1 and T2')
    renewal = link.sent(dhcp.REQUEST, 'a renewal', SHORT.lease, ciaddr=address)
    check_equal((renewal.source, renewal.target, renewal.mac_target, renewal.message.server_id,
                 renewal.message.requested), (address, SERVER, SERVER_MAC, None, None), 'renewal')
    check_time('renewal', renewal.time - asked.time, SHORT.t1)
    renewed = link.ack(renewal.time)
    check_equal((renewed.message.yiaddr, renewed.message.xid), (address, renewal.message.xid),
                'ACK to the renewal')
    wait_until(lambda: link.client.lease().get('xid') == f'{renewal.message.xid:#010x}',
               'the renewal to be kept')
    link.silence_server()
    lost = link.sent(dhcp.REQUEST, 'the renewal that is lost', SHORT.lease, renewal.time,
                     ciaddr=address)
    check_time('second renewal', lost.time - renewal.time, SHORT.t1)
    rebinding = wire.wait(lambda f: f.message.ciaddr == address and f.target == '255.255.255.255',
                          'a REQUEST to all', SHORT.lease, lost.time)
    check_equal((rebinding.mac_target, rebinding.source, rebinding.message.server_id,
                 rebinding.message.requested), (dhcp.BROADCAST_MAC, address, None, None),
                'rebinding')
    check_time('rebinding', rebinding.time - renewal.time, SHORT.t2)
    # R2131-4.4.5-a: no second try while less than a minute is left until T2
    between = wire.seen(lambda f: f.message.chaddr == link.mac and f.message.op == 1 and
                        lost.time < f.time < rebinding.time)
    check_equal(between, [], 'messages between T1 and T2')
    link.ack(rebinding.time)
    wait_until(lambda: link.client.lease().get('xid') == f'{rebinding.message.xid:#010x}',
               'the rebinding to be kept')
    check_equal(address_facts(link.host).get('local'), address, 'address')
    check(not wire.seen(lambda f: f.message.type == dhcp.DISCOVER, asked.time), 'it began anew')


def client_expiry(lab: Lab, kind: str) -> None:
    """The server falls silent: asked at T1 and T2 in vain; when the lease ends, to the second,
    address and routes leave the kernel (R2131-4.4.5-b) and the client begins anew. dnsmasq grants
    no less than two minutes, so that it has no such case."""
    terms = Terms(lease=12, t1=5, t2=8)
    link = make_link(lab, kind, terms)
    before = View.of(link.host)
    monitor = Monitor(link.host)
    link.client.start()
    address = link.ack().message.yiaddr
    link.server.process.popen.send_signal(signal.SIGSTOP)
    link.client.wait_address(address)
    check_set_up(link, address)
    asked = link.sent(dhcp.REQUEST, 'a REQUEST')
    to_server = link.sent(dhcp.REQUEST, 'a renewal', ciaddr=address)
    check_equal(to_server.target, SERVER, 'renewal')
    link.wire.wait(lambda f: f.message.ciaddr == address and f.target == '255.255.255.255',
                   'a REQUEST to all', since=to_server.time)
    end = asked.time + terms.lease
    discover = link.sent(dhcp.DISCOVER, 'a DISCOVER after the end', since=asked.time)
    over = discover.time - end
    print(f'DISCOVER {over:.3f} s after the end of the lease')
    check(-0.1 <= over <= 0.5, f'DISCOVER {over:.3f} s after the end of the lease')
    link.check_restored(before)
    for words in (rf'inet {address}', r'default via', r'10\.9\.0\.0/16 via'):
        wait_until(lambda w=words: monitor.gone(w), f'{words} to be gone')
        late = monitor.gone(words) - end
        print(f'{words} gone {late:.3f} s after the end of the lease')
        # The kernel counts whole seconds: it may take an address off within the last of them. Its
        # lock for such changes is one for all namespaces: where many are made and unmade, it waits.
        check(-1.05 <= late <= 2, f'{words} was deleted {late:.2f} s after the end of the lease')
    link.server.process.popen.send_signal(signal.SIGCONT)
    again = link.ack(discover.time, 20)
    link.client.wait_address(again.message.yiaddr)


def client_moved(lab: Lab, kind: str) -> None:
    """With a lease of one network on another one: NAK, and a lease of the other."""
    link = make_link(lab)
    there = Terms('10.2.0')
    elsewhere, host = lab.switch('elsewhere'), lab.host('server2')
    lab.connect(host, elsewhere, mac='02:00:00:00:02:01', address='10.2.0.1/24')
    MAKERS[kind](host, there).start()
    address = link.bind()
    link.client.stop()
    lab.move(link.host, link.switch, elsewhere)
    link.client.start()
    wire = elsewhere.wire
    asked = wire.type(dhcp.REQUEST, 'a REQUEST for the old address', requested=address)
    check_equal(asked.message.server_id, None, 'server identifier')
    nak = wire.type(dhcp.NAK, 'a NAK', xid=asked.message.xid)
    discover = wire.type(dhcp.DISCOVER, 'a DISCOVER', since=nak.time)
    check(discover.time - nak.time < 3, 'it took its time')
    ack = wire.type(dhcp.ACK, 'an ACK', since=nak.time)
    check(ack.message.yiaddr.startswith('10.2.0.'), f'new address {ack.message.yiaddr}')
    link.client.wait_address(ack.message.yiaddr)
    wait_until(lambda: 'default via 10.2.0.1 dev eth0' in route_words(link.host), 'the route')


def client_decline(lab: Lab, kind: str) -> None:
    """Somebody uses the address that is granted: declined, and another one ten seconds later."""
    link = make_link(lab, kind, Terms(pool=(10, 11)))
    neighbour = Neighbour(link.server_host)
    neighbour.claims = {'10.1.0.10', '10.1.0.11'}
    link.client.start()
    declined = link.sent(dhcp.DECLINE, 'a DECLINE')
    ack, m = link.ack(), declined.message
    taken = ack.message.yiaddr
    # R2131-4.4.4-a, table 5: broadcast, 50 and 54, ciaddr 0
    check_equal((declined.target, declined.source, m.requested, m.server_id, m.ciaddr),
                ('255.255.255.255', '0.0.0.0', taken, SERVER, '0.0.0.0'), 'DECLINE')
    check_equal(address_facts(link.host), {}, 'address')
    neighbour.claims = {taken}
    again = link.sent(dhcp.DISCOVER, 'another DISCOVER', 15, declined.time)
    waited = again.time - declined.time
    check(waited >= 9.9, f'it asked again {waited:.1f} s after the DECLINE')  # R2131-4.4.1-d
    def other(frame: Frame) -> bool:
        return frame.message.type == dhcp.ACK and frame.message.yiaddr != taken
    second = link.wire.wait(other, 'an ACK with another address', 15, declined.time)
    link.client.wait_address(second.message.yiaddr)


ROWS = {client_bind: list(MAKERS), client_renew: list(MAKERS), client_moved: list(MAKERS),
        client_decline: list(MAKERS),
        client_expiry: [kind for kind in MAKERS if kind != 'dnsmasq']}
MATRIX = {f'{row.__name__}.{kind}': (lambda lab, row=row, kind=kind: row(lab, kind))
          for row, kinds in ROWS.items() for kind in kinds}
