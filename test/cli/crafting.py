"""`lessor craft` and `lessor fields` as people and scripts use them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from program import LESSOR, folder, run

TYPES = ('discover offer request decline ack nak release inform forcerenew leasequery '
         'leaseunassigned leaseunknown leaseactive bulkleasequery leasequerydone activeleasequery '
         'leasequerystatus tls renew rebind reboot bootp').split()
MALFORMS = ('bad-checksum bad-ip-checksum bad-cookie no-cookie no-end truncate truncate=100 '
            'trailing duplicate lying-length short-option bad-udp-length bad-ip-length bad-hlen '
            'no-type bad-overload').split()


def raw(*words: str) -> bytes:
    """The octets of a crafted packet."""
    return subprocess.run([LESSOR, 'craft', *words, '--raw'], capture_output=True, timeout=30,
                          check=True).stdout


def what_is_printed_is_read() -> None:
    """Every type, and every way to break one: text to the same octets, from file and from pipe."""
    with folder() as where:
        file = where / 'packet.txt'
        cases = [[kind] for kind in TYPES] + [['request', '--malform', how] for how in MALFORMS]
        for words in cases:
            words = [*words, '--xid', '7', '-o', 'host-name=R1']
            file.write_text(run('craft', *words).expect(0).out)
            assert raw('--from', str(file)) == raw(*words), words
        piped = subprocess.run([LESSOR, 'craft', '--from', '-', '--raw'], timeout=30, check=True,
                               input=file.read_bytes(), capture_output=True)
        assert piped.stdout == file_octets(file)


def file_octets(file: Path) -> bytes:
    return raw('--from', str(file))


def other_forms_are_the_same_packet() -> None:
    words = ['ack', 'xid=7', 'flags=broadcast', 'sname=boot', '-o', '82.circuit-id=0x0102',
             '-o', 'option-200=0x01', '-o', '6=192.0.2.1,192.0.2.2',
             '-o', 'domain-name=example.org']
    packet = raw(*words)
    # As 'lessor options 6' writes tshark's name, and as the notation does.
    assert packet == raw(*words[:-3], 'dhcp.option.domain_name_server=192.0.2.1,192.0.2.2', '-o',
                         'option.domain-name=example.org')
    python: dict = {}
    exec(run('craft', *words, '--python').expect(0).out, python)  # pylint: disable=exec-used
    assert python['packet'] == packet
    c = run('craft', *words, '--c').expect(0, f'packet[{len(packet)}]').out
    assert bytes(int(octet, 16) for octet in c[c.index('{') + 1:c.index('}')].split(',')[:-1]
                 ) == packet
    shown = json.loads(run('craft', *words, '--json').expect(0).out)
    assert shown['layers']['bootp']['xid'] and shown['length'] == len(packet), shown
    with folder() as where:
        capture = where / 'ack.pcap'
        run('craft', *words, '--pcap', str(capture)).expect(0)
        assert raw('--from', f'{capture}:1') == packet


def scapy_makes_the_same_packet() -> None:
    python = shutil.which('python3', path='/usr/bin') or sys.executable
    for words in (['discover', 'xid=7'], ['offer', 'xid=7', '-o', '82.remote-id=0x01'],
                  ['release', 'xid=7', 'udp.checksum=0', '--no-padding'],
                  ['discover', 'xid=7', 'vlan.id=9', 'ip.tos=0x10'],
                  ['request', 'xid=7', '--malform', 'lying-length'],
                  ['packet', 'arp.op=2', 'arp.tpa=192.0.2.1'], ['packet', 'icmp.id=0x99'],
                  ['packet', 'tcp.dstport=67', 'tcp.data=0x0102']):
        expression = run('craft', *words, '--scapy').expect(0).out
        done = subprocess.run([python, '-c', 'from scapy.all import *\n'
                               f'print(bytes({expression.strip()}).hex())'],
                              capture_output=True, text=True, timeout=60, check=False)
        assert done.stdout.strip() == raw(*words).hex(), (words, done.stderr, expression)


def goes_on_from_captures() -> None:
    with folder() as where:
        offer, ack = str(where / 'offer.pcap'), str(where / 'ack.pcap')
        words = ['xid=7', 'yiaddr=192.0.2.77', '-o', 'dhcp-server-identifier=192.0.2.9']
        run('craft', 'offer', *words, '--pcap', offer).expect(0)
        run('craft', 'ack', *words, '--pcap', ack).expect(0)
        run('craft', '--from-offer', offer).expect(
            0, 'xid = 0x00000007', 'requested-address = 192.0.2.77', 'identifier = 192.0.2.9')
        for what, said in (('renew', 'ip.dst = 192.0.2.9'), ('rebind', 'ip.dst = 255.255.255.255'),
                           ('release', 'DHCPRELEASE'), ('decline', 'DHCPDECLINE'),
                           ('reboot', 'requested-address = 192.0.2.77'),
                           ('inform', 'ciaddr = 192.0.2.77')):
            run('craft', what, '--from-ack', ack, '-o', 'host-name=R2').expect(
                0, said, '192.0.2.77', 'host-name = R2')
        run('craft', 'offer', '--from-ack', ack).expect(2, '--from-ack goes with renew')
        run('craft', '--from-offer', ack).expect(1, ack)
        run('craft', '--from', f'{ack}:5').expect(1, 'holds 1 packet, so there is no number 5')
        run('craft', '--from', str(where / 'none.pcap')).expect(1, 'none.pcap')
        run('craft', '--from', ack, '--from-offer', offer).expect(2, 'one of --from')


def words_that_make_no_sense() -> None:
    for words, said in (
            (['accept'], 'accept: did you mean ack?'),
            ([], 'which message?'),
            (['discovr'], 'did you mean discover?'),
            (['discover', 'xidd=1'], 'did you mean xid?'),
            (['discover', 'ip.ttl=300'], 'ip.ttl: "300" is not a number from 0 to 255'),
            (['discover', 'hello'], '"hello" has no value; write NAME = VALUE'),
            (['discover', '-o', 'host-nam=x'], 'did you mean host-name?'),
            (['discover', '-o', 'routers=192.0.2'], 'option.routers'),
            (['discover', '--malform', 'truncat'], 'did you mean truncate?'),
            (['discover', '--mac', 'zz'], "'zz' is no MAC address"),
            (['discover', '--layer', 'ipx'], "did you mean 'ip'?"),
            (['discover', '--tabel'], "did you mean '--table'?"),
            (['discover', '--hex', '--json'], 'one view at a time'),
            (['discover', '--raw', '--c'], 'one view or other output at a time'),
            (['discover', '--raw', '--pcap', '-'], 'one view or other output at a time')):
        run('craft', *words).expect(2, said, "Try 'lessor craft --help'.")
    run('craft', 'packet', 'arp.op=1', 'ip.ttl=1').expect(1, 'no fields of both arp and ip')
    with folder() as where:
        run('craft', 'discover', '--pcap', str(where / 'no' / 'x.pcap')).expect(1, 'no/x.pcap')
    with open('/dev/full', 'w', encoding='ascii') as full:
        assert subprocess.run([LESSOR, 'craft', 'discover'], stdout=full, stderr=subprocess.PIPE,
                              timeout=30, check=False).returncode == 1


def a_reader_that_goes_away_is_no_error() -> None:
    for words in (['options'], ['fields'], ['craft', 'discover', '--table'],
                  ['show', '-', '--table']):
        with subprocess.Popen([LESSOR, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.close()
            said = process.communicate(b'0x' + raw('discover').hex().encode(), timeout=30)[1]
        assert process.returncode == 0, (words, process.returncode, said)


def help_is_part_of_it() -> None:
    run('craft', '--help').expect(0, 'Usage: lessor craft', '--malform', 'bad-checksum')
    for words in (['--help', 'discover'], ['discover', '--help'], ['--help', 'DHCPDISCOVER']):
        run('craft', *words).expect(0, 'RFC 2131', 'chaddr', 'MUST')
    run('craft', '--help', 'accept').expect(2, 'did you mean ack?')
    run('fields').expect(0, 'Ethernet II', 'vlan.id', 'ip.ttl', 'yiaddr', 'arp.tpa', 'tcp.flags')
    for layer in 'ethernet vlan arp ip icmp udp tcp bootp dhcp'.split():
        run('fields', layer).expect(0, 'octets', 'default')
    run('fields', 'ipx').expect(2, "did you mean 'ip'?")


CASES = [what_is_printed_is_read, other_forms_are_the_same_packet, scapy_makes_the_same_packet,
         goes_on_from_captures, words_that_make_no_sense,
         a_reader_that_goes_away_is_no_error, help_is_part_of_it]
