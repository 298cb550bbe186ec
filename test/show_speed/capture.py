"""A capture of any number of DHCP messages, as a site with many clients makes them: DISCOVER,
OFFER, REQUEST and ACK with ten options or so, a quarter of them through a relay with option 82.
Lengths, checksums and times are right: nobody has a fault to find."""

import socket
import struct
from pathlib import Path

CLIENTS = 50_000
SERVER = '10.0.0.1'
RELAY = '10.9.0.1'


def words_sum(data: bytes) -> int:
    if len(data) % 2:
        data += b'\0'
    return sum(struct.unpack(f'!{len(data) // 2}H', data))


def folded(total: int) -> int:
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total


def option(code: int, value: bytes) -> bytes:
    return bytes([code, len(value)]) + value


def ip4(text: str) -> bytes:
    return socket.inet_aton(text)


class Message:
    """A frame without xid, chaddr, yiaddr and option 50, which each client fills in."""

    def __init__(self, kind: int, relayed: bool):
        reply = kind in (2, 5)
        giaddr = ip4(RELAY) if relayed else bytes(4)
        options = option(53, bytes([kind]))
        self.requested = self.yiaddr = None
        if kind == 3:
            self.requested = len(options) + 2
            options += option(50, bytes(4))
        if kind != 1:
            options += option(54, ip4(SERVER))
        if reply:
            options += (option(51, struct.pack('!I', 3600)) + option(58, struct.pack('!I', 1800)) +
                        option(59, struct.pack('!I', 3150)) + option(1, ip4('255.255.0.0')) +
                        option(3, ip4(SERVER)) + option(6, ip4('10.0.0.2') + ip4('10.0.0.3')) +
                        option(15, b'example.org'))
        else:
            options += (option(57, struct.pack('!H', 1500)) + option(12, b'a-client-of-ours') +
                        option(60, b'MSFT 5.0') + option(55, bytes([1, 3, 6, 15, 51, 54, 58, 59])))
        if relayed:
            options += option(82, option(1, b'eth 1/1/04') + option(2, b'switch-7'))
        if self.requested is not None:
            self.requested += 42 + 240
        bootp = struct.pack('!BBBB', 2 if reply else 1, 1, 6, 1 if relayed and not reply else 0)
        bootp += bytes(4) + struct.pack('!HH', 0, 0) + bytes(4) + bytes(4) + bytes(4) + giaddr
        bootp += bytes(16) + bytes(192) + bytes.fromhex('63825363') + options + b'\xff'
        bootp += bytes(max(0, 300 - len(bootp)))
        self.reply = reply
        there, back = (RELAY, SERVER) if relayed else ('0.0.0.0', '255.255.255.255')
        source, target = there, back
        if reply:
            source, target = SERVER, RELAY if relayed else '255.255.255.255'
        ports = (67, 67) if relayed else (67, 68) if reply else (68, 67)
        udp = struct.pack('!HHHH', *ports, 8 + len(bootp), 0)
        ip = struct.pack('!BBHHHBBH', 0x45, 0, 28 + len(bootp), 0, 0x4000, 64, 17, 0)
        ip += ip4(source) + ip4(target)
        ip = ip[:10] + struct.pack('!H', 0xffff ^ folded(words_sum(ip))) + ip[12:]
        target_mac = '020000000002' if relayed else 'ffffffffffff'
        self.frame = bytes.fromhex(target_mac + '020000000001' + '0800') + ip + udp + bootp
        self.sum = words_sum(ip[12:20]) + 17 + 8 + len(bootp) + words_sum(udp + bootp)

    def of(self, client: int) -> bytes:
        """The frame of one client's message."""
        frame = bytearray(self.frame)
        xid = struct.pack('!I', (client * 2654435761) & 0xffffffff)
        mac = b'\x02\x10' + struct.pack('!I', client)
        address = struct.pack('!I', 0x0a010000 + client % CLIENTS)
        frame[46:50] = xid
        frame[70:76] = mac
        total = self.sum + words_sum(xid) + words_sum(mac)
        if self.reply:
            frame[58:62] = address
            total += words_sum(address)
        if self.requested is not None:
            frame[self.requested:self.requested + 4] = address
            odd = self.requested % 2
            total += words_sum(b'\0' + address + b'\0') if odd else words_sum(address)
        frame[40:42] = struct.pack('!H', (0xffff ^ folded(total)) or 0xffff)
        return bytes(frame)


def write(path: Path, packets: int) -> None:
    kinds = [[Message(kind, relayed) for kind in (1, 2, 3, 5)] for relayed in (False, True)]
    with open(path, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
        for number in range(packets):
            client = number // 4
            frame = kinds[client % 4 == 0][number % 4].of(client)
            file.write(struct.pack('<IIII', 1_764_000_000 + number // 1000,
                                   number % 1000 * 1_000_000, len(frame), len(frame)) + frame)
