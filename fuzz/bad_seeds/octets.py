"""DHCPv4 messages and frames as octets, with every field free to lie."""

import ipaddress

MAC = bytes.fromhex('020000000001')
COOKIE = bytes([99, 130, 83, 99])
DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM, FORCERENEW, LEASEQUERY = range(1, 11)


def ip(address: str) -> bytes:
    return ipaddress.IPv4Address(address).packed


def opt(code: int, value: bytes | str) -> bytes:
    """An option, in parts of 255 octets where it is longer (RFC 3396)."""
    value = value.encode() if isinstance(value, str) else value
    parts = [value[at:at + 255] for at in range(0, len(value), 255)] or [b'']
    return b''.join(bytes([code, len(part)]) + part for part in parts)


def message(options: bytes, *, op=1, htype=1, hlen=6, hops=0, xid=0x62616421, secs=0, flags=0,
            ciaddr='0.0.0.0', yiaddr='0.0.0.0', giaddr='0.0.0.0', chaddr=MAC, sname=b'', file=b'',
            cookie=COOKIE, end=b'\xff', size=300) -> bytes:
    header = bytes([op, htype, hlen, hops]) + xid.to_bytes(4, 'big') + secs.to_bytes(2, 'big')
    header += flags.to_bytes(2, 'big') + ip(ciaddr) + ip(yiaddr) + bytes(4) + ip(giaddr)
    header += chaddr.ljust(16, b'\0') + sname.ljust(64, b'\0') + file.ljust(128, b'\0')
    return (header + cookie + options + end).ljust(size, b'\0')


def typed(kind: int, options: bytes = b'', **fields) -> bytes:
    """A client's message of a type, option 53 first."""
    return message(opt(53, bytes([kind])) + options, **fields)


def discover(options: bytes = b'', **fields) -> bytes:
    return typed(DISCOVER, options, **fields)


def request(options: bytes = b'', **fields) -> bytes:
    return typed(REQUEST, options, **fields)


def reply(kind: int, options: bytes = b'', mask=True, lease=b'\0\0\x0e\x10', server='192.0.2.1',
          **fields) -> bytes:
    """A server's answer that is good but for `options`."""
    first = opt(54, ip(server)) if kind != FORCERENEW else b''
    if kind in (OFFER, ACK):
        first += opt(51, lease) + (opt(1, ip('255.255.255.0')) if mask else b'')
        fields.setdefault('yiaddr', '192.0.2.10')
    return typed(kind, first + options, op=2, **fields)


def ack(options: bytes = b'', **fields) -> bytes:
    return reply(ACK, options, **fields)


def checksum(data: bytes) -> int:
    data += b'\0' * (len(data) % 2)
    total = sum(int.from_bytes(data[at:at + 2], 'big') for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def frame(payload: bytes, *, udp_length=None, ip_length=None, ihl=5, fragment=0, ports=(68, 67),
          protocol=17, cut=None) -> bytes:
    """Ethernet, IPv4 and UDP around a payload; lengths say what they are told to say."""
    udp = len(payload) + 8 if udp_length is None else udp_length
    total = len(payload) + 28 if ip_length is None else ip_length
    head = bytes([0x40 | ihl, 0]) + total.to_bytes(2, 'big') + bytes(2)
    head += fragment.to_bytes(2, 'big') + bytes([64, protocol])
    source, destination = ip('0.0.0.0'), ip('255.255.255.255')
    head += checksum(head + b'\0\0' + source + destination).to_bytes(2, 'big')
    head += source + destination
    # No UDP checksum: it is not what these frames are about.
    udp_head = b''.join(n.to_bytes(2, 'big') for n in (*ports, udp, 0))
    whole = b'\xff' * 6 + MAC + b'\x08\x00' + head + udp_head + payload
    return whole if cut is None else whole[:cut]
