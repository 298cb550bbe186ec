"""Bad DHCPv4 messages, each under the name that docs/bad-input.md and the tests call it by."""

from .octets import (ACK, COOKIE, DECLINE, FORCERENEW, INFORM, LEASEQUERY, MAC, NAK, OFFER, RELEASE,
                     ack, discover, ip, message, opt, reply, request, typed)

DOMAIN_WIRE = b'\x07example\x03org\x00'
DUID_TYPE = b'\x00\x02\x00\x00\xab\x11'


def nested(code: int, depth: int) -> bytes:
    """An option in itself, as deep as 255 octets allow."""
    value = b''
    while depth and len(value) < 253:
        value, depth = bytes([code, len(value)]) + value, depth - 1
    return value


def duid_id(size: int) -> bytes:
    """Option 61 with an IAID and a DUID of `size` octets (RFC 4361)."""
    return opt(61, b'\xff\0\0\0\1' + (DUID_TYPE + b'A' * 300)[:size])


def lengths() -> dict[str, bytes]:
    """Lengths that lie, in both directions."""
    found = {}
    for size in (0, 1, 3, 5, 255):
        found[f'ack-mask-of-{size}'] = ack(opt(1, b'\xff' * size), mask=False)
    for size in (0, 1, 3, 5, 255):
        for code, name in ((50, 'requested-address'), (51, 'lease-time'), (54, 'server-id'),
                           (57, 'max-size'), (118, 'subnet-selection')):
            found[f'discover-{name}-of-{size}'] = discover(opt(code, b'\0' * size))
    for value in (0, 3, 4, 255):
        found[f'discover-overload-{value}'] = discover(opt(52, bytes([value])), sname=b'\xff',
                                                       file=b'\xff')
    found |= {
        'discover-overload-of-2': discover(opt(52, b'\1\1')),
        'discover-overload-in-file': discover(opt(52, b'\1'), file=b'\x34\1\3\x34\1\1\x0c\1f\xff',
                                              sname=b'\x0f\xc8'),
        'discover-option-past-end': discover(b'\x0c\xffab', end=b'', size=0),
        'discover-option-without-length': discover(b'\x0c', end=b'', size=0),
        'discover-empty-options': discover(b''.join(
            bytes([code, 0]) for code in range(1, 255) if code not in (50, 51, 52, 53, 54, 57, 82,
                                                                       118))),
        'discover-client-id-of-0': discover(opt(61, b'')),
        'discover-client-id-of-1': discover(opt(61, b'\1')),
        'discover-no-identity': discover(opt(61, b''), hlen=0),
        'discover-relay-info-past-parent': discover(b'\x52\x04\x01\xffab'),
        'discover-relay-info-of-1': discover(b'\x52\x01\x01'),
        'discover-relay-info-link-of-3': discover(b'\x52\x05\x05\x03\x0a\0\0',
                                                  giaddr='192.0.2.254'),
        'discover-relay-info-zero-link': discover(b'\x52\x06\x05\x04\0\0\0\0',
                                                  giaddr='192.0.2.254'),
        'discover-relay-info-of-255': discover(opt(82, opt(2, b'r' * 253)), giaddr='192.0.2.254'),
        'discover-vendor-past-parent': discover(b'\x2b\x04\x01\xffab\x7d\x07\0\0\0\x09\xff\x01\1'),
        'ack-vendor-past-parent': ack(b'\x2b\x04\x01\xffab\x7d\x07\0\0\0\x09\xff\x01\1'),
        'ack-option-past-end': ack(b'\x0c\xffab', end=b'', size=0),
        'ack-6rd-of-1': ack(opt(212, b'\xff')),
        'ack-6rd-of-255': ack(opt(212, b'\xff' * 255)),
        'ack-authentication-of-1': ack(opt(90, b'\3')),
        'ack-authentication-digest-of-1': ack(opt(90, b'\3\1\0' + bytes(7) + b'\1\1A')),
        'ack-routes-of-0': ack(opt(121, b'')),
        'ack-routes-cut': ack(opt(121, b'\x18\x0a\x01')),
        'ack-routes-width-33': ack(opt(121, b'\x21' + ip('192.0.2.1') * 2)),
        'ack-routes-width-129': ack(opt(121, b'\x81' + b'\0' * 40)),
        'ack-routes-width-255': ack(opt(121, b'\xff' * 255)),
        'ack-mtu-of-1': ack(opt(26, b'\5')),
    }
    return found


def headers() -> dict[str, bytes]:
    """Headers and ends that are odd, cut, or another protocol's."""
    whole = discover(opt(12, 'cut'))
    return {
        'empty': b'',
        'one-octet': b'\1',
        'header-cut': whole[:100],
        'header-without-cookie': whole[:236],
        'half-a-cookie': whole[:238],
        'cookie-alone': whole[:240],
        'zero-cookie': message(opt(53, b'\1'), cookie=bytes(4)),
        'wrong-cookie': message(opt(53, b'\1'), cookie=b'\x63\x82\x53\x62'),
        'bootp': message(b''),
        'discover-without-end': discover(opt(12, 'endless'), end=b'', size=0),
        'discover-end-in-sname-only': discover(opt(52, b'\2'), end=b'', size=0,
                                               sname=b'\x0c\1x\xff'),
        'discover-pad-flood': message(bytes(4_000) + opt(53, b'\1')),
        'discover-rubbish-behind-end': discover() + b'A' * 1_000,
        'discover-longer-than-udp': discover(size=65_508),
        'discover-hlen-0': discover(hlen=0),
        'discover-hlen-16': discover(hlen=16, chaddr=b'B' * 16),
        'discover-hlen-17': discover(hlen=17),
        'discover-hlen-255': discover(hlen=255),
        'discover-htype-0': discover(htype=0),
        'discover-htype-255': discover(htype=255),
        'discover-hops-255': discover(hops=255, giaddr='192.0.2.254'),
        'discover-op-0': discover(op=0),
        'discover-op-2': discover(op=2),
        'discover-op-255': discover(op=255),
        'discover-xid-0': discover(xid=0),
        'discover-giaddr-broadcast': discover(giaddr='255.255.255.255'),
        'discover-giaddr-multicast': discover(giaddr='239.1.1.1'),
        'discover-giaddr-loopback': discover(giaddr='127.0.0.1'),
        'type-0': typed(0),
        'type-77': typed(77),
        'type-of-0': message(opt(53, b'')),
        'type-twice': message(opt(53, b'\1') + opt(53, b'\3')),
        'offer-from-a-client': typed(OFFER),
        'leasequery': typed(LEASEQUERY, ciaddr='192.0.2.10', giaddr='192.0.2.254'),
    }


def long_and_deep() -> dict[str, bytes]:
    """What is repeated beyond any frame, twice to 64 kB, and what stands in itself."""
    route = b'\x18\x0a\0\0' + ip('192.0.2.1')
    return {
        'discover-client-id-of-4000': discover(opt(61, b'C' * 4_000)),
        'discover-client-id-of-256': discover(opt(61, b'C' * 256)),
        'discover-hostname-of-4000': discover(opt(12, 'h' * 4_000)),
        'discover-request-list-of-4000': discover(opt(55, bytes(range(1, 255)) * 16)),
        'discover-many-parts': discover(b'\x0c\1a\x0f\1b' * 10_000),
        'discover-relay-info-of-4000': discover(opt(82, opt(1, b'p' * 250) * 16),
                                                giaddr='192.0.2.254'),
        'discover-vendor-nested': discover(opt(43, nested(43, 126)) + opt(
            125, b'\0\0\0\x09\xff' + nested(125, 126).rjust(255, b'\0'))),
        'discover-relay-info-nested': discover(opt(82, nested(82, 126)), giaddr='192.0.2.254'),
        'ack-vendor-nested': ack(opt(43, nested(43, 126)) + opt(82, nested(82, 126))),
        'ack-name-servers-of-65000': ack(opt(6, ip('192.0.2.53') * 15_000)),
        'ack-routes-of-4000': ack(opt(121, route * 500)),
        'ack-domain-of-4000': ack(opt(15, 'a.' * 2_000)),
        'ack-client-id-of-4000': ack(opt(61, b'C' * 4_000)),
    }


HOST_NAMES = {
    'empty': b'', 'format': b'%n%s%x', 'underscores': b'___', 'empty-labels': b'aaa..bbb',
    'dots': b'...', 'label-64': b'l' * 64, 'of-255': b'n' * 255, 'nul': b'a\0;b',
    'only-nuls': b'\0\0\0', 'utf8': 'höst-名'.encode(), 'not-utf8': b'\xff\xfe\x80\xc0',
    'illegal-only': b'!@#$^&*()', 'crlf': b'a\r\nDHCPACK on 10.9.9.9 to x',
    'escape': b'\x1b[2J\x1b]0;owned\x07', 'shell': b'a;`reboot`$(reboot)|\'"&>x',
    'csv': b'=cmd|x,"a";b', 'csv-escape': b'&#x2c&#xzz', 'json': b'","result":0,"x":"\\',
    'sql': b"'; DROP TABLE lease4; --", 'ldap': b'*)(uid=*))(|(uid=*', 'html': b'</script><script>',
    'path-up': b'../../etc/passwd', 'braces': b'a"; } lease { fixed-address 10.0.0.1;',
    'field': b'a) via eth9 reason=ack (', 'option': b'-rf',
}


def names() -> dict[str, bytes]:
    """Names of clients and servers."""
    found = {f'request-hostname-{name}': request(
        opt(50, ip('192.0.2.10')) + opt(54, ip('192.0.2.1')) + opt(12, value))
        for name, value in HOST_NAMES.items()}
    fqdn = {'of-0': b'', 'of-2': b'\1\0', 'label-64': b'\5\0\0\x40' + b'a' * 64 + b'\0',
            'cut': b'\5\0\0\x3fa', 'loop': b'\5\0\0\xc0\3', 'n-and-s': b'\x0d\0\0' + DOMAIN_WIRE,
            'total-256': b'\5\0\0' + (b'\x3f' + b'a' * 63) * 4 + b'\0',
            'nul': b'\5\0\0\3a\0b\0', 'ascii-dots': b'\1\0\0aaa..bbb'}
    found |= {f'discover-fqdn-{name}': discover(opt(81, value)) for name, value in fqdn.items()}
    search = {'loop': b'\xc0\0', 'forward': b'\xc0\5\1a\0\3bad', 'endless': b'\1a\xc0\0',
              'cut': b'\x3fa', 'label-64': b'\x40' + b'a' * 64 + b'\0',
              'total-256': (b'\x3f' + b'a' * 63) * 4 + b'\0',
              'pointer-chain': b'\0' + b''.join(
                  bytes([0xc0, 2 * at]) if at else b'\xc0\0' for at in range(120))}
    found |= {f'ack-search-{name}': ack(opt(119, value)) for name, value in search.items()}
    return found


def texts_of_servers() -> dict[str, bytes]:
    """What a server says of itself: shells, files and terminals are the victims."""
    def everywhere(value: bytes) -> bytes:
        return b''.join(opt(code, value) for code in (12, 15, 66, 67, 252))
    poison = b'a"; } `reboot` $(reboot)\n'
    return {
        'ack-shell': ack(everywhere(b'a;reboot`reboot`$(reboot)')),
        'ack-shellshock': ack(everywhere(b'() { :;}; reboot')),
        'ack-new-line': ack(everywhere(b'a\nnameserver 203.0.113.66')),
        'ack-quotes': ack(everywhere(b'a"; \' } script "/tmp/x')),
        'ack-format': ack(everywhere(b'%n%n%s%s') + opt(56, b'\x1b[2J%n%s\r\nx')),
        'ack-lease-file-in-sname-and-file': ack(sname=poison, file=poison),
        'ack-time-zone-path': ack(opt(100, '../../../etc/shadow') + opt(101, '../../etc/passwd')),
        'ack-portal-http': ack(opt(114, 'http://portal.example.org/')),
        'ack-vpn-routes': ack(opt(121, b'\x10\x0a\x08' + ip('192.0.2.66')) +
                              opt(33, ip('10.8.1.1') + ip('192.0.2.66')) +
                              opt(249, b'\x18\x0a\x08\1' + ip('192.0.2.66'))),
    }


def values() -> dict[str, bytes]:
    """Numbers at the ends of their range, and what no host may have."""
    top = b'\xff' * 4
    return {
        'ack-t1-after-t2-after-lease': ack(opt(58, top) + opt(59, b'\x7f' + top[1:]),
                                           lease=b'\0\0\0\x3c'),
        'ack-times-highest': ack(opt(58, b'\xff\xff\xff\xfe') + opt(59, top), lease=top),
        'ack-lease-time-0': ack(lease=bytes(4)),
        'ack-yiaddr-broadcast': ack(yiaddr='255.255.255.255'),
        'ack-mask-with-a-hole': ack(opt(1, b'\xff\0\xff\0'), mask=False),
        'discover-lease-time-highest': discover(opt(51, top)),
        'discover-lease-time-0': discover(opt(51, bytes(4))),
        'discover-secs-highest': discover(secs=0xffff),
        'discover-max-size-0': discover(opt(57, bytes(2))),
        'discover-flags-all': discover(flags=0xffff),
        'nak-of-a-stranger': reply(NAK, server='192.0.2.66'),
        'forcerenew-unsigned': reply(FORCERENEW),
        'forcerenew-digest-of-1': reply(FORCERENEW, opt(90, b'\3\1\0' + bytes(7) + b'\1\2A')),
    }


def identities() -> dict[str, bytes]:
    """Client identifiers and DUIDs of every size, and one that is another's hardware address."""
    found = {f'discover-duid-of-{size}': discover(duid_id(size))
             for size in (0, 1, 2, 3, 128, 129, 250)}
    found['discover-duid-zeros'] = discover(opt(61, b'\xff\0\0\0\1\0\0\0'))
    found['discover-id-is-anothers-mac'] = discover(opt(61, b'\1\x02\0\0\0\0\2'))
    return found


def states() -> dict[str, bytes]:
    """Good messages at the wrong time, or of the wrong sender."""
    ours = opt(54, ip('192.0.2.1'))
    return {
        'request-unknown-subnet': request(ciaddr='203.0.113.5'),
        'request-anothers-address': request(opt(50, ip('192.0.2.77')) + ours),
        'release-not-held': typed(RELEASE, ours, ciaddr='192.0.2.10'),
        'release-without-server': typed(RELEASE, ciaddr='192.0.2.10'),
        'decline-not-held': typed(DECLINE, ours + opt(50, ip('192.0.2.10'))),
        'decline-without-address': typed(DECLINE, ours),
        'inform-unknown-subnet': typed(INFORM, ciaddr='203.0.113.5'),
        'inform-of-nobody': typed(INFORM),
        'discover-relay-info-without-giaddr': discover(opt(82, opt(1, 'evil'))),
    }


def all_messages() -> dict[str, bytes]:
    assert len(COOKIE) == 4 and len(MAC) == 6 and ACK == 5
    found: dict[str, bytes] = {}
    for group in (lengths, headers, long_and_deep, names, texts_of_servers, values, identities,
                  states):
        found |= group()
    return found
