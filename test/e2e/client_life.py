"""What people and machines do to a running `lessor client`: orders, signals, cables, interfaces
that come and go, crashes; and what it tells them. Against `lessor serve`."""

import json
import os
import signal
import socket
import stat
from collections import Counter
from pathlib import Path

import dhcp
from client_link import (MAKERS, Link, Terms, View, address_facts, check_set_up, make_link,
                         route_words)
from clients import Dhclient, OwnClient
from dhcp import Frame
from lab import Lab, check, check_equal, wait_until
from servers import LESSOR


def unicast_renewal(link: Link, since: float, address: str) -> Frame:
    sent = link.sent(dhcp.REQUEST, 'a renewal', since=since, ciaddr=address)
    check_equal((sent.target, sent.source), (link.terms.at(1), address), 'renewal')
    link.ack(sent.time)
    return sent


def rebinding(link: Link, since: float, address: str) -> Frame:
    sent = link.sent(dhcp.REQUEST, 'a rebinding', since=since, ciaddr=address)
    check_equal((sent.target, sent.source), ('255.255.255.255', address), 'rebinding')
    link.ack(sent.time)
    return sent


def client_once(lab: Lab) -> None:
    """--once: 3 and nothing changed without a server; else bound, configured, 0. What follows acts
    on the lease that is left there."""
    link = make_link(lab)
    client = link.client
    before = View.of(link.host)
    link.server.stop()
    client.order('--once', '--timeout', '2s', ok=(3,))
    check_equal(View.of(link.host), before, 'the host after a start in vain')
    link.server.start()
    client.order('--once')
    address = link.ack().message.yiaddr
    check_set_up(link, address)
    check_equal(client.lease()['address'], address, 'address remembered')
    check_equal(stat.S_IMODE(client.lease_file.stat().st_mode), 0o600, 'mode of the lease file')
    since = link.wire.now()
    client.order('--renew')
    unicast_renewal(link, since, address)
    since = link.wire.now()
    client.order('--rebind')
    rebinding(link, since, address)
    check_equal(address_facts(link.host).get('local'), address, 'address after all that')
    client.order('--release')
    link.sent(dhcp.RELEASE, 'a RELEASE', ciaddr=address)
    link.server.wait_lease(address, 'released')
    # What was there before is not known to whom it was left: but nothing of the lease stays.
    wait_until(lambda: not link.host.addresses() and not route_words(link.host), 'nothing to stay')
    check('10.1.0.3' not in link.host.run('cat', '/etc/resolv.conf'), 'its name servers stayed')
    client.order('--renew', ok=(1,))
    client.order('--release', ok=(0, 1))


def client_signals(lab: Lab) -> None:
    """SIGUSR1 renews, SIGUSR2 releases, and SIGUSR1 then begins anew, as with udhcpc; SIGTERM takes
    the address off, keeps the lease and says nothing to the server."""
    link = make_link(lab)
    before = View.of(link.host)
    address = link.bind()
    process = link.client.process
    assert process
    since = link.wire.now()
    process.popen.send_signal(signal.SIGUSR1)
    unicast_renewal(link, since, address)
    process.popen.send_signal(signal.SIGUSR2)
    link.sent(dhcp.RELEASE, 'a RELEASE', ciaddr=address)
    link.server.wait_lease(address, 'released')
    link.check_restored(before)
    check(process.running(), 'it ended after SIGUSR2')
    since = link.wire.now()
    process.popen.send_signal(signal.SIGUSR1)
    link.ack(since)
    link.client.wait_address(address)
    since = link.wire.now()
    link.client.stop()
    link.check_restored(before)
    check_equal(link.client.lease().get('address'), address, 'address remembered')
    check(not link.wire.seen(lambda f: f.message.chaddr == link.mac, since), 'it said goodbye')
    check(link.server.active(address), 'the lease is gone')


def client_orders(lab: Lab) -> None:
    """--renew, --rebind, --release act on the client that runs."""
    link = make_link(lab)
    before = View.of(link.host)
    address = link.bind()
    since = link.wire.now()
    link.client.order('--renew')
    unicast_renewal(link, since, address)
    since = link.wire.now()
    link.client.order('--rebind')
    rebinding(link, since, address)
    link.client.order('--release')
    link.sent(dhcp.RELEASE, 'a RELEASE', ciaddr=address)
    link.check_restored(before)
    link.server.wait_lease(address, 'released')
    check_equal(len(link.wire.seen(lambda f: f.message.type == dhcp.RELEASE)), 1, 'RELEASEs')


def client_exit(lab: Lab) -> None:
    """--release-on-exit tells the server; --keep-address-on-exit leaves everything, with its
    lifetime."""
    link = make_link(lab)
    before = View.of(link.host)
    address = link.bind('--release-on-exit')
    link.client.stop()
    link.sent(dhcp.RELEASE, 'a RELEASE', ciaddr=address)
    link.check_restored(before)
    link.server.wait_lease(address, 'released')
    link.bind('--keep-address-on-exit')
    there = View.of(link.host)
    link.client.stop()
    check_equal(View.of(link.host), there, 'the host after its end')
    check(address_facts(link.host)['valid_life_time'] <= link.terms.lease, 'no lifetime')


def client_killed(lab: Lab) -> None:
    """kill -9: the process that does what needs privileges puts the host back, and ends."""
    link = make_link(lab)
    before = View.of(link.host)
    link.bind()
    assert link.client.process
    link.client.process.stop(signal.SIGKILL)
    link.check_restored(before)
    wait_until(lambda: not own_processes(link), 'the last process to end')
    address = link.bind()  # the lease, its lock and its socket are no hindrance
    check(link.wire.seen(lambda f: f.message.requested == address and not f.message.server_id),
          'no INIT-REBOOT after the crash')


def own_processes(link: Link) -> list[str]:
    """What runs in the client's network for it."""
    net = os.stat(f'/proc/{link.host.holder.pid}/ns/net').st_ino
    found = []
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            if os.stat(folder / 'ns/net').st_ino == net:
                found.append((folder / 'cmdline').read_bytes().replace(b'\0', b' ').decode())
        except OSError:
            continue
    return [line for line in found if f'{LESSOR} client' in line or 'lessor' in line.split(' ')[0]]


def client_test(lab: Lab) -> None:
    """--test touches nothing, says what it would do, gives the address back."""
    link = make_link(lab)
    before = View.of(link.host)
    told = link.client.order('--test')
    address = link.ack().message.yiaddr
    check_equal(View.of(link.host), before, 'the host')
    check_equal(list(link.client.state.glob('*')) if link.client.state.exists() else [], [],
                'files in the state folder')
    for word in (f'{address}/24', '10.9.0.0/16', '10.1.0.3', 'lab.example', '1400'):
        check(word in told, f'{word} is not in what it would do:\n{told}')
    wait_until(lambda: not link.server.active(address), 'the lease to be given back')
    # A lease that the host uses stays the host's.
    link.client.order('--once')
    address = link.ack(link.wire.now() - 1).message.yiaddr
    since = link.wire.now()
    link.client.order('--test')
    link.ack(since)
    check(not link.wire.seen(lambda f: f.message.type == dhcp.RELEASE and f.time > since),
          'a test gave the host\'s own lease back')
    check(link.server.active(address), 'the lease in use is not active any more')


def client_inform(lab: Lab) -> None:
    """An address of the host's own, everything else from the server (RFC 2131 4.4.3)."""
    link = make_link(lab)
    link.host.run('ip', 'address', 'add', '10.1.0.50/24', 'brd', '+', 'dev', 'eth0')
    link.client.order('--inform')
    sent = link.sent(dhcp.INFORM, 'an INFORM')
    check_equal((sent.message.ciaddr, sent.source, sent.message.requested), ('10.1.0.50',
                '10.1.0.50', None), 'INFORM')  # R2131-4.4.3-a
    check(dhcp.LEASE_TIME not in (sent.message.option(dhcp.PARAMETERS) or b''), 'asks for 51')
    ack = link.ack()
    check_equal((ack.message.yiaddr, ack.message.option(dhcp.LEASE_TIME)), ('0.0.0.0', None), 'ACK')
    facts = address_facts(link.host)
    check_equal(facts['local'], '10.1.0.50', 'address')
    check(facts['valid_life_time'] > 2**31, 'the host\'s own address was given a lifetime')


def client_inform_again(lab: Lab) -> None:
    """A client that runs asks for its options alone; the lease and its times stay."""
    link = make_link(lab)
    address = link.bind()
    link.client.order('--inform')
    sent = link.sent(dhcp.INFORM, 'an INFORM')
    check_equal((sent.message.ciaddr, sent.message.requested), (address, None), 'INFORM')
    again = link.ack(since=sent.time)
    check_equal(again.message.option(dhcp.LEASE_TIME), None, 'the lease time of an answer')
    check(link.server.active(address), 'the lease is active no more')
    check_equal(address_facts(link.host)['local'], address, 'address')


def client_carrier(lab: Lab) -> None:
    """The cable is pulled and comes back: asked for again (INIT-REBOOT), not discovered; in another
    network: refused, begun anew."""
    link = make_link(lab, words=('--json',))
    elsewhere, host = lab.switch('elsewhere'), lab.host('server2')
    lab.connect(host, elsewhere, mac='02:00:00:00:02:01', address='10.2.0.1/24')
    MAKERS['lessor'](host, Terms('10.2.0')).start()
    address = link.bind()
    port = f'{link.host.name}-eth0'
    link.switch.run('ip', 'link', 'set', port, 'down')
    wait_until(lambda: link.client.states()[-1] == 'NO-LINK', 'NO-LINK')
    since = link.wire.now()
    link.switch.run('ip', 'link', 'set', port, 'up')
    link.ack(since)
    first = link.wire.wait(lambda f: f.message.chaddr == link.mac, 'a message', since=since)
    check_equal((first.message.type, first.message.requested, first.message.server_id),
                (dhcp.REQUEST, address, None), 'INIT-REBOOT')
    wait_until(lambda: link.client.states()[-1] == 'BOUND', 'BOUND')
    check_set_up(link, address)
    link.switch.run('ip', 'link', 'set', port, 'down')
    wait_until(lambda: link.client.states()[-1] == 'NO-LINK', 'NO-LINK')
    lab.move(link.host, link.switch, elsewhere)
    elsewhere.wire.type(dhcp.NAK, 'a NAK', chaddr=link.mac)
    ack = elsewhere.wire.type(dhcp.ACK, 'an ACK', chaddr=link.mac)
    link.client.wait_address(ack.message.yiaddr)
    check(address not in link.host.addresses(), 'the old address is still there')


def client_interface_changes(lab: Lab) -> None:
    """The interface is removed, made anew, renamed away and back: bound again each time."""
    link = make_link(lab)
    address = link.bind()
    lab.unplug(link.host)
    wait_until(lambda: link.host.run('cat', '/etc/resolv.conf').find('10.1.0.3') < 0, 'no DNS')
    assert link.client.process
    check(link.client.process.running(), 'it ended')
    since = link.wire.now()
    lab.connect(link.host, link.switch, mac=link.mac)
    link.ack(since)
    link.client.wait_address(address)
    check_set_up(link, address)
    since = link.wire.now()
    link.host.run('ip', 'link', 'set', 'eth0', 'down')
    link.host.run('ip', 'link', 'set', 'eth0', 'name', 'wan0')
    link.host.run('ip', 'link', 'set', 'wan0', 'up')
    link.host.run('ip', 'link', 'set', 'wan0', 'down')
    link.host.run('ip', 'link', 'set', 'wan0', 'name', 'eth0')
    link.host.run('ip', 'link', 'set', 'eth0', 'up')
    link.ack(since)
    wait_until(lambda: link.host.addresses() == [address], 'the address after the rename')
    check_set_up(link, address)


def client_interfaces(lab: Lab) -> None:
    """Two interfaces in one process, each with its own server, lease and metric."""
    link = make_link(lab)
    other, host = lab.switch('other'), lab.host('server2')
    lab.connect(host, other, mac='02:00:00:00:02:01', address='10.2.0.1/24')
    MAKERS['lessor'](host, Terms('10.2.0')).start()
    lab.connect(link.host, other, 'eth1')
    before = [View.of(link.host, name) for name in ('eth0', 'eth1')]
    link.client.start('eth1')
    addresses = [switch.wire.type(dhcp.ACK, 'an ACK').message.yiaddr
                 for switch in (link.switch, other)]
    for name, address in zip(('eth0', 'eth1'), addresses):
        wait_until(lambda n=name, a=address: link.host.addresses(n) == [a], f'{address} on {name}')
    wait_until(lambda: {'default via 10.1.0.1 dev eth0', 'default via 10.2.0.1 dev eth1'} <=
               set(route_words(link.host)), 'both default routes')
    routes = json.loads(link.host.run('ip', '-j', 'route', 'show', 'default'))
    check(len({r.get('metric') for r in routes}) == 2, f'metrics of {routes}')
    resolv = link.host.run('cat', '/etc/resolv.conf')
    check('10.1.0.3' in resolv and '10.2.0.3' in resolv, resolv)
    # One of them loses its cable: the other one's lease stays.
    other.run('ip', 'link', 'set', f'{link.host.name}-eth1', 'down')
    second = OwnClient(link.host, 'eth1')
    wait_until(lambda: second.status()['state'] == 'NO-LINK', 'NO-LINK of eth1')
    check_equal(link.client.status()['state'], 'BOUND', 'state of eth0')
    link.client.stop()
    for name, view in zip(('eth0', 'eth1'), before):
        wait_until(lambda n=name, v=view: View.of(link.host, n) == v, f'{name} as before')


def client_status(lab: Lab) -> None:
    """--status and --json tell what the wire shows; --status without a client says so."""
    link = make_link(lab, terms=Terms(t1=300, t2=525), words=('--json',))
    link.client.order('--status', ok=(3, 1))
    address = link.bind()
    told, ack = link.client.status(), link.ack().message
    lease = told['lease']
    check_equal((told['interface'], told['state'], told['mac'], told['xid'], told['retries']),
                ('eth0', 'BOUND', link.mac, ack.xid, 0), 'status')
    check_equal((lease['address'], lease['prefix-length'], lease['server'], lease['lease-time'],
                 lease['t1'], lease['t2']), (address, 24, '10.1.0.1', 600, 300, 525), 'lease')
    check(295 < told['renews-in'] <= 300 and told['next-timer'] <= told['renews-in'],
          f'timers {told}')
    text = link.client.order('--status')
    for word in ('BOUND', address, '10.1.0.1', link.mac, 'domain-name-servers', '10.1.0.3'):
        check(word in text, f'{word} is not in\n{text}')
    events = link.client.events()
    sent = [e['message'] for e in events if e['event'] == 'sent']
    check_equal(sent, ['DHCPDISCOVER', 'DHCPREQUEST'], 'messages sent')
    states = link.client.states()
    for state in ('INIT', 'SELECTING', 'REQUESTING', 'CHECKING', 'BOUND'):
        check(state in states, f'{state} is not among {states}')
    # RFC 2131 figure 5: each state is entered from the one before.
    entered = link.client.events('entered')
    for one, two in zip(entered, entered[1:]):
        check_equal(two['before'], one['state'], 'state left')


HOOK = '''#!/bin/sh
env | sort >"{folder}/hook.$LESSOR_EVENT"
'''


def client_hook(lab: Lab) -> None:
    """The hook gets what happened, the lease and every option, and nothing of our own
    environment."""
    link = make_link(lab)
    hook = link.host.folder / 'hook'
    hook.write_text(HOOK.format(folder=link.host.folder))
    hook.chmod(0o755)

    def seen(event: str) -> dict[str, str]:
        path = link.host.folder / f'hook.{event}'
        wait_until(lambda: path.exists() and path.read_text(), f'the hook to be told of {event}')
        return dict(line.split('=', 1) for line in path.read_text().splitlines())

    os.environ['LD_PRELOAD_FAKE'], os.environ['SECRET'] = 'x', 'y'
    address = link.bind('--hook', str(hook))
    bound = seen('bound')
    for name, value in (('EVENT', 'bound'), ('INTERFACE', 'eth0'), ('ADDRESS', address),
                        ('PREFIX_LENGTH', '24'), ('SERVER', '10.1.0.1'), ('LEASE_TIME', '600'),
                        ('NAME_SERVERS', '10.1.0.3 10.1.0.4'),
                        ('OPTION_DOMAIN_NAME', 'lab.example'), ('OPTION_INTERFACE_MTU', '1400')):
        check_equal(bound.get('LESSOR_' + name), value, name)
    foreign = set(k for k in bound if not k.startswith('LESSOR_')) - {'PATH', 'PWD', 'SHLVL', '_',
                                                                     'OLDPWD'}
    check_equal(foreign, set(), 'variables of our own environment')
    link.client.order('--renew')
    check_equal(seen('renewed')['LESSOR_ADDRESS'], address, 'renewed')
    link.client.order('--release')
    seen('released')


def client_identity(lab: Lab) -> None:
    """Option 61 is of this host's DUID, the same after a restart and another for another interface;
    FQDN, host name, classes, requests and options as told; RFC 7844's anonymity."""
    link = make_link(lab)
    link.host.run('sh', '-c', 'echo 0123456789abcdef0123456789abcdef >/etc/machine-id')
    ids = []
    for words in ((), (), ('--client-id', 'mac'), ('--client-id', 'none'),
                  ('--fqdn', 'host.lab.example', '--hostname', 'R1', '--vendor-class', 'v1',
                   '--user-class', 'u1', '--request', '1,3,6', '--lease-time', '5m',
                   '--max-message-size', '1000', '--request-address', '10.1.0.77', '-o',
                   'x-display-manager=192.0.2.9', '--broadcast')):
        since = link.wire.now()
        if words:
            link.client.forget()
        link.bind(*words, '--probe', 'no')
        link.client.stop()
        ids.append(link.wire.wait(lambda f: f.message.chaddr == link.mac and f.message.op == 1,
                                  'a message', since=since).message)
    first, again, by_mac, none, told = ids
    client_id = first.option(dhcp.CLIENT_ID) or b''
    check(client_id[0] == 255 and len(client_id) > 7, f'option 61: {client_id.hex()}')  # R4361-a
    check_equal(again.option(dhcp.CLIENT_ID), client_id, 'option 61 after a restart')
    check_equal(first.option(dhcp.HOST_NAME), b'client', 'host name')
    check_equal(by_mac.option(dhcp.CLIENT_ID), b'\1' + dhcp.mac_bytes(link.mac), 'option 61')
    check_equal(none.option(dhcp.CLIENT_ID), None, 'option 61')
    fqdn = told.option(81) or b''
    check(b'\4host\3lab\7example\0' in fqdn or b'host.lab.example' in fqdn, f'FQDN {fqdn!r}')
    check_equal((told.option(60), told.option(77), told.option(dhcp.PARAMETERS),
                 told.number(dhcp.LEASE_TIME), told.number(dhcp.MAX_SIZE), told.requested,
                 told.option(49), told.flags),
                (b'v1', b'\2u1', bytes([1, 3, 6]), 300, 1000, '10.1.0.77', dhcp.ip('192.0.2.9'),
                 0x8000), 'what was told')


def client_anonymous(lab: Lab) -> None:
    """R7844-a: a random MAC, option 61 of it, no name, no class, no old address; the interface's
    own MAC comes back."""
    link = make_link(lab)
    address = link.bind()
    link.client.stop()
    since = link.wire.now()
    link.client.order('--once', '--anonymous', '--vendor-class', 'v1', ok=(2,))
    link.client.start('--anonymous')
    ack = link.wire.type(dhcp.ACK, 'an ACK', since=since)
    m = link.wire.type(dhcp.DISCOVER, 'a DISCOVER', since=since).message
    check(m.chaddr != link.mac and int(m.chaddr[:2], 16) & 3 == 2, f'chaddr {m.chaddr}')
    check_equal(m.option(dhcp.CLIENT_ID), b'\1' + dhcp.mac_bytes(m.chaddr), 'option 61')
    check_equal([c for c in (12, 50, 60, 77, 81, 93, 94, 97) if m.option(c) is not None], [],
                'options that tell')
    check(not link.wire.seen(lambda f: f.message.requested == address and
                             not f.message.server_id, since), 'its old address was asked for')
    wait_until(lambda: link.host.addresses() == [ack.message.yiaddr], 'the address')
    check(not [f for f in link.wire.seen(lambda f: f.mac_source == link.mac, since)],
          'a frame with the real MAC')
    link.client.stop()
    wait_until(lambda: link.host.run('cat', '/sys/class/net/eth0/address').strip() == link.mac,
               'the MAC to come back')


def client_in_the_way(lab: Lab) -> None:
    """An interface that another client manages is refused by that one's name."""
    link = make_link(lab)
    other = Dhclient(link.host)
    other.start()
    other.wait_address(link.ack().message.yiaddr)
    before = View.of(link.host)
    link.client.start()
    assert link.client.process
    check_equal(link.client.process.wait(), 1, 'exit')
    check('dhclient' in link.client.process.output(), link.client.process.output())
    check_equal(View.of(link.host), before, 'the host')
    other.crash()
    link.bind()
    second = OwnClient(link.host)
    second.state, second.run_folder = link.host.folder / 'state2', link.host.folder / 'run2'
    second.start()
    assert second.process
    check_equal(second.process.wait(), 1, 'exit of a second one')
    check('lessor' in second.process.output(), second.process.output())


def client_service(lab: Lab) -> None:
    """systemd hears READY=1 when there is an address, not before; --daemon goes to the background
    then, and 3 is its exit when there is none in time."""
    link = make_link(lab)
    path = str(link.host.folder / 'notify')
    notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    notify.bind(path)
    notify.settimeout(10)
    link.client.start(env={'NOTIFY_SOCKET': path})
    said = b''
    while b'READY=1' not in said:
        said = notify.recv(4096)
    check(link.host.addresses(), 'READY=1 without an address')
    link.client.stop()
    link.client.order('--daemon', '--log', str(link.host.folder / 'client.log'))
    check(link.host.addresses(), '--daemon returned without an address')
    check_equal(link.client.status()['state'], 'BOUND', 'state')
    pid = link.client.status()['pid']
    os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not link.host.addresses(), 'the address to go')
    link.server.stop()
    link.client.forget()
    link.client.order('--daemon', '--timeout', '2s', '--log', str(link.host.folder / 'client.log'),
                      ok=(3,))


CROWD = 200


def client_crowd(lab: Lab) -> None:
    """200 clients at once on one link; the pool has 200 addresses: each gets one, in its kernel."""
    terms = Terms(pool=(10, 9 + CROWD))
    link = make_link(lab, terms=terms)
    crowd = lab.host('crowd')
    crowd.run('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore')
    names = [f'c{i}' for i in range(CROWD)]
    link.switch.batch(f'link add {n} type veth peer name {n} netns {crowd.holder.pid}'
                      for n in names)
    link.switch.batch(f'link set {n} master br0 up' for n in names)
    crowd.batch(f'link set {n} up' for n in names)
    clients = [OwnClient(crowd, name) for name in names]
    for client in clients:
        client.start('--once', '--timeout', '60s', '--no-dns')
    for client in clients:
        assert client.process
        check_equal(client.process.wait(90), 0, f'exit of {client.process.title}')
    got = [a for name in names for a in crowd.addresses(name)]
    check_equal(len(got), CROWD, 'addresses in the kernel')
    check_equal([a for a, n in Counter(got).items() if n > 1], [], 'addresses given twice')
    check_equal(len([l for l in link.server.leases() if l.state == 'active']), CROWD, 'leases')


PARALLEL = [client_once, client_signals, client_orders, client_exit, client_killed, client_test,
            client_inform, client_inform_again, client_carrier, client_interface_changes,
            client_interfaces,
            client_status, client_hook, client_identity, client_anonymous, client_in_the_way,
            client_service]
ALONE = [client_crowd]  # it keeps the kernel's lock for addresses and routes from the others
