#!/usr/bin/env python3
"""Writes the captures that the page is tested with: captures.py FOLDER.

one.pcap has one packet, story.pcap everything that a timeline can show (relay, second server,
retransmission, refusal, conflict, hostile names), crowd.pcap 2,000 packets of 250 clients.
"""

import os
import socket
import struct
import sys

COOKIE = bytes([99, 130, 83, 99])
BROADCAST = '255.255.255.255'
NOBODY = '0.0.0.0'
TYPES = {'discover': 1, 'offer': 2, 'request': 3, 'decline': 4, 'ack': 5, 'nak': 6, 'release': 7,
         'inform': 8}


def ip4(text: str) -> bytes:
    return socket.inet_aton(text)


def mac(text: str) -> bytes:
    return bytes.fromhex(text.replace(':', ''))


def checksum(data: bytes) -> int:
    data += b'\0' * (len(data) % 2)
    total = sum(struct.unpack(f'>{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(source: str, destination: str, kind: int, payload: bytes) -> bytes:
    return (mac(destination) + mac(source) + struct.pack('>H', kind) + payload).ljust(60, b'\0')


def ipv4(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    head = struct.pack('>BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0,
                       ip4(source), ip4(destination))
    return head[:10] + struct.pack('>H', checksum(head)) + head[12:] + payload


def udp(source: str, destination: str, ports: tuple[int, int], payload: bytes) -> bytes:
    head = struct.pack('>HHHH', *ports, 8 + len(payload), 0)
    pseudo = ip4(source) + ip4(destination) + struct.pack('>HH', 17, 8 + len(payload))
    total = checksum(pseudo + head + payload) or 0xffff
    return ipv4(source, destination, 17, head[:6] + struct.pack('>H', total) + payload)


def option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


class Wire:
    """Packets with their times, written in order."""

    def __init__(self):
        self.packets: list[tuple[float, bytes]] = []
        self.now = 1_764_000_000.0

    def wait(self, seconds: float):
        self.now += seconds

    def add(self, frame: bytes):
        self.packets.append((self.now, frame))

    def write(self, path: str):
        with open(path, 'wb') as file:
            file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
            for time, frame in self.packets:
                micro = round(time * 1e6)
                file.write(struct.pack('<IIII', micro // 1_000_000, micro % 1_000_000, len(frame),
                                       len(frame)) + frame)


class Client:
    """One client and what is said to and by it."""

    def __init__(self, wire: Wire, address: str, name: bytes = b'', vendor: bytes = b''):
        self.wire = wire
        self.mac = address
        self.xid = 0x1000
        self.own = b''
        if name:
            self.own += option(12, name)
        if vendor:
            self.own += option(60, vendor)

    def message(self, kind: str, options: bytes, fields: dict) -> bytes:
        reply = kind in ('offer', 'ack', 'nak')
        head = struct.pack('>BBBBIHH4s4s4s4s', 2 if reply else 1, 1, 6, fields.get('hops', 0),
                           self.xid, 0, 0, ip4(fields.get('ciaddr', NOBODY)),
                           ip4(fields.get('yiaddr', NOBODY)), ip4(NOBODY),
                           ip4(fields.get('giaddr', NOBODY)))
        head += mac(self.mac).ljust(16, b'\0') + b'\0' * 192 + COOKIE
        return (head + option(53, bytes([TYPES[kind]])) + options + b'\xff').ljust(300, b'\0')

    def says(self, kind: str, options: bytes = b'', to: str = BROADCAST, source: str = NOBODY,
             to_mac: str = 'ff:ff:ff:ff:ff:ff', from_mac: str = '', **fields):
        wanted = option(55, bytes([1, 3, 6, 15, 51, 54]))
        payload = self.message(kind, options + self.own + wanted, fields)
        self.wire.add(ethernet(from_mac or self.mac, to_mac, 0x0800,
                               udp(source, to, (68, 67), payload)))

    def hears(self, kind: str, server: str, to: str = BROADCAST, source: str = '',
              lease: int = 600, server_mac: str = '02:00:00:00:00:64', port: int = 68, **fields):
        options = option(54, ip4(server))
        if kind != 'nak':
            options += option(51, struct.pack('>I', lease)) + option(58, struct.pack(
                '>I', lease // 2)) + option(59, struct.pack('>I', lease * 7 // 8))
            options += option(1, ip4('255.255.255.0')) + option(3, ip4('192.0.2.1'))
            options += option(6, ip4('192.0.2.53'))
        payload = self.message(kind, options, fields)
        to_mac = 'ff:ff:ff:ff:ff:ff' if to == BROADCAST else self.mac
        self.wire.add(ethernet(server_mac, to_mac, 0x0800,
                               udp(source or server, to, (67, port), payload)))

    def arp(self, operation: int, sender: str, sender_ip: str, target_ip: str):
        body = struct.pack('>HHBBH6s4s6s4s', 1, 0x0800, 6, 4, operation, mac(sender),
                           ip4(sender_ip), b'\0' * 6, ip4(target_ip))
        self.wire.add(ethernet(sender, 'ff:ff:ff:ff:ff:ff', 0x0806, body))


SERVER = '192.0.2.100'
OTHER = '192.0.2.200'
RELAY = '198.51.100.1'


def selects(client: Client, server: str, address: str, **fields):
    client.says('request', option(54, ip4(server)) + option(50, ip4(address)), **fields)


def plain_life(wire: Wire, client: Client, address: str):
    """DISCOVER to RELEASE, with a second server's offer, and a lost DISCOVER."""
    client.says('discover')
    wire.wait(3.5)
    client.says('discover')
    wire.wait(0.0004)
    client.hears('offer', SERVER, yiaddr=address)
    wire.wait(0.02)
    client.hears('offer', OTHER, yiaddr='192.0.2.201', server_mac='02:00:00:00:00:c8')
    wire.wait(0.1)
    selects(client, SERVER, address)
    wire.wait(0.008)
    client.hears('ack', SERVER, yiaddr=address)
    wire.wait(0.5)
    client.arp(1, client.mac, NOBODY, address)
    wire.wait(2)
    client.arp(1, client.mac, address, address)
    wire.wait(297)
    client.xid += 1
    unicast = {'to': SERVER, 'source': address, 'to_mac': '02:00:00:00:00:64', 'ciaddr': address}
    client.says('request', **unicast)
    wire.wait(0.004)
    client.hears('ack', SERVER, to=address, yiaddr=address, ciaddr=address)
    wire.wait(20)
    client.xid += 1
    client.says('release', option(54, ip4(SERVER)), **unicast)


def relayed(wire: Wire, client: Client, address: str):
    """Both legs of an exchange through a relay, then a renewal past it."""
    server = '203.0.113.5'
    leg = {'giaddr': RELAY, 'hops': 1, 'to': server, 'source': RELAY,
           'from_mac': '02:00:00:00:01:01', 'to_mac': '02:00:00:00:05:05'}
    for ask, say in (('discover', 'offer'), ('request', 'ack')):
        for there in ({}, leg):
            if ask == 'discover':
                client.says('discover', **there)
            else:
                selects(client, server, address, **there)
            wire.wait(0.0003)
        wire.wait(0.002)
        client.hears(say, server, to=RELAY, yiaddr=address, giaddr=RELAY, port=67)
        wire.wait(0.0002)
        client.hears(say, server, to=BROADCAST, source=RELAY, yiaddr=address, giaddr=RELAY,
                     server_mac='02:00:00:00:01:01')
        wire.wait(0.03)
    wire.wait(200)
    client.xid += 1
    client.says('request', to=server, source=address, ciaddr=address)
    wire.wait(0.004)
    client.hears('ack', server, to=address, yiaddr=address, ciaddr=address)


def refused(wire: Wire, client: Client, address: str):
    """INIT-REBOOT with a DHCPNAK, a new lease that somebody sits on, and a DHCPDECLINE."""
    client.says('request', option(50, ip4('10.9.9.9')))
    wire.wait(0.001)
    client.hears('nak', SERVER)
    wire.wait(0.2)
    client.xid += 1
    client.says('discover')
    wire.wait(0.001)
    client.hears('offer', SERVER, yiaddr=address)
    wire.wait(0.05)
    selects(client, SERVER, address)
    wire.wait(0.002)
    client.hears('ack', SERVER, yiaddr=address)
    wire.wait(0.1)
    client.arp(1, client.mac, NOBODY, address)
    wire.wait(0.001)
    client.arp(2, '02:de:ad:be:ef:00', address, NOBODY)
    wire.wait(0.01)
    client.xid += 1
    client.says('decline', option(54, ip4(SERVER)) + option(50, ip4(address)))
    wire.wait(9)
    client.xid += 1
    client.says('inform', to=BROADCAST, source=address, ciaddr=address)


def story() -> Wire:
    wire = Wire()
    plain_life(wire, Client(wire, 'c0:01:1b:69:00:00', b'R1', b'udhcp 1.35.0'), '192.0.2.104')
    wire.wait(1)
    relayed(wire, Client(wire, '02:00:00:00:00:02', b'behind-a-relay'), '198.51.100.7')
    wire.wait(1)
    hostile = Client(wire, '02:00:00:00:00:03', b'</script><script>bad=1</script>',
                     b'"><img src=x onerror=bad=1>&amp;')
    refused(wire, hostile, '192.0.2.105')
    return wire


def crowd() -> Wire:
    wire = Wire()
    for i in range(250):
        client = Client(wire, f'02:00:00:00:{i // 256:02x}:{i % 256:02x}', f'host-{i}'.encode())
        client.xid = 0x5000 + 16 * i
        address = f'192.0.2.{1 + i}'
        for _ in range(2):
            client.xid += 1
            client.says('discover')
            wire.wait(0.0005)
            client.hears('offer', SERVER, yiaddr=address)
            wire.wait(0.001)
            selects(client, SERVER, address)
            wire.wait(0.003 + i % 7 / 1000)
            client.hears('ack', SERVER, yiaddr=address)
            wire.wait(0.01)
    return wire


def one() -> Wire:
    wire = Wire()
    Client(wire, 'c0:01:1b:69:00:00', b'R1').says('discover')
    return wire


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    for name, make in (('one', one), ('story', story), ('crowd', crowd)):
        make().write(os.path.join(sys.argv[1], f'{name}.pcap'))
    return 0


if __name__ == '__main__':
    sys.exit(main())
