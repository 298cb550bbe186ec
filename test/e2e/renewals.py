"""Renewals before their time: `lessor serve` has clients renew (FORCERENEW, RFC 3203) by command,
and by itself when a reservation or an option of theirs has changed. The client is `lessor client`.
"""

import time

import dhcp
import own_server
from client_link import SERVER_MAC, Link, Terms
from clients import OwnClient, Udhcpc
from commands import ask
from lab import Lab, check, check_equal, wait_until
from servers import Lessor, config, subnet


def make_site(lab: Lab, when: str) -> Link:
    """A link with leases of ten minutes, which nobody would renew while a test runs."""
    switch, server_host, host = lab.switch(), lab.host('server'), lab.host('client')
    lab.connect(server_host, switch, mac=SERVER_MAC, address='10.1.0.1/24')
    lab.connect(host, switch)
    server_host.turn_off_checksum_offload('eth0')
    host.turn_off_checksum_offload('eth0')
    server = Lessor(server_host, {**config({**subnet(), 'id': 1}, valid=600),
                                   'force-renew': when})
    server.start()
    return Link(lab, switch, server_host, server, host, OwnClient(host, words=('--json',)), Terms())


def renewed(link: Link, address: str, since: float) -> None:
    """The client was asked, renewed by unicast, and was answered."""
    asked = link.wire.wait(lambda f: f.message.type == own_server.FORCERENEW, 'a FORCERENEW',
                           since=since)
    check_equal(asked.message.ciaddr, address, 'ciaddr')
    renewal = link.sent(dhcp.REQUEST, 'a renewal', since=since, ciaddr=address)
    check(renewal.time - asked.time < 1, 'the client took its time')
    link.ack(renewal.time)


def force_renew_by_command(lab: Lab) -> None:
    """A client renews when an operator says so, and the nonce outlives a crash of the server; who
    does not take FORCERENEW is not sent one."""
    link = make_site(lab, 'on-request')
    address = link.bind()
    since = link.wire.now()
    check('Asked 1 client to renew' in link.server.ask('leases', 'renew', address), 'the answer')
    renewed(link, address, since)
    link.server.kill()
    link.server.start()
    since = link.wire.now()
    link.server.ask('leases', 'renew')
    renewed(link, address, since)
    check_equal(link.client.events('dropped'), [], 'messages that were not believed')

    other = lab.host('other')
    lab.connect(other, link.switch)
    udhcpc = Udhcpc(other)
    udhcpc.start()
    wait_until(other.addresses, 'a lease of udhcpc')
    since = link.wire.now()
    link.server.ask('leases', 'renew', other.addresses()[0], ok=(1,))
    answer = ask(link.server.control_socket, 'lessor-force-renew', {'subnet-id': 1})
    check('Asked 1 client to renew; 1 does not take FORCERENEW' in answer['text'], answer['text'])
    renewed(link, address, since)
    sent = link.wire.seen(lambda f: f.message.type == own_server.FORCERENEW, since)
    check_equal({f.message.ciaddr for f in sent}, {address}, 'who was asked')


def force_renew_by_itself(lab: Lab) -> None:
    """A reservation is added by command: its client moves there at once. An option changes: the
    client has it at once. A change that is none for the client leaves it alone."""
    link = make_site(lab, 'automatic')
    address = link.bind()
    socket = link.server.control_socket

    def reserve(mac: str, to: str) -> None:
        host = {'subnet-id': 1, 'hw-address': mac, 'ip-address': to}
        check_equal(ask(socket, 'reservation-add', {'reservation': host})['result'], 0, 'added')

    since = link.wire.now()
    reserve('02:00:00:00:77:01', '10.1.0.77')
    time.sleep(1)
    check_equal(link.wire.seen(lambda f: f.message.chaddr == link.mac, since), [], 'messages')
    reserve(link.mac, '10.1.0.50')
    wait_until(lambda: link.host.addresses() == ['10.1.0.50'], 'the reserved address')
    check(address != '10.1.0.50', 'it had it before')
    kinds = [f.message.type for f in link.wire.seen(lambda f: f.message.chaddr == link.mac, since)]
    check_equal(kinds[:3], [own_server.FORCERENEW, dhcp.REQUEST, dhcp.NAK], 'messages')

    since = link.wire.now()
    link.server.dhcp4['subnet4'][0] |= {
        'option-data': [{'name': 'domain-name', 'data': 'new.example'}],
        'reservations': [{'hw-address': link.mac, 'ip-address': '10.1.0.50'}]}
    link.server.write_config()
    check_equal(ask(socket, 'config-reload')['result'], 0, 'reload')
    renewed(link, '10.1.0.50', since)
    wait_until(lambda: 'new.example' in link.host.run('cat', '/etc/resolv.conf'), 'the new domain')


PARALLEL = [force_renew_by_command, force_renew_by_itself]
ALONE: list = []
