"""Reads a capture with tshark into the words that `lessor demo` prints, independently of it."""

import subprocess
import xml.etree.ElementTree as ElementTree
from typing import NamedTuple

TYPES = ['', 'DHCPDISCOVER', 'DHCPOFFER', 'DHCPREQUEST', 'DHCPDECLINE', 'DHCPACK', 'DHCPNAK',
         'DHCPRELEASE', 'DHCPINFORM']
ADDRESSES = {1, 3, 6, 28, 42, 50, 54}
TEXTS = {12, 15, 56, 60}
SECONDS = {51, 58, 59}


class Packet(NamedTuple):
    time: float
    layers: dict[str, tuple[str, str]]  # by name: from, to
    udp: tuple[int, int, int, int]  # ports, length, checksum
    header: dict[str, str]
    cookie: bytes
    options: list[tuple[int, int, bytes]]  # code, length, value


def tshark(path: str, *words: str) -> str:
    command = ['tshark', '-r', path, '-o', 'udp.check_checksum:TRUE',
               '-o', 'ip.check_checksum:TRUE', *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def complaints(path: str) -> str:
    """What tshark finds wrong: malformed packets, warnings, bad checksums."""
    return tshark(path, '-Y', '_ws.malformed || _ws.expert.severity >= 6291456 || '
                  'ip.checksum.status == "Bad" || udp.checksum.status == "Bad"')


def field(proto: ElementTree.Element, name: str) -> ElementTree.Element:
    found = proto.find(f'.//field[@name="{name}"]')
    assert found is not None, name
    return found


def options_of(dhcp: ElementTree.Element) -> list[tuple[int, int, bytes]]:
    """Code, length and value of each option, from the octets that tshark marks as options."""
    found = []
    for option in dhcp.findall('field[@name="dhcp.option.type"]'):
        octets = bytes.fromhex(option.get('value'))
        whole = int(option.get('size'))
        raw = bytes.fromhex(option.get('unmaskedvalue', option.get('value')))
        parts = option.findall('.//field[@name="dhcp.option.length"]')
        length = int(parts[0].get('show')) if parts else 0
        value = option.find('field[@name="dhcp.option.value"]')
        data = bytes.fromhex(value.get('value')) if value is not None else b''
        assert whole == (2 + length if parts else 1), (octets, raw)
        found.append((octets[0], length, data))
    return found


def dhcp_packets(path: str) -> list[Packet]:
    tree = ElementTree.fromstring(tshark(path, '-Y', 'dhcp', '-T', 'pdml'))
    found = []
    for packet in tree.findall('packet'):
        proto = {p.get('name'): p for p in packet.findall('proto')}
        dhcp, udp = proto['dhcp'], proto['udp']
        show = lambda where, name: field(where, name).get('show')  # noqa: E731
        raw = lambda name: bytes.fromhex(field(dhcp, name).get('value'))  # noqa: E731
        text = lambda name: raw(name).split(b'\0')[0].decode() or 'not given'  # noqa: E731
        number = lambda name: int.from_bytes(raw(name), 'big')  # noqa: E731
        found.append(Packet(
            time=float(show(proto['frame'], 'frame.time_epoch')),
            layers={'Ethernet': (show(proto['eth'], 'eth.src'), show(proto['eth'], 'eth.dst')),
                    'IPv4': (show(proto['ip'], 'ip.src'), show(proto['ip'], 'ip.dst'))},
            udp=(int(show(udp, 'udp.srcport')), int(show(udp, 'udp.dstport')),
                 int(show(udp, 'udp.length')), int(show(udp, 'udp.checksum'), 16)),
            header={
                'op': f'{number("dhcp.type")} '
                      f'({["", "BOOTREQUEST", "BOOTREPLY"][number("dhcp.type")]})',
                'htype': f'{number("dhcp.hw.type")} (Ethernet)',
                'hlen': str(number('dhcp.hw.len')),
                'hops': str(number('dhcp.hops')),
                'xid': f'0x{number("dhcp.id"):08x}',
                'secs': str(number('dhcp.secs')),
                'flags': {0: '0x0000 (unicast)', 0x8000: '0x8000 (broadcast)'}[
                    number('dhcp.flags')],
                'ciaddr': show(dhcp, 'dhcp.ip.client'),
                'yiaddr': show(dhcp, 'dhcp.ip.your'),
                'siaddr': show(dhcp, 'dhcp.ip.server'),
                'giaddr': show(dhcp, 'dhcp.ip.relay'),
                'chaddr': show(dhcp, 'dhcp.hw.mac_addr'),
                'sname': text('dhcp.server'),
                'file': text('dhcp.file'),
            },
            cookie=raw('dhcp.cookie'),
            options=options_of(dhcp)))
    return found


def option_text(code: int, value: bytes) -> list[str]:
    """The words that must stand in the printed value, from the octets alone."""
    if code == 53:
        return [f'{value[0]} ({TYPES[value[0]]})']
    if code == 55:
        return [f'{octet} (' for octet in value]
    if code in ADDRESSES:
        return ['.'.join(map(str, value[i:i + 4])) for i in range(0, len(value), 4)]
    if code in TEXTS:
        return [value.decode()]
    if code in SECONDS:
        return [str(int.from_bytes(value, 'big'))]
    if code == 57:
        return [f'{int.from_bytes(value, "big")} octets']
    if code == 61:
        # RFC 4361: type 255, the interface's number, the host's DUID (here one of type 1, with
        # the time of its making and a hardware address).
        assert value[0] == 255 and value[5:9] == bytes([0, 1, 0, 1]), value.hex()
        return [f'iaid 0x{value[1:5].hex()} duid llt', str(int.from_bytes(value[9:13], 'big')),
                value[13:].hex(':')]
    if code == 145:
        return [str(octet) for octet in value]
    if code == 255:
        return []
    raise AssertionError(f'option {code} is not expected in the demo: {value.hex()}')
