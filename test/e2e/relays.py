"""`lessor relay` between many links and each server of the field, and what it must live through."""

import json
import signal
from pathlib import Path

import dhcp
from clients import CLIENTS, Client
from dhcp import Frame
from lab import Host, Lab, check, check_equal, wait_until
from relay_site import (KINDS, LINKS, ROUTER, SERVER, Crowd, Site, link_subnet, relayed,
                        start_dhcpd, start_dnsmasq, start_kea, start_lessor, sub_options)
from servers import LESSOR, Kea, Lessor, Server, port_67_is_open


def bind_on_every_link(lab: Lab, start_server) -> None:
    """20 links, a client on each (dhclient, udhcpc, dhcpcd, ours): each gets an address of its
    own link; the server sees which link it is in option 82, no client ever sees that option."""
    site = Site(lab, LINKS)
    start_server(site.server_host())
    taps = [site.tap(f'c{n}') for n in range(3)]
    site.start('--server', SERVER, '--circuit-id', 'port {interface}', '--remote-id', '{mac.raw}')
    clients: list[Client] = []
    for n in range(LINKS):
        client = KINDS[n % len(KINDS)](site.clients, f'c{n}')
        client.title = f'{client.name}.c{n}'
        clients.append(client)
    start_all(clients)
    wire = site.core.wire
    for n, client in enumerate(clients):
        ack = wire.type(dhcp.ACK, f'an ACK for {client.title}', 20, chaddr=client.mac)
        check_equal(ack.message.giaddr, f'10.1.{n}.1', 'giaddr')
        check(ack.message.yiaddr.startswith(f'10.1.{n}.'), f'{ack.message.yiaddr} on link {n}')
        wait_until(lambda c=client, a=ack: a.message.yiaddr in site.clients.addresses(c.interface),
                   f'{client.title} to configure {ack.message.yiaddr}', 15)
        for kind in (dhcp.DISCOVER, dhcp.REQUEST):
            asked = wire.type(kind, 'what it asked', chaddr=client.mac).message
            mac = site.router.run('cat', f'/sys/class/net/d{n}/address').strip()
            check_equal(sub_options(asked.option(dhcp.RELAY_AGENT)),
                        {1: f'port d{n}'.encode(), 2: dhcp.mac_bytes(mac)}, f'82 of link {n}')
            check_equal(asked.codes()[-1], dhcp.RELAY_AGENT, 'last option')
            check_equal(asked.hops, 1, 'hops')
    for tap in taps:
        check(tap.seen(lambda f: f.message.type == dhcp.ACK), 'no ACK on the link')
        check_equal([str(f) for f in tap.seen(lambda f: f.message.option(dhcp.RELAY_AGENT))], [],
                    'packets with option 82 on a link with clients')
    check_status(site)
    site.stop()


def start_all(clients: list[Client]) -> None:
    """Programs of one kind share a host: their files must not."""
    for client in clients:
        shared = client.host.folder
        client.host.folder = shared / client.interface
        client.host.folder.mkdir()
        client.start()
        client.host.folder = shared


def check_status(site: Site) -> None:
    status = site.status()
    check_equal(len(status['downlinks']), LINKS, 'downlinks in the status')
    for link in status['downlinks']:
        check(link['up'] and link['requests'] >= 2 and link['replies'] >= 2, f'status of {link}')
    check_equal(status['servers'][0]['health'], 'good', 'health of the server')
    metrics = site.router.run(LESSOR, 'relay', '--metrics', '--socket', site.socket)
    check('lessor_relay_replies_total{type="DHCPACK"}' in metrics, metrics)
    table = site.router.run(LESSOR, 'relay', '--status', '--socket', site.socket)
    check('DOWNLINK' in table and 'relaying' in table and SERVER in table, table)


def twenty_links_dhcpd(lab: Lab) -> None:
    bind_on_every_link(lab, start_dhcpd)


def twenty_links_dnsmasq(lab: Lab) -> None:
    bind_on_every_link(lab, start_dnsmasq)


def twenty_links_kea(lab: Lab) -> None:
    bind_on_every_link(lab, start_kea)


def twenty_links_lessor(lab: Lab) -> None:
    bind_on_every_link(lab, start_lessor)


def relayed_to_udhcpd(lab: Lab) -> None:
    """busybox udhcpd answers by giaddr, but has one pool for all links and does not echo option 82:
    one link works, and the relay finds the client without the option."""
    site = Site(lab)
    host = site.server_host()
    conf = host.folder / 'udhcpd.conf'
    conf.write_text(f'start 10.1.0.10\nend 10.1.0.99\ninterface eth0\noption subnet 255.255.255.0\n'
                    f'lease_file {host.folder}/udhcpd.leases\npidfile {host.folder}/udhcpd.pid\n')
    (host.folder / 'udhcpd.leases').write_text('')
    process = host.start('udhcpd', '-f', str(conf))
    wait_until(lambda: port_67_is_open(process), 'udhcpd to open its port')
    site.start('--server', SERVER, '--circuit-id', '{interface}')
    client = CLIENTS['udhcpc'](site.clients, 'c0')
    client.start()
    offer = site.core.wire.type(dhcp.OFFER, 'an OFFER', 15)
    check_equal((offer.target, offer.port_target), ('10.1.0.1', 67), 'OFFER to giaddr')
    check_equal(offer.message.option(dhcp.RELAY_AGENT), None, "udhcpd's option 82")
    client.wait_address(offer.message.yiaddr, 15)


def two_levels(lab: Lab) -> None:
    """A relay in front of ours: its giaddr and its option 82 stay, hops count both; the server's
    answer goes past us to the first."""
    site = Site(lab, 1)
    server = site.server_host()
    server.run('ip', 'route', 'add', '10.2.0.0/24', 'via', ROUTER)
    Lessor(server, relayed(link_subnet(0), link_subnet(0) | {
        'subnet': '10.2.0.0/24', 'pools': [{'pool': '10.2.0.10-10.2.0.99'}]})).start()
    first, clients = lab.host('first'), lab.switch('clients2')
    # The first relay's uplink is the far end of our d0.
    site.clients.run('ip', 'link', 'set', 'c0', 'netns', str(first.holder.pid))
    first.batch(['link set c0 name eth1', 'link set eth1 up', 'addr add 10.1.0.2/24 dev eth1',
                 'route add default via 10.1.0.1'])
    first.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/ip_forward')
    lab.connect(first, clients, 'eth0', address='10.2.0.1/24')
    site.router.run('ip', 'route', 'add', '10.2.0.0/24', 'via', '10.1.0.2')
    client_host = lab.host('client')
    lab.connect(client_host, clients)
    site.start('--server', SERVER, '--circuit-id', 'second')
    relay = first.start(LESSOR, 'relay', '--downlink', 'eth0', '--server', '10.1.0.1',
                        '--circuit-id', 'first', '--socket', f'{first.folder}/relay.sock',
                        log='relay')
    relay.wait_for_line('relaying')
    client = CLIENTS['udhcpc'](client_host)
    client.start()
    ack = clients.wire.type(dhcp.ACK, 'an ACK', 15, chaddr=client.mac)
    client.wait_address(ack.message.yiaddr)
    check(ack.message.yiaddr.startswith('10.2.0.'), ack.message.yiaddr)
    asked = site.core.wire.type(dhcp.REQUEST, 'the REQUEST', chaddr=client.mac).message
    check_equal((asked.hops, asked.giaddr), (2, '10.2.0.1'), 'hops and giaddr')
    check_equal(sub_options(asked.option(dhcp.RELAY_AGENT)), {1: b'first'}, 'option 82')
    check_equal(site.count('requests'), 2, 'requests relayed at the second level')
    check_equal(site.count('replies'), 0, 'replies relayed at the second level')


def unnumbered(lab: Lab, start_server, overrides: bool, renews: bool = True) -> None:
    """A link whose router has no address on it: giaddr is borrowed, RFC 3527's link selection says
    the clients' subnet, and where the server `overrides` its identifier (RFC 5107) they renew
    through the relay, which says so (RFC 5010)."""
    site = Site(lab)
    kind = CLIENTS['dhclient']
    host = site.server_host()
    start_server(host, relayed(link_subnet(0), valid=kind.valid, t1=kind.t1, t2=kind.t2))
    router = site.router
    router.run('ip', 'addr', 'flush', 'dev', 'd0')
    router.run('ip', 'addr', 'add', '10.8.0.1/32', 'dev', 'lo')
    router.run('ip', 'route', 'add', '10.1.0.0/24', 'dev', 'd0', 'src', '10.8.0.1')
    router.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/conf/d0/proxy_arp')
    host.run('ip', 'route', 'add', '10.8.0.1', 'via', ROUTER)
    tap = site.tap('c0')
    site.start('--server', SERVER, '--giaddr', '10.8.0.1', '--link-selection', '10.1.0.1',
               '--server-id-override', '10.8.0.1', '--flags')
    # The router answers for every address that it does not route back by d0.
    client = kind(site.clients, 'c0')
    site.clients.run('ip', 'route', 'add', '10.8.0.1', 'dev', 'c0')
    client.start()
    ack = tap.type(dhcp.ACK, 'an ACK', 15, chaddr=client.mac)
    check(ack.message.yiaddr.startswith('10.1.0.'), f'address {ack.message.yiaddr}')
    check_equal(ack.message.server_id, '10.8.0.1' if overrides else SERVER, 'server identifier')
    check_equal(ack.message.option(dhcp.RELAY_AGENT), None, 'option 82 at the client')
    client.wait_address(ack.message.yiaddr, 15)
    asked = site.core.wire.type(dhcp.REQUEST, 'the REQUEST', chaddr=client.mac).message
    info = sub_options(asked.option(dhcp.RELAY_AGENT))
    check_equal((asked.giaddr, info), ('10.8.0.1', {5: dhcp.ip('10.1.0.1'), 11: dhcp.ip('10.8.0.1'),
                                                    10: b'\0'}), 'giaddr and option 82')
    if not renews:
        return
    if not overrides:
        site.core.wire.type(dhcp.ACK, 'an ACK to a renewal past the relay', 15, ack.time,
                            ciaddr=ack.message.yiaddr)
        return
    renewal = site.core.wire.type(dhcp.REQUEST, 'a renewal through the relay', 15, ack.time,
                                  ciaddr=ack.message.yiaddr)
    check_equal((renewal.message.giaddr,
                 sub_options(renewal.message.option(dhcp.RELAY_AGENT))[10]),
                ('10.8.0.1', b'\x80'), 'giaddr and flags of the renewal')
    renewed = tap.type(dhcp.ACK, 'the ACK to the renewal', 5, renewal.time, chaddr=client.mac)
    check_equal((renewed.target, renewed.message.server_id), (ack.message.yiaddr, '10.8.0.1'),
                'the renewal is delivered to')


def unnumbered_link_kea(lab: Lab) -> None:
    unnumbered(lab, lambda host, dhcp4: Kea(host, dhcp4).start(), False)


def unnumbered_link_lessor(lab: Lab) -> None:
    unnumbered(lab, lambda host, dhcp4: Lessor(host, dhcp4).start(), True)


def unnumbered_link_dhcpd(lab: Lab) -> None:
    unnumbered(lab, lambda host, _: start_dhcpd(host), False, renews=False)


def unnumbered_link_dnsmasq(lab: Lab) -> None:
    unnumbered(lab, lambda host, _: start_dnsmasq(host), True, renews=False)


CROWD = 500


def two_servers(site: Site, first: dict, second: dict) -> list[Server]:
    servers = [site.lessor(first), site.lessor(second, name='second', address='10.0.0.3',
                                               mac='02:00:00:00:00:03')]
    return servers


def dead_server(lab: Lab) -> None:
    """500 clients bind while their server dies without a word: it is taken out of service,
    everybody has an address in the end, and when it is back it serves again."""
    site = Site(lab, record=False)
    site.router.run('ip', 'addr', 'add', '10.1.0.1/16', 'dev', 'd0')
    site.router.run('ip', 'addr', 'del', '10.1.0.1/24', 'dev', 'd0')

    def half(n: int) -> dict:
        return relayed(link_subnet(0) | {'subnet': '10.1.0.0/16', 'pools': [
            {'pool': f'10.1.{n}.0-10.1.{n + 3}.250'}]})
    servers = two_servers(site, half(1), half(10))
    relay = site.start('--server', SERVER, '--server', '10.0.0.3', '--choice', 'failover')
    crowd = site.crowd()

    def after_round(number: int) -> None:
        if number == 2:
            servers[0].kill()
            site.core.run('ip', 'link', 'set', 'server-eth0', 'down')  # not even ICMP
    acks = crowd.bind(crowd.macs(CROWD), 25, after_round=after_round, batch=40)
    check_equal(len(acks), CROWD, 'clients with an address')
    by_first = [a for a in acks.values() if a.server_id == SERVER]
    check(0 < len(by_first) < CROWD / 2, f'{len(by_first)} clients were served by the dead one')
    check_equal(len({a.yiaddr for a in acks.values()}), CROWD, 'different addresses')
    relay.wait_for_line(f'server {SERVER} is taken out of service', 10)
    check_equal(site.server_status('10.0.0.3')['health'], 'good', 'health of the other')
    site.core.run('ip', 'link', 'set', 'server-eth0', 'up')
    servers[0].start()
    relay.wait_for_line(f'server {SERVER} answers again', 10)
    late = site.crowd().bind(crowd.macs(1, group=9), 5)
    check_equal([a.server_id for a in late.values()], [SERVER], 'who serves the next client')


def silent_by_policy(lab: Lab) -> None:
    """A server that knows some clients and is silent to all others stays in service: the others get
    their address from the second one, since they keep trying."""
    site = Site(lab, record=False)
    crowd = site.crowd()
    known, others = crowd.macs(10, group=1), crowd.macs(40, group=2)
    rows = [{'hw-address': mac, 'ip-address': f'10.1.0.{200 + n}'} for n, mac in enumerate(known)]
    picky = link_subnet(0, reservations=rows)
    picky.pop('pools')
    two_servers(site, relayed(picky), relayed(link_subnet(0, pool='10-10.1.{n}.99')))
    relay = site.start('--server', SERVER, '--server', '10.0.0.3', '--choice', 'failover')
    acks = dict(crowd.bind(others, 20, pause=0.7))
    check_equal(sorted(acks), sorted(others), 'strangers with an address')
    check_equal({a.server_id for a in acks.values()}, {'10.0.0.3'}, 'who serves strangers')
    acks = site.crowd().bind(known, 5)
    check_equal({a.yiaddr for a in acks.values()}, {r['ip-address'] for r in rows}, 'reservations')
    check_equal({a.server_id for a in acks.values()}, {SERVER}, 'who serves those that it knows')
    check_equal(site.server_status(SERVER)['times-down'], 0, 'times that the server was taken out')
    check('taken out of service' not in relay.output(), 'a server was taken out of service')


def links_come_and_go(lab: Lab) -> None:
    """By a file: a link that is missing at the start comes, another gets another address, the way
    to the server moves to another interface; a broken file changes nothing, a new one does."""
    site = Site(lab, 2)
    site.lessor(relayed(link_subnet(0), link_subnet(1), link_subnet(2)))
    back = lab.switch('back')
    lab.connect(site.router, back, 'eth1', address='10.3.0.1/24')
    file = site.router.folder / 'relay.json'

    def write(circuit: str, links: int = 3) -> None:
        named = [{'interface': f'd{n}', 'agent-info': {'circuit-id': circuit}}
                 for n in range(links)]
        file.write_text(json.dumps({'Relay': {'downlinks': named, 'servers': [SERVER]}}))
    write('one')
    relay = site.start('-c', str(file), downlinks=False)
    relay.wait_for_line('there is no interface d2')
    group = 0

    def bind(interface: str, what: str) -> str:
        nonlocal group
        group += 1
        crowd = site.crowd(interface)
        acks = crowd.bind(crowd.macs(1, group), 5, pause=0.3)
        check_equal(len(acks), 1, f'clients with an address {what}')
        return next(iter(acks.values())).chaddr

    def circuit_of(mac: str) -> bytes:
        asked = site.core.wire.type(dhcp.DISCOVER, 'the DISCOVER', chaddr=mac).message
        return sub_options(asked.option(dhcp.RELAY_AGENT))[1]

    bind('c0', 'at the start')
    holder = site.clients.holder.pid
    site.router.run('ip', 'link', 'add', 'd2', 'type', 'veth', 'peer', 'name', 'c2', 'netns',
                    str(holder))
    site.clients.run('ip', 'link', 'set', 'c2', 'up')
    site.router.run('ip', 'link', 'set', 'd2', 'up')
    site.router.run('ip', 'addr', 'add', '10.1.2.1/24', 'dev', 'd2')
    relay.wait_for_line('relaying clients of d2 as 10.1.2.1')
    check_equal(circuit_of(bind('c2', 'on a link that came')), b'one', 'circuit-id')
    site.router.run('ip', 'addr', 'del', '10.1.1.1/24', 'dev', 'd1')
    relay.wait_for_line('no longer relaying clients of d1')
    site.router.run('ip', 'addr', 'add', '10.1.1.254/24', 'dev', 'd1')
    relay.wait_for_line('relaying clients of d1 as 10.1.1.254')
    bind('c1', 'behind another giaddr')
    file.write_text('{"Relay": {"downlinks": [{"interface": "d0", "giadr": "1"}]}}')
    relay.popen.send_signal(signal.SIGHUP)
    relay.wait_for_line('stays as it was: .*giadr.*did you mean')
    check_equal(circuit_of(bind('c0', 'after a broken file')), b'one', 'circuit-id')
    site.clients.run('ip', 'link', 'set', 'c1', 'down')
    relay.wait_for_line('d1 is not relayed: no carrier')
    check_equal([d['why'] for d in site.status()['downlinks'] if d['interface'] == 'd1'],
                ['no carrier'], 'what ails d1')
    site.clients.run('ip', 'link', 'set', 'c1', 'up')
    write('two')
    relay.popen.send_signal(signal.SIGHUP)
    relay.wait_for_line('the new settings are in force')
    check_equal(circuit_of(bind('c0', 'after a reload')), b'two', 'circuit-id')
    write('three', links=2)
    relay.popen.send_signal(signal.SIGHUP)
    relay.wait_for_line('no longer relaying clients of d2')
    move_server(lab, site, back)
    relay.wait_for_line('servers are reached by eth1')
    relay.wait_for_line('servers are no longer reached by eth0')
    bind('c0', 'with the server elsewhere')
    site.stop()


def move_server(lab: Lab, site: Site, back) -> None:
    """Takes the server to another switch of the router, with another way to and from it."""
    server = next(h for h in lab.hosts if h.name == 'server')
    lab.move(server, site.core, back)
    site.router.run('ip', 'route', 'add', f'{SERVER}/32', 'dev', 'eth1')
    server.run('ip', 'route', 'add', '10.3.0.1/32', 'dev', 'eth0')
    server.run('ip', 'route', 'replace', '10.1.0.0/16', 'via', '10.3.0.1')


def other_source_port(lab: Lab) -> None:
    """RFC 8357: the server is asked from another port, and answers there; by the kernel at first,
    by frames when the way is known. The server's answers come by another interface than the way to
    it leaves by."""
    site = Site(lab)
    server = site.lessor(relayed(link_subnet(0)))
    back = lab.switch('back')
    lab.connect(site.router, back, 'eth1', address='10.3.0.1/24')
    lab.connect(server.host, back, 'eth1', address='10.3.0.2/24')
    server.host.run('ip', 'route', 'replace', '10.1.0.0/16', 'via', '10.3.0.1')
    relay = site.start('--server', SERVER, '--source-port', '6767', '--circuit-id', 'x')
    crowd = site.crowd()
    for group in range(3):
        acks = site.crowd().bind(crowd.macs(5, group), 5, pause=0.5)
        check_equal(len(acks), 5, 'clients with an address')
    asked = site.core.wire.seen(lambda f: f.target == SERVER)
    check_equal({f.port_source for f in asked}, {6767}, 'port that the server is asked from')
    check(all(19 in sub_options(f.message.option(dhcp.RELAY_AGENT)) for f in asked),
          'no port in option 82')
    answers = back.wire.seen(lambda f: f.source == SERVER)
    check(answers, 'no answer came by the other way')
    check_equal({f.port_target for f in answers}, {6767}, 'port that it answers at')
    check(relay.running(), 'the relay ended')
    lab.checked_macs.clear()  # tshark 4.0 calls sub-option 19 an error of its own


def relay_allocates_nothing(lab: Lab) -> None:
    """The thread that relays takes nothing from the heap over 1,500 exchanges and 1,000 broken
    messages, counted by a library preloaded into it."""
    counter = Path(LESSOR).with_name('libcount_heap.so')
    check(counter.exists(), f'{counter} is not there: build it first (./dev build)')
    site = Site(lab, record=False)
    site.lessor(relayed(link_subnet(0) | {'subnet': '10.1.0.0/16', 'pools': [
        {'pool': '10.1.1.0-10.1.20.250'}]}))
    heap = site.router.folder / 'heap'
    site.start('--server', SERVER, '--circuit-id', '{client-mac}', '--clients', '5000',
               env={'LD_PRELOAD': str(counter), 'LESSOR_TEST_HEAP': str(heap)})

    def taken() -> int:
        return int.from_bytes(heap.read_bytes(), 'little')

    crowd = site.crowd()
    check_equal(len(site.crowd().bind(crowd.macs(100, 1), 8)), 100, 'clients with an address')
    before = taken()
    check(before > 0, 'the preloaded library counts nothing')
    for number, mac in enumerate(crowd.macs(1000, 2)):
        message = crowd.message(dhcp.DISCOVER, mac, hops=number % 9)
        whole = Frame(mac, dhcp.BROADCAST_MAC, message=message).encode()
        crowd.link.send(whole[:43 + number % 300])
    check_equal(len(site.crowd().bind(crowd.macs(1500, 3), 20, batch=300)), 1500, 'clients bound')
    check_equal(taken() - before, 0, 'allocations of the packet thread')


def hostile_to_relay(lab: Lab) -> None:
    """What nobody may send comes through to no server, each for a reason that is counted; the relay
    goes on."""
    site = Site(lab)
    site.lessor(relayed(link_subnet(0)))
    relay = site.start('--server', SERVER, '--circuit-id', '{interface}')
    crowd = site.crowd()
    wire = site.core.wire
    mac = crowd.macs(1, group=6)[0]
    own_82 = ((dhcp.RELAY_AGENT, b'\x01\x04evil'),)
    cases = [
        ('own-giaddr', crowd.message(dhcp.DISCOVER, mac, giaddr='10.1.0.1')),
        ('own-giaddr', crowd.message(dhcp.DISCOVER, mac, giaddr=ROUTER)),
        ('bad-giaddr', crowd.message(dhcp.DISCOVER, mac, giaddr='255.255.255.255')),
        ('bad-giaddr', crowd.message(dhcp.DISCOVER, mac, giaddr='224.0.0.1')),
        ('too-many-hops', crowd.message(dhcp.DISCOVER, mac, hops=255)),
        ('too-many-hops', crowd.message(dhcp.DISCOVER, mac, hops=5)),
        ('untrusted-info', crowd.message(dhcp.DISCOVER, mac, options=own_82)),
        ('not-for-servers', crowd.message(dhcp.OFFER, mac)),
        ('bad-hardware', crowd.message(dhcp.DISCOVER, mac, hlen=200)),
        ('untrusted-info', crowd.message(dhcp.DISCOVER, mac, options=((52, b'\1'),),
                                         file=b'\x52\x04\x02\x02me\xff')),
        ('bad-op', crowd.message(dhcp.DISCOVER, mac, op=7)),
        ('not-our-giaddr', crowd.message(dhcp.ACK, mac, op=2, giaddr='10.9.9.9')),
        ('stranger', crowd.message(dhcp.ACK, mac, op=2, giaddr='10.1.0.1', yiaddr='10.1.0.66')),
    ]
    for reason, message in cases:
        before = site.count('dropped', f'"{reason}"')
        crowd.send(message)
        wait_until(lambda r=reason, b=before: site.count('dropped', f'"{r}"') == b + 1,
                   f'a message to be dropped as {reason}', 5)
    play_server(site, crowd, mac)
    whole = Frame(mac, dhcp.BROADCAST_MAC, message=crowd.message(dhcp.DISCOVER, mac)).encode()
    for size in range(43, len(whole), 7):  # the kernel of the link carries them; lengths now lie
        crowd.link.send(whole[:size])
    check_equal([str(f) for f in wire.seen(lambda f: f.message.chaddr == mac)], [],
                'what reached the server')
    check_equal(len(crowd.bind(crowd.macs(3, group=7), 5)), 3, 'clients served afterwards')
    check(relay.running(), 'the relay ended')


def play_server(site: Site, crowd: Crowd, mac: str) -> None:
    """A client with the server's address has an ACK for a client of another link: it comes by a
    link that does not lead to the server."""
    before, replies = site.count('dropped', '"stranger"'), site.count('replies')
    router = site.router.run('cat', '/sys/class/net/d0/address').strip()
    ack = crowd.message(dhcp.ACK, mac, op=2, giaddr='10.1.0.1', yiaddr='10.1.0.66')
    crowd.link.send(Frame(mac, router, SERVER, '10.1.0.1', 67, 67, message=ack).encode())
    wait_until(lambda: site.count('dropped', '"stranger"') == before + 1, "the server's double to "
               'be a stranger', 5)
    check_equal(site.count('replies'), replies, 'replies delivered')


def refuses_to_relay(lab: Lab) -> None:
    """Each mistake and each lack is said in a sentence that names it, with exit code 1 or 2."""
    site = Site(lab, 1)
    router = site.router
    router.run('ip', 'link', 'add', 'bare', 'type', 'veth', 'peer', 'name', 'other')
    router.run('ip', 'link', 'set', 'bare', 'up')
    file = router.folder / 'relay.json'
    file.write_text('{"Relay": {"downlinks": [{"interface": "d0"}], "servers": ["10.0.0.300"]}}')
    base = [LESSOR, 'relay', '--socket', site.socket]

    def refused(words: list[str], *said: str, code: int = 1, before: tuple = ()) -> None:
        process = router.start(*before, *base, *words, log='refused')
        check_equal(process.wait(), code, f'exit after {words}')
        output = process.output()
        for part in said:
            check(part in output, f'{words}: {part!r} is not in: {output}')

    serve = ['--server', SERVER]
    refused(['--downlink', 'd7', *serve], 'there is no interface d7', 'd0')
    refused(['--downlink', 'bare', *serve], 'bare has no IPv4 address', 'giaddr')
    refused(['--downlink', 'd0', '--giaddr', '10.7.7.7', *serve], '10.7.7.7', 'no address of')
    refused(['--downlink', 'd0', '--server', ROUTER], 'is an address of this host (eth0)')
    refused(['--downlink', 'd0', '--server', '203.0.113.1'],
            'there is no route to server 203.0.113.1')
    refused(['-c', str(file)], f'{file}:1:', '10.0.0.300')
    refused(['-t', str(file)], '10.0.0.300')
    refused(['-c', '/nowhere.json'], 'cannot read /nowhere.json: No such file')
    refused(['-c', '/tmp'], 'cannot read /tmp: it is a directory')
    refused(['--downlink', 'lo', *serve], 'lo is this host itself')
    refused(['--downlink', 'd0'], 'server', code=2)
    nobody = ('setpriv', '--reuid', '65534', '--clear-groups')
    refused(['--downlink', 'd0', *serve], 'run as root', before=nobody)
    holder = router.start('dnsmasq', '-k', '-C', '/dev/null', '-p', '0', '--user=root',
                          '--dhcp-range=10.1.0.10,10.1.0.20')
    wait_until(lambda: port_67_is_open(holder), 'dnsmasq to open its port')
    refused(['--downlink', 'd0', *serve], 'port 67', 'dnsmasq', str(holder.pid))
    holder.stop()
    refused(['--status'], f'no relay answers at {site.socket}', code=3)
    site.start(*serve)
    refused(['--downlink', 'd0', *serve], 'port 67')
    site.stop()


PARALLEL = [twenty_links_dhcpd, twenty_links_dnsmasq, twenty_links_kea, twenty_links_lessor,
            relayed_to_udhcpd, two_levels, unnumbered_link_kea, unnumbered_link_lessor,
            unnumbered_link_dhcpd, unnumbered_link_dnsmasq, dead_server, silent_by_policy,
            links_come_and_go, other_source_port, relay_allocates_nothing, hostile_to_relay,
            refuses_to_relay]
ALONE: list = []
