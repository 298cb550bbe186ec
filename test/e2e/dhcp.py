"""DHCPv4 packets and the frames around them, built and read by the letter of RFC 2131 and 2132.

Written apart from the program under test, so that the two check each other.
"""

import socket
import struct
from dataclasses import dataclass, field

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
TYPE_NAMES = ['?', 'DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM']

SUBNET_MASK, ROUTER, DNS, HOST_NAME, DOMAIN = 1, 3, 6, 12, 15
REQUESTED_ADDRESS, LEASE_TIME, MESSAGE_TYPE, SERVER_ID, PARAMETERS = 50, 51, 53, 54, 55
MAX_SIZE, T1, T2, CLIENT_ID, RELAY_AGENT, END = 57, 58, 59, 61, 82, 255

COOKIE = bytes([99, 130, 83, 99])
BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff'
FIXED = struct.Struct('!BBBBIHH4s4s4s4s16s64s128s')


def mac_bytes(mac: str) -> bytes:
    return bytes.fromhex(mac.replace(':', ''))


def mac_text(mac: bytes) -> str:
    return mac.hex(':')


def ip(text: str) -> bytes:
    return socket.inet_aton(text)


@dataclass
class Message:
    """The fields of RFC 2131 figure 1. `options` keeps order and repetition."""
    op: int = 1
    htype: int = 1
    hlen: int = 6
    hops: int = 0
    xid: int = 0
    secs: int = 0
    flags: int = 0
    ciaddr: str = '0.0.0.0'
    yiaddr: str = '0.0.0.0'
    siaddr: str = '0.0.0.0'
    giaddr: str = '0.0.0.0'
    chaddr: str = '00:00:00:00:00:00'
    sname: bytes = b''
    file: bytes = b''
    options: list[tuple[int, bytes]] = field(default_factory=list)
    ended: bool = False  # an end option was read

    def option(self, code: int) -> bytes | None:
        parts = [value for c, value in self.options if c == code]
        return b''.join(parts) if parts else None  # RFC 3396: the parts of one option are joined

    def codes(self) -> list[int]:
        return [code for code, _ in self.options]

    @property
    def type(self) -> int:
        value = self.option(MESSAGE_TYPE)
        return value[0] if value else 0

    @property
    def server_id(self) -> str | None:
        value = self.option(SERVER_ID)
        return socket.inet_ntoa(value) if value else None

    @property
    def requested(self) -> str | None:
        value = self.option(REQUESTED_ADDRESS)
        return socket.inet_ntoa(value) if value else None

    def number(self, code: int) -> int | None:
        value = self.option(code)
        return int.from_bytes(value, 'big') if value else None

    def encode(self) -> bytes:
        fixed = FIXED.pack(self.op, self.htype, self.hlen, self.hops, self.xid, self.secs,
                           self.flags, ip(self.ciaddr), ip(self.yiaddr), ip(self.siaddr),
                           ip(self.giaddr), mac_bytes(self.chaddr), self.sname, self.file)
        body = b''.join(bytes([code, len(value)]) + value for code, value in self.options)
        return (fixed + COOKIE + body + bytes([END])).ljust(300, b'\0')

    @staticmethod
    def decode(data: bytes) -> 'Message | None':
        if len(data) < FIXED.size + 4 or data[FIXED.size:FIXED.size + 4] != COOKIE:
            return None
        f = FIXED.unpack(data[:FIXED.size])
        m = Message(*f[:7], *(socket.inet_ntoa(a) for a in f[7:11]),
                    mac_text(f[11][:6]), f[12].rstrip(b'\0'), f[13].rstrip(b'\0'))
        at = FIXED.size + 4
        while at < len(data) and data[at] != END:
            if data[at] == 0:
                at += 1
                continue
            if at + 1 >= len(data):
                return None
            length = data[at + 1]
            m.options.append((data[at], data[at + 2:at + 2 + length]))
            at += 2 + length
        m.ended = at < len(data)
        return m

    def __str__(self) -> str:
        name = TYPE_NAMES[self.type] if self.type < len(TYPE_NAMES) else f'type {self.type}'
        return (f'{name} xid={self.xid:#010x} chaddr={self.chaddr} ciaddr={self.ciaddr} '
                f'yiaddr={self.yiaddr} giaddr={self.giaddr}')


def checksum(data: bytes) -> int:
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack(f'!{len(data) // 2}H', data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


@dataclass
class Frame:
    """An Ethernet frame with IPv4 and UDP inside; `message` when it is DHCP."""
    mac_source: str
    mac_target: str
    source: str = '0.0.0.0'
    target: str = '255.255.255.255'
    port_source: int = 68
    port_target: int = 67
    message: Message | None = None
    time: float = 0.0  # when the kernel received it

    def encode(self) -> bytes:
        payload = self.message.encode() if self.message else b''
        length = 8 + len(payload)
        ports = struct.pack('!HHH', self.port_source, self.port_target, length)
        pseudo = ip(self.source) + ip(self.target) + struct.pack('!HH', 17, length)
        udp_sum = checksum(pseudo + ports + b'\0\0' + payload) or 0xffff
        header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + length, 0, 0, 64, 17, 0,
                             ip(self.source), ip(self.target))
        header = header[:10] + struct.pack('!H', checksum(header)) + header[12:]
        ethernet = mac_bytes(self.mac_target) + mac_bytes(self.mac_source) + b'\x08\0'
        return ethernet + header + ports + struct.pack('!H', udp_sum) + payload

    @staticmethod
    def decode(data: bytes, time: float = 0.0) -> 'Frame | None':
        """None for what is not IPv4 and UDP."""
        if len(data) < 42 or data[12:14] != b'\x08\0' or data[23] != 17:
            return None
        start = 14 + (data[14] & 15) * 4
        port_source, port_target, length = struct.unpack('!HHH', data[start:start + 6])
        payload = data[start + 8:start + length]
        is_dhcp = {port_source, port_target} & {67, 68}
        return Frame(mac_text(data[6:12]), mac_text(data[:6]), socket.inet_ntoa(data[26:30]),
                     socket.inet_ntoa(data[30:34]), port_source, port_target,
                     Message.decode(payload) if is_dhcp else None, time)

    def __str__(self) -> str:
        return (f'{self.mac_source} > {self.mac_target}, {self.source}:{self.port_source} > '
                f'{self.target}:{self.port_target} {self.message or ""}')
