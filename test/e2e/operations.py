"""What an operator does to a running server: interfaces that come and go, reloads, a second server,
no configuration at all."""

import json
import os
import re
import signal
import time

import dhcp
from clients import Udhcpc
from durability import Scene, stop_load
from lab import Host, Lab, check, check_equal, wait_until
from servers import LESSOR, Lessor, config, port_67_is_open, subnet


def interface(server: Lessor, name: str) -> dict:
    return next((i for i in server.status()['interfaces'] if i['name'] == name), {})


def follows_interfaces(lab: Lab) -> None:
    """An interface that is missing at the start, comes, is renamed, readdressed, goes down and up:
    served as soon as it can be, without a restart, and status says why not when it is not."""
    switch, host, client_host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(client_host, switch)
    server = Lessor(host, config())
    server.launch()
    wait_until(lambda: os.path.exists(server.control_socket), 'the control socket')
    check(not any(i['served'] for i in server.status()['interfaces']), 'served before it came')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/24')
    wait_until(lambda: interface(server, 'eth0').get('served'), 'eth0 to be served')
    client = Udhcpc(client_host)
    client.start()
    ack = switch.wire.type(dhcp.ACK, 'an ACK')
    client.wait_address(ack.message.yiaddr)

    def renew(what: str, server_id: str) -> None:
        since = switch.wire.now()
        client.crash()
        client.start()
        again = switch.wire.type(dhcp.ACK, f'an ACK after {what}', 15, since)
        check_equal((again.message.yiaddr, again.message.server_id),
                    (ack.message.yiaddr, server_id), f'address and server after {what}')

    host.run('ip', 'link', 'set', 'eth0', 'down')
    wait_until(lambda: not interface(server, 'eth0').get('served'), 'eth0 not to be served')
    check(interface(server, 'eth0').get('why'), 'status does not say why eth0 is not served')
    host.run('ip', 'link', 'set', 'eth0', 'name', 'lan0')
    host.run('ip', 'link', 'set', 'lan0', 'up')
    wait_until(lambda: interface(server, 'lan0').get('served'), 'lan0 to be served')
    renew('a new name', '10.1.0.1')
    host.run('ip', 'addr', 'add', '10.1.0.2/24', 'dev', 'lan0')
    host.run('ip', 'addr', 'del', '10.1.0.1/24', 'dev', 'lan0')
    host.run('ip', 'addr', 'replace', '10.1.0.2/24', 'brd', '+', 'dev', 'lan0')
    wait_until(lambda: '10.1.0.2/24' in interface(server, 'lan0').get('addresses', []) and
               interface(server, 'lan0').get('served'), 'lan0 to be served with its new address')
    renew('a new address', '10.1.0.2')
    lab.unplug(host, 'lan0')
    lab.connect(host, switch, 'eth1', mac='02:00:00:00:01:02', address='10.1.0.1/24')
    wait_until(lambda: interface(server, 'eth1').get('served'), 'eth1 to be served')
    renew('a new interface', '10.1.0.1')
    server.stop()


RELOADS = 20


def reload_under_load(lab: Lab) -> None:
    """Reloads under 2,000 leases a second: no packet is lost, none waits 5 ms, no lease is touched;
    a bad file changes nothing and says why."""
    # In memory: what a busy disk makes wait is not the reloads' doing.
    scene = Scene(lab, lab.folder)
    server = scene.server
    server.start()
    load = scene.load(2000)
    wait_until(lambda: scene.acks.exists(), 'the first ACK')
    for number in range(1, RELOADS + 1):
        others = [subnet(f'10.128.{i}.0/24', f'10.128.{i}.10-10.128.{i}.200')
                  for i in range(100 * (number % 2))]
        server.dhcp4 = config(scene.subnet, *others, valid=36000 + number)
        server.write_config()
        server.signal(signal.SIGHUP)
        wait_until(lambda n=number: server.status()['reloads']['count'] >= n,
                   f'reload {number}')
    whole = server.config_file.read_text()
    server.config_file.write_text(whole.replace('"valid-lifetime"', '"valid-lifetme"', 1))
    server.signal(signal.SIGHUP)
    wait_until(lambda: server.status()['reloads']['failed'] == 1, 'the bad file to be refused')
    assert server.process
    server.process.wait_for_line(r'json:\d+:\d+.*valid-lifetme')
    time.sleep(0.5)
    summary = stop_load(load)
    check_equal(summary['resent'], 0, 'messages that had to be sent again')
    scene.check_kept('after the reloads')
    reloads = server.status()['reloads']
    print(f'{RELOADS} reloads, {reloads}, {summary}')
    stall = reloads['longest-stall-us'] / 1000
    check(stall < 5, f'packets waited {stall} ms for a reload')
    server.stop()


def without_configuration(lab: Lab) -> None:
    """lessor serve --interface eth0, and nothing else."""
    switch, host, client_host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/29')
    host.turn_off_checksum_offload('eth0')
    host.run('ip', 'route', 'add', 'default', 'via', '10.1.0.6')
    lab.connect(client_host, switch)

    def serve(where: Host, log: str, *more: str):
        return where.start(LESSOR, 'serve', '--interface', 'eth0', '--lease-dir',
                           str(where.folder / log), *more, log=log)

    server = serve(host, 'first', '--exclude', '10.1.0.2', '--dns', '10.1.0.53')
    server.wait_for_line('10.1.0.3')
    client = Udhcpc(client_host)
    client.start()
    ack = switch.wire.type(dhcp.ACK, 'an ACK', 20)
    # Of .1 to .6: .1 is the server, .6 its gateway, .2 is excluded.
    check(ack.message.yiaddr in ('10.1.0.3', '10.1.0.4', '10.1.0.5'), ack.message.yiaddr)
    check_equal(ack.message.option(dhcp.DNS), dhcp.ip('10.1.0.53'), 'DNS')
    check_equal(ack.message.option(dhcp.ROUTER), None, 'router, which nobody named')
    # Somebody else starts a server on the same link: it finds ours and gives way, unless told.
    other_host = lab.host('other')
    lab.connect(other_host, switch, address='10.1.0.5/29')
    second = serve(other_host, 'second')
    check_equal(second.wait(20), 1, 'exit of the second server')
    check('10.1.0.1' in second.output(), 'the second server does not name the first')
    alongside = serve(other_host, 'alongside', '--alongside')
    alongside.wait_for_line('serving eth0', 20)
    time.sleep(0.5)
    check(alongside.running(), 'the server alongside ended')
    check_equal((alongside.stop(), server.stop()), (0, 0), 'exits after SIGTERM')


def port_is_busy(lab: Lab) -> None:
    """Who holds port 67 is named."""
    switch, host = lab.switch(), lab.host('server')
    lab.connect(host, switch, address='10.1.0.1/24')
    holder = host.start('dnsmasq', '-k', '-C', '/dev/null', '-p', '0', '--user=root',
                        '--dhcp-range=10.1.0.10,10.1.0.20')
    second = Lessor(host, config())
    wait_until(lambda: port_67_is_open(holder), 'dnsmasq to open its port')
    second.launch()
    assert second.process
    check_equal(second.process.wait(), 1, 'exit')
    said = second.process.output()
    check('67' in said and 'dnsmasq' in said and str(holder.pid) in said,
          f'the holder of port 67 (dnsmasq, {holder.pid}) is not named: {said}')


def neighbour_on_port_67(lab: Lab) -> None:
    """Another server on this host, for another link, as a hypervisor has: each serves its own."""
    switch, guests, host = lab.switch(), lab.switch('guests'), lab.host('server')
    client_host, guest_host = lab.host('client'), lab.host('guest')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/24')
    lab.connect(host, guests, 'virbr0', address='192.168.122.1/24')
    lab.connect(client_host, switch)
    lab.connect(guest_host, guests)

    neighbour = host.start('dnsmasq', '-k', '-C', '/dev/null', '-p', '0', '--user=root',
                           '--interface=virbr0', '--except-interface=lo', '--bind-dynamic',
                           '--dhcp-range=192.168.122.10,192.168.122.20')
    wait_until(lambda: port_67_is_open(neighbour), 'dnsmasq to open its port')
    server = Lessor(host, config())
    server.start()
    assert server.process
    server.process.wait_for_line(f'port 67 is also held by dnsmasq .pid {neighbour.pid}.')
    client, guest = Udhcpc(client_host), Udhcpc(guest_host)
    for c, wire, source in ((client, switch.wire, '10.1.0.1'),
                            (guest, guests.wire, '192.168.122.1')):
        c.start()
        ack = wire.type(dhcp.ACK, f'an ACK from {source}')
        check_equal(ack.message.server_id, source, 'server')
        c.wait_address(ack.message.yiaddr)
    check(neighbour.running(), 'dnsmasq ended')
    server.stop()


def lease_commands(lab: Lab) -> None:
    """lessor leases and status, with the server running and without: the same leases."""
    switch, host, client_host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.1.0.1/24')
    lab.connect(client_host, switch)
    server = Lessor(host, config())
    server.start()
    client = Udhcpc(client_host)
    client.start()
    address = switch.wire.type(dhcp.ACK, 'an ACK').message.yiaddr
    client.wait_address(address)
    assert server.process
    server.process.wait_for_line(f'DHCPACK on {address} to {client.mac} .*via eth0')
    listed = server.ask('leases', 'list')
    check(address in listed and client.mac in listed, f'the table lacks the lease: {listed}')
    check(address in server.ask('leases', 'get', address), 'leases get')
    csv = server.ask('leases', 'export').splitlines()
    check(csv[0].startswith('address,hwaddr,client_id,valid_lifetime,expire,subnet_id'), csv[0])
    check(csv[1].startswith(f'{address},{client.mac},'), csv[1])
    check(address in host.run(LESSOR, 'leases', 'list', '--lease-dir', str(server.store)),
          'the store, read beside the running server')
    server.ask('leases', 'get', '10.1.0.77', ok=(1, 3))
    server.ask('leases', 'release', address)
    server.wait_lease(address, 'released')
    check(re.search('eth0', server.ask('status')), 'status')
    client.crash()
    client.start()
    since = switch.wire.now()
    switch.wire.type(dhcp.ACK, 'another ACK', 10, since - 1)
    server.wait_lease(address, 'active')
    server.stop()
    offline = json.loads(server.ask('leases', 'list', '--json'))
    check(address in json.dumps(offline), 'the store, read without a server')


PARALLEL = [follows_interfaces, without_configuration, port_is_busy, neighbour_on_port_67,
            lease_commands]
ALONE = [reload_under_load]
