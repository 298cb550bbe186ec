"""Booting from the network, through real packets: a boot proxy beside another server, what a
configuration of profiles gives each kind of client, a lease at once (RFC 4039), none where IPv6 is
enough (RFC 8925); and Kea's flex_option against ours."""

import socket
import struct

import dhcp
from classes import RELAY, SERVER, ask
from lab import Host, Lab, check, check_equal
from servers import Kea, Lessor, config, subnet

CLIENT = '10.1.0.200'
PXE = b'PXEClient:Arch:00007:UNDI:003016'
PROFILE = {'bios': 'undionly.kpxe', 'uefi-x64': 'ipxe.efi', 'http': 'http://10.1.0.9/ipxe.efi',
           'ipxe': 'http://10.1.0.9/menu.ipxe'}


def arch(number: int) -> tuple[int, bytes]:
    return 93, struct.pack('>H', number)


def discover(number: int, *options: tuple[int, bytes], asked: bytes = b'\1\3') -> dhcp.Message:
    return dhcp.Message(xid=0x2000 + number, flags=0x8000, chaddr=f'02:00:00:00:04:{number:02x}',
                        options=[(53, b'\1'), *options, (55, asked)])


class Client:
    """A host on the link with a socket on a client's port."""

    def __init__(self, host: Host, port: int = 68):
        with host.network():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'eth0')
            self.socket.bind(('', port))

    def ask(self, packet: dhcp.Message, to: tuple[str, int] = ('255.255.255.255', 67),
            patience: float = 2) -> tuple[dhcp.Message | None, tuple[str, int]]:
        self.socket.settimeout(patience)
        self.socket.sendto(packet.encode(), to)
        try:
            data, sender = self.socket.recvfrom(65535)
        except TimeoutError:
            return None, ('', 0)
        return dhcp.Message.decode(data), sender


def link(lab: Lab) -> tuple[Host, Host]:
    switch = lab.switch()
    server, client = lab.host('server'), lab.host('client')
    lab.connect(server, switch, address=f'{SERVER}/24')
    lab.connect(client, switch, address=f'{CLIENT}/24')
    return server, client


def boot_proxy(lab: Lab) -> None:
    """An offer without an address to who boots, silence to others; the same at port 4011."""
    host, guest = link(lab)
    profile = {'proxy': True, **PROFILE}
    server = Lessor(host, config({'subnet': '10.1.0.0/24', 'id': 1, 'next-server': '10.1.0.9',
                                  'boot': profile}), 'proxy')
    server.start()
    client = Client(guest)
    machine = (97, bytes(17))
    offer, _ = client.ask(discover(1, (60, PXE), arch(7), machine, asked=b'\1\3\6\x2b\x3c'))
    check(offer is not None, 'no offer')
    check_equal((offer.yiaddr, offer.siaddr, offer.file.decode()),
                ('0.0.0.0', '10.1.0.9', 'ipxe.efi'), 'the offer')
    check_equal(sorted(offer.codes()), [43, 53, 54, 60, 97], 'its options')
    check_equal(offer.option(60), b'PXEClient', 'whose it is')
    other, _ = client.ask(discover(2), patience=0.5)
    check(other is None, 'a client that does not boot was answered')
    request = dhcp.Message(xid=0x2003, chaddr='02:00:00:00:04:01', ciaddr=CLIENT,
                           options=[(53, b'\3'), (60, PXE), arch(7), machine])
    ack, sender = client.ask(request, (SERVER, 4011))
    check(ack is not None, 'no answer at port 4011')
    check_equal((ack.type, ack.file.decode(), sender), (5, 'ipxe.efi', (SERVER, 4011)),
                'the answer')
    server.stop()


def boot_profiles(lab: Lab) -> None:
    """A file by architecture, the script for iPXE; rapid commit; IPv6-only preferred."""
    host, guest = link(lab)
    pool = subnet(**{'boot': PROFILE, 'next-server': '10.1.0.9', 'rapid-commit': True})
    pool['option-data'].append({'name': 'v6-only-preferred', 'data': '300'})
    server = Lessor(host, config(pool), 'boot')
    server.start()
    client = Client(guest)

    def file_of(number: int, *options: tuple[int, bytes]) -> str:
        offer, _ = client.ask(discover(number, *options))
        check(offer is not None, f'no offer to {options}')
        return offer.file.decode()

    check_equal(file_of(1, (60, PXE), arch(7)), 'ipxe.efi', 'UEFI')
    check_equal(file_of(2, (60, PXE), arch(0)), 'undionly.kpxe', 'BIOS')
    check_equal(file_of(3, (60, PXE), arch(0), (77, b'iPXE')), PROFILE['ipxe'], 'iPXE')
    check_equal(file_of(4), '', 'a client that does not boot')
    http, _ = client.ask(discover(5, (60, b'HTTPClient'), arch(16)))
    check_equal((http.file.decode(), http.option(60)), (PROFILE['http'], b'HTTPClient'), 'HTTP')
    ack, _ = client.ask(discover(6, (80, b'')))
    check_equal((ack.type, ack.option(80)), (5, b''), 'rapid commit')
    none, _ = client.ask(discover(7, (80, b''), asked=b'\1\x6c'))
    check_equal((none.type, none.yiaddr, none.option(108)), (2, '0.0.0.0', b'\0\0\1\x2c'),
                'IPv6 only')
    server.stop()


def flex_option_as_kea(lab: Lab) -> None:
    """The same parameters in both, the same answers."""
    switch = lab.switch(record=False)
    host, relay = lab.host('server'), lab.host('relay')
    lab.connect(host, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    efi = "ifelse(option[93].exists, concat(option[12].hex, '.efi'), '')"
    options = [{'code': 67, 'supersede': efi},
               {'code': 66, 'add': "concat('tftp-', option[12].hex)"},
               {'name': 'domain-name', 'remove': "option[12].hex == 'b'"},
               {'code': 15, 'add': "'late'", 'client-class': 'c'},
               {'code': 17, 'supersede': "'/x'", 'client-class': 'c', 'csv-format': True},
               {'code': 137, 'supersede': "concat(option[12].hex, '.example')", 'csv-format': True},
               {'code': 43, 'sub-options': [
                   {'code': 1, 'add': 'option[12].hex'}, {'code': 3, 'supersede': "'new'"},
                   {'code': 4, 'add': "'kept'"}, {'code': 5, 'remove': "option[12].hex == 'b'"}]},
               {'code': 125, 'client-class': 'c', 'sub-options': [
                   {'space': 'vendor-25506', 'code': 9, 'add': 'option[12].hex'}]}]
    library = '/usr/lib/x86_64-linux-gnu/kea/hooks/libdhcp_flex_option.so'
    dhcp4 = config(subnet(id=1, relay={'ip-addresses': [RELAY]}), **{
        'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
        'client-classes': [{'name': 'c', 'test': "option[12].hex == 'c'"}],
        'option-data': [{'name': 'boot-file-name', 'data': 'plain', 'always-send': True},
                        {'code': 43, 'csv-format': False, 'data': '030133040134050135'}],
        'hooks-libraries': [{'library': library, 'parameters': {'options': options}}]})
    packets = [dhcp.Message(xid=0x3000 + i, hops=1, giaddr=RELAY, chaddr=f'02:00:00:00:05:{i:02x}',
                            options=[(53, b'\1'), (12, name), *more,
                                     (55, b'\1\3\6\x0f\x11\x2b\x42')])
               for i, (name, more) in enumerate((name, more) for name in (b'a', b'b', b'c')
                                                for more in ([], [arch(7)]))]
    answers = {}
    for kind in (Kea, Lessor):
        server = kind(host, dhcp4, kind.__name__)
        server.start()
        answers[kind] = [{code: each.option(code) for code in each.codes() if code != 12}
                         for each in ask(relay, packets)]
        server.stop()
    check_equal(answers[Lessor], answers[Kea], 'the options of the offers')
    check_equal(answers[Lessor][1][67], b'a.efi', 'a value by expression')


PARALLEL = [boot_proxy, boot_profiles, flex_option_as_kea]
ALONE: list = []
