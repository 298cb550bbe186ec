"""What keeps addresses for those who should have them: limits of classes and subnets, a question
before an address is offered, shares of a pool that is nearly full."""

import signal

import dhcp
from clients import CLIENTS
from dhcp import Message
from lab import Lab, check, check_equal, wait_until
from limits import Clients, silent
from relay_site import Site, link_subnet, relayed
from scenarios import Relay
from servers import Lessor, config, subnet

SERVER, GIADDR = '10.1.0.1', '10.1.0.2'
PORT = b'eth 0/1'
IN_USE, NEXT = '10.1.0.10', '10.1.0.11'


def limits_hook(**limits) -> dict:
    return {'user-context': {'limits': limits}}


def routed(lab: Lab, dhcp4: dict) -> tuple[Lessor, Clients]:
    """A server, and clients behind a relay's address."""
    switch, host, router = lab.switch(), lab.host('server'), lab.host('router')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address=f'{SERVER}/24')
    lab.connect(router, switch, address=f'{GIADDR}/24')
    server = Lessor(host, dhcp4)
    server.start()
    return server, Clients(Relay(router, GIADDR, SERVER))


def reload(server: Lessor, **changes) -> None:
    before = server.status()['reloads']['count']
    server.dhcp4 |= changes
    server.write_config()
    server.signal(signal.SIGHUP)
    wait_until(lambda: server.status()['reloads']['count'] > before, 'the reload')


def subnet_limits(lab: Lab) -> None:
    """Kea's limits hook: a subnet gives three leases, and so after a stop, a kill and a reload; a
    class sends five packets, then waits; both are told in log and statistics."""
    hook = {'hooks-libraries': [{'library': '/usr/lib/kea/hooks/libdhcp_limits.so'}]}
    calm = {'name': 'calm', 'test': "option[60].text == 'calm'",
            **limits_hook(**{'rate-limit': '5 packets per hour'})}
    server, clients = routed(lab, config(subnet(id=1, **limits_hook(**{'address-limit': 3})),
                                         **hook, **{'client-classes': [calm]}))

    got = {n: clients.bind(n, PORT) for n in range(5)}
    held = {n: address for n, address in got.items() if address}
    check_equal(sorted(held), [0, 1, 2], 'clients that got an address')
    check_equal(silent(server, 'subnet_limit'), 2, 'messages refused by the count')
    wait_until(lambda: 'reason=subnet_limit' in server.process.output(), 'the log to tell of it')

    def expect_as_before(when: str) -> None:
        for number, address in held.items():
            check(clients.rebinds(number, PORT, address), f'client {number} has no lease {when}')
        check_equal(clients.bind(3, PORT), '', f'the fourth client\'s address {when}')

    server.restart()
    expect_as_before('after a stop')
    server.kill()
    server.start()
    expect_as_before('after a kill')
    reload(server, subnet4=[subnet(id=1)])
    held[3] = clients.bind(3, PORT)
    check(held[3] != '', 'without a limit the fourth client got no address')
    reload(server, subnet4=[subnet(id=1, **limits_hook(**{'address-limit': 3}))])
    for number, address in held.items():
        check(clients.rebinds(number, PORT, address), f'client {number} lost its lease by a reload')
    check_equal(clients.bind(4, PORT), '', 'the fifth client\'s address after a reload')

    calmly = (60, b'calm')
    answered = sum(clients.ask(n % 3, dhcp.DISCOVER, PORT, calmly, wait=0.3) is not None
                   for n in range(9))
    check_equal(answered, 5, 'messages of the class that were answered')
    check_equal(silent(server, 'class_rate'), 4, 'messages refused by the rate')
    check(clients.ask(0, dhcp.DISCOVER, PORT, wait=5) is not None, 'who is not in the class waits')


def ping_check(lab: Lab) -> None:
    """Behind a relay a host uses the first address of the pool and answers echo requests: udhcpc
    and dhclient are offered others. Where nobody is, one question is asked and not answered; a
    lease that runs, and the client's own of a moment ago, is not asked for."""
    site = Site(lab, 2)
    hook = {'library': 'libdhcp_ping_check.so',
            'parameters': {'min-ping-requests': 1, 'reply-timeout': 300}}
    server = site.lessor(relayed(link_subnet(0), link_subnet(1), **{'hooks-libraries': [hook]}))
    squatter = lab.host('squatter')
    # It lives on the first client's link: both ends of that go to a bridge of the router's.
    site.router.batch(['link add br0 type bridge', 'link set br0 up', 'addr flush dev d0',
                       'link set d0 master br0', 'addr add 10.1.0.1/24 brd + dev br0',
                       f'link add s0 type veth peer name eth0 netns {squatter.holder.pid}',
                       'link set s0 master br0', 'link set s0 up'])
    squatter.batch(['link set eth0 up', f'addr add {IN_USE}/24 dev eth0',
                    'route add default via 10.1.0.1'])
    site.start('--server', '10.0.0.2', '--downlink', 'br0', '--downlink', 'd1', downlinks=False)

    first = CLIENTS['udhcpc'](site.clients, 'c0')
    first.start()
    first.wait_address(NEXT, 20)
    server.wait_lease(IN_USE, 'declined')
    wait_until(lambda: f'{IN_USE} is in use' in server.process.output(), 'the log to tell of it')
    counters = server.status()['counters']
    check(counters['probes asked for'] >= 2, f'questions: {counters["probes asked for"]}')
    second = CLIENTS['dhclient'](site.clients, 'c1')
    second.start()
    second.wait_address('10.1.1.10', 20)
    site.stop()


def random_macs(lab: Lab) -> None:
    """Of twenty addresses clients with made-up hardware addresses get sixteen, then no more until
    some come free: the others find room; and so after a stop."""
    policy = {'valid-lifetime': 300, 'share': 0.5, 'threshold': 0.8}
    server, clients = routed(lab, config(subnet(pool='10.1.0.10-10.1.0.29'),
                                         **{'random-macs': policy}))

    def bind_true(number: int) -> str:
        """A client with a manufacturer's address."""
        mac, answers = f'00:12:00:00:00:{number:02x}', []
        for kind in (dhcp.DISCOVER, dhcp.REQUEST):
            clients.xid += 1
            options = [(dhcp.MESSAGE_TYPE, bytes([kind]))]
            if answers:
                options += [(dhcp.SERVER_ID, dhcp.ip(SERVER)),
                            (dhcp.REQUESTED_ADDRESS, dhcp.ip(answers[-1].yiaddr))]
            clients.relay.send(Message(xid=clients.xid, chaddr=mac, options=options), PORT)
            answers.append(clients.relay.receive(3))
            if answers[-1] is None:
                return ''
        return answers[-1].yiaddr

    got = [clients.bind(n, PORT) for n in range(18)]
    check_equal([n for n, address in enumerate(got) if not address], [16, 17], 'who got none')
    check_equal(silent(server, 'random_share'), 2, 'messages refused by the share')
    wait_until(lambda: 'reason=random_share' in server.process.output(), 'the log to tell of it')
    server.restart()
    check_equal(clients.bind(17, PORT), '', 'the address of one more after a stop')
    others = [bind_true(n) for n in range(5)]
    check(all(others[:4]) and not others[4], f'others got {others}')
    lease = clients.ask(0, dhcp.REQUEST, PORT, ciaddr=got[0], wait=5)
    check_equal(lease.option(dhcp.LEASE_TIME), (300).to_bytes(4, 'big'), 'lease time')


PARALLEL = [subnet_limits, ping_check, random_macs]
ALONE: list = []
