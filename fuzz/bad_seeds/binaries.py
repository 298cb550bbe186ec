"""Bad frames, capture files, lease records, and walks of the engines."""

import struct

from . import messages
from .messages import all_messages
from .octets import DECLINE, RELEASE, ack, discover, frame, ip, opt, request, typed


def crc32c(data: bytes) -> int:
    crc = 0xffffffff
    for octet in data:
        crc ^= octet
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def record(changes: list[bytes], *, version=1, kind=1, count=None, last=1, newest=1_700_000_000,
           number=1, cut=None, body=None) -> bytes:
    """A sealed record of the lease log (docs/lease-format.md), whatever it holds."""
    head = b'LSR' + bytes([version, kind, 0])
    head += (len(changes) if count is None else count).to_bytes(2, 'big')
    head += struct.pack('>QQQQq', number, 1, 0, last, newest)
    whole = head + (b''.join(changes) if body is None else body)
    return (whole + crc32c(whole).to_bytes(4, 'big'))[:cut]


def change(*, sequence=1, address='192.0.2.10', state=0, htype=1, hlen=6, client_id=b'', name=b'h',
           started=1_700_000_000, lifetime=3600, hardware=b'\2\0\0\0\0\1', claims=None) -> bytes:
    sizes = claims or (len(client_id), len(name))
    head = struct.pack('>Q4sBBBBBqQII', sequence, ip(address), state, htype, hlen, *sizes, started,
                       lifetime, 1, 0x62616421)
    return head + hardware[:hlen] + client_id + name


def records() -> dict[str, bytes]:
    return {
        'no-identity': record([change(hlen=0, name=b'')]),
        'hlen-16': record([change(hlen=16, hardware=b'\2' * 16)]),
        'hlen-17': record([change(hlen=17, hardware=b'\2' * 17)]),
        'hlen-255': record([change(hlen=255, hardware=b'\2' * 16)]),
        'client-id-of-255': record([change(client_id=b'C' * 255)]),
        'client-id-past-end': record([change(claims=(255, 255))]),
        'hostname-quotes': record([change(name=b'a"; } `reboot` $(reboot)\n\0%n')]),
        'state-3': record([change(state=3)]),
        'lifetime-highest': record([change(lifetime=2**64 - 1)]),
        'lifetime-odd': record([change(lifetime=2**63 + 1)]),
        'started-after-2106': record([change(started=4_300_000_000)], newest=4_300_000_000),
        'started-highest': record([change(started=2**63 - 1)], newest=2**63 - 1),
        'started-lowest': record([change(started=-2**63)], newest=-2**63),
        'sequence-0': record([change(sequence=0)], last=0),
        'sequence-highest': record([change(sequence=2**64 - 1)], last=2**64 - 1),
        'number-highest': record([change()], number=2**64 - 1),
        'count-of-65535': record([change()], count=65_535),
        'count-of-0': record([], last=0),
        'rubbish-behind': record([], count=1, body=change() + b'A'),
        'version-255': record([change()], version=255),
        'kind-77': record([change()], kind=77),
        'cut': record([change()], cut=60),
        'empty': b'',
    }


def frames() -> dict[str, bytes]:
    """Where lengths of Ethernet, IPv4, UDP and the message disagree, and the messages as frames."""
    plain = discover(opt(12, 'plain'))
    lies = {
        'udp-length-0': frame(plain, udp_length=0),
        'udp-length-7': frame(plain, udp_length=7),
        'udp-length-short': frame(plain, udp_length=100),
        'udp-length-long': frame(plain, udp_length=2_000),
        'udp-length-highest': frame(plain, udp_length=65_535),
        'ip-length-0': frame(plain, ip_length=0),
        'ip-length-19': frame(plain, ip_length=19),
        'ip-length-short': frame(plain, ip_length=100),
        'ip-length-long': frame(plain, ip_length=65_535),
        'ihl-0': frame(plain, ihl=0),
        'ihl-15': frame(plain, ihl=15),
        'fragment-first': frame(plain, fragment=0x2000),
        'fragment-later': frame(plain, fragment=0x00b9),
        'cut-in-ethernet': frame(plain, cut=13),
        'cut-in-ip': frame(plain, cut=20),
        'cut-in-udp': frame(plain, cut=38),
        'cut-in-header': frame(plain, cut=142),
        'cut-in-options': frame(plain, cut=287),
        'not-udp': frame(plain, protocol=6),
        'empty': b'',
    }
    # What an Ethernet frame can carry, in a frame of its own: views, filters and tables meet it.
    return lies | {name: frame(octets, ports=(67, 68) if octets[:1] == b'\2' else (68, 67))
                   for name, octets in all_messages().items() if len(octets) <= 1_472}


def pcap(packets: list[bytes], *, magic=0xa1b2c3d4, snap=65_535, link=1, lies=None) -> bytes:
    head = struct.pack('<IHHiIII', magic, 2, 4, 0, 0, snap, link)
    for packet in packets:
        kept, whole = lies or (len(packet), len(packet))
        head += struct.pack('<IIII', 1_700_000_000, 0, kept, whole) + packet
    return head


def captures() -> dict[str, bytes]:
    good = frame(discover())
    section = struct.pack('<IIIHHqI', 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28)
    return {
        'header-cut': pcap([good])[:12],
        'packet-cut': pcap([good])[:60],
        'packet-of-0': pcap([b'']),
        'packet-length-highest': pcap([good], lies=(0xffffffff, 0xffffffff)),
        'packet-longer-than-snaplen': pcap([good], snap=64),
        'packet-kept-more-than-there-was': pcap([good], lies=(len(good), 1)),
        'snaplen-0': pcap([good], snap=0),
        'link-type-65535': pcap([good], link=0xffff),
        'magic-unknown': pcap([good], magic=0x12345678),
        'time-highest': pcap([good]).replace(struct.pack('<I', 1_700_000_000), b'\xff' * 4),
        'pcapng-block-of-0': section + struct.pack('<II', 6, 0),
        'pcapng-block-highest': section + struct.pack('<II', 6, 0xfffffff0),
        'pcapng-section-cut': section[:20],
        'empty': b'',
    }


def relay_walk(*steps: tuple[int, bytes], settings=0) -> bytes:
    """As relay_fuzz.cc reads it: settings, then kind, length and octets of each message."""
    return bytes([settings]) + b''.join(
        bytes([kind]) + len(octets).to_bytes(2, 'big') + octets for kind, octets in steps)


FROM_CLIENT, FROM_SERVER = 1, 4 | 8


def relay_walks() -> dict[str, bytes]:
    own = {'giaddr': '10.1.0.1'}
    return {
        'info-past-parent': relay_walk((FROM_CLIENT, discover(b'\x52\x04\x01\xffab'))),
        'info-of-4000': relay_walk((FROM_CLIENT, discover(opt(82, opt(1, b'p' * 250) * 16))),
                                   settings=0x82),
        'info-in-file': relay_walk((FROM_CLIENT, discover(opt(52, b'\1'),
                                                          file=b'\x52\4\2\2me\xff'))),
        'hops-255': relay_walk((FROM_CLIENT, discover(hops=255))),
        'hlen-255': relay_walk((FROM_CLIENT, discover(hlen=255))),
        'giaddr-own': relay_walk((FROM_CLIENT, discover(**own))),
        'giaddr-broadcast': relay_walk((FROM_CLIENT, discover(giaddr='255.255.255.255'))),
        'option-past-end': relay_walk((FROM_CLIENT, discover(b'\x0c\xffab', end=b'', size=0))),
        'header-cut': relay_walk((FROM_CLIENT, discover()[:100])),
        'reply-of-nobody-asked': relay_walk((FROM_SERVER, ack(**own))),
        'reply-option-past-end': relay_walk((FROM_CLIENT, discover()), (FROM_SERVER, ack(
            b'\x0c\xffab', end=b'', size=0, **own))),
        'reply-overload-0': relay_walk((FROM_CLIENT, discover()), (FROM_SERVER, ack(
            opt(52, b'\0'), **own))),
        'reply-info-past-parent': relay_walk((FROM_CLIENT, request()), (FROM_SERVER, ack(
            b'\x52\x04\x01\xffab', **own))),
        'reply-of-4000': relay_walk((FROM_CLIENT, request()), (FROM_SERVER, ack(
            opt(6, ip('192.0.2.53') * 1_000), **own))),
    }


def server_walk(*messages: bytes, unicast=False) -> bytes:
    """As server_fuzz.cc reads it: a configuration, five leases, then datagrams of any octets."""
    how = 8 | 16 if unicast else 0
    return b'\0\0\5' + b''.join(bytes([1, how]) + len(octets).to_bytes(2, 'big') + octets
                               for octets in messages)


def server_walks() -> dict[str, bytes]:
    ours, wish = opt(54, ip('192.0.2.1')), opt(50, ip('192.0.2.15'))
    bound = (discover(wish), request(wish + ours))
    release = typed(RELEASE, ours, ciaddr='192.0.2.15')
    decline = typed(DECLINE, ours + wish)
    groups = {'lengths': messages.lengths(), 'headers': messages.headers(),
              'names': messages.names(), 'values': messages.values(),
              'identities': messages.identities(), 'states': messages.states()}
    walks = {f'all-{name}': server_walk(*(m for m in group.values() if len(m) < 1_500))
             for name, group in groups.items()}
    return walks | {
        'release-twice': server_walk(*bound, release, release, discover(), unicast=True),
        'decline-twice': server_walk(*bound, decline, decline, discover()),
        'release-of-another': server_walk(*bound, typed(RELEASE, ours, ciaddr='192.0.2.15',
                                                        chaddr=b'\2\0\0\0\0\3'), unicast=True),
        'request-from-nowhere': server_walk(request(ciaddr='203.0.113.5'), unicast=True),
        'same-xid': server_walk(discover(), discover(chaddr=b'\2\0\0\0\0\3'),
                                discover(chaddr=b'\2\0\0\0\0\5')),
    }


def client_walk(options: bytes, count: int, habits=0) -> bytes:
    """As client/v4/test_walk.h reads it: DISCOVER, OFFER, REQUEST, then an ACK with `count` more
    options of code, length and octets."""
    start = bytes([0, 0, 12, 8, 1, 0, 0, 8])
    return start + bytes([2, habits, count << 4]) + options + bytes([8, 8, 8])


def client_walks() -> dict[str, bytes]:
    found = {f'mask-of-{size}': client_walk(opt(1, b'\xff' * size), 1, habits=0x80)
             for size in (0, 1, 3, 5, 255)}
    shell = b'a;reboot`reboot`$(reboot)\n"\''
    found |= {
        'shell': client_walk(b''.join(opt(code, shell) for code in (12, 15, 66, 67, 252)), 5),
        'format': client_walk(opt(15, '%n%s') + opt(56, '\x1b[2J%n%s\r\n'), 2),
        'routes-width-33': client_walk(opt(121, b'\x21' + ip('192.0.2.1') * 2), 1),
        'routes-into-a-tunnel': client_walk(opt(121, b'\x10\x0a\x08' + ip('192.0.2.66')), 1),
        'search-loop': client_walk(opt(119, b'\xc0\0'), 1),
        'overload-255': client_walk(opt(52, b'\xff'), 1),
        'time-zone-path': client_walk(opt(100, '../../etc/shadow') + opt(101, '../etc'), 2),
        '6rd-of-1': client_walk(opt(212, b'\xff'), 1),
        'authentication-of-1': client_walk(opt(90, b'\3'), 1),
        't1-after-t2-after-lease': client_walk(opt(58, b'\xff' * 4) + opt(59, b'\0\0\0\1'), 2),
        'lists-of-255': client_walk(b''.join(opt(code, b'\xc0' * 255)
                                             for code in (3, 6, 33, 121, 249)), 5),
    }
    return found
