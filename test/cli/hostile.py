"""What strangers on the wire put into names, and what becomes of it in logs, tables and files."""

import contextlib
import csv
import io
import json
import re
import socket

import dhcp

from program import Server, folder, make_link, run, serving, wait_until, write_config

NAMES = [b'plain', b'a\r\nDHCPACK on 10.9.9.9 to x', b'\x1b[2J\x1b]0;x\x07', b'%n%s%x',
         b'"quoted\'`$(id)', b'comma,semi;=cmd|x', b'\xff\xfe\x80', b'x) via eth9 reason=y (',
         b'\x00', b'b' * 255]


@contextlib.contextmanager
def wire():
    """A stranger's end of the cable."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as s:
        s.bind(('far0', 0))
        s.settimeout(5)
        yield s


def send(s: socket.socket, mac: str, xid: int, *options: tuple[int, bytes]) -> None:
    message = dhcp.Message(xid=xid, chaddr=mac, options=list(options))
    s.send(dhcp.Frame(mac, dhcp.BROADCAST_MAC, message=message).encode())


def answer(s: socket.socket, xid: int, kind: int) -> dhcp.Message:
    while True:
        frame = dhcp.Frame.decode(s.recv(2000))
        if frame and frame.message and (frame.message.xid, frame.message.type) == (xid, kind):
            return frame.message


def get_lease(s: socket.socket, number: int, name: bytes) -> str:
    mac = f'02:00:00:00:02:{number:02x}'
    named = (dhcp.HOST_NAME, name)
    send(s, mac, number, (dhcp.MESSAGE_TYPE, bytes([dhcp.DISCOVER])), named)
    offer = answer(s, number, dhcp.OFFER)
    send(s, mac, number, (dhcp.MESSAGE_TYPE, bytes([dhcp.REQUEST])),
         (dhcp.REQUESTED_ADDRESS, dhcp.ip(offer.yiaddr)),
         (dhcp.SERVER_ID, dhcp.ip(offer.server_id)), named)
    return answer(s, number, dhcp.ACK).yiaddr


# B15, C2-08
def names_stay_text_everywhere() -> None:
    with serving() as server, wire() as s:
        addresses = [get_lease(s, number, name) for number, name in enumerate(NAMES, 1)]
        server.wait_said(f'DHCPACK on {addresses[-1]}')
        assert re.fullmatch(r'[ -~\n]*', server.said()), server.said()
        acks = [line for line in server.said().splitlines() if ' DHCPACK on ' in line]
        assert len(acks) == len(NAMES), acks
        for number, (line, address) in enumerate(zip(acks, addresses), 1):
            shape = (rf'DHCPACK on {address} to 02:00:00:00:02:{number:02x} (\([^() ]*\) )?via '
                     r'eth0 xid=[0-9a-f]{8} [^()]*reason=offered$')
            assert re.search(shape, line) and line.count('DHCPACK on') == 1, line

        for where in (['--socket', server.socket], ['--lease-dir', str(server.where / 'leases')]):
            table = run('leases', 'list', *where).expect(0).out
            assert re.fullmatch(r'[ -~\n]*', table), table
            assert len(table.splitlines()) == len(NAMES) + 1, table
            rows = json.loads(run('leases', 'list', '--json', *where).expect(0).out)
            assert sorted(row['ip-address'] for row in rows) == sorted(addresses), rows
            text = run('leases', 'export', *where).expect(0).out
            lines = list(csv.reader(io.StringIO(text)))
            assert len(lines) == len(text.splitlines()) == len(NAMES) + 1, text
            assert {len(line) for line in lines} == {12}, text


# C3-08
def silence_does_not_flood_the_log() -> None:
    with folder() as where:
        make_link()
        server = Server(where, '-c', write_config(where)).ready()
        server.wait_said('lessor 0.')
        with wire() as s:
            for number in range(1, 3_001):  # a REQUEST for another server, a BOOTP request
                send(s, '02:00:00:00:03:01', number)
        wait_until(lambda: '3000 silent: bootp' in re.sub(' +', ' ', run(
            'status', '--socket', server.socket).out), 'all to be counted')
        assert server.stop() == 0
        assert server.said().count('reason=bootp') <= 3, server.said()


CASES = [names_stay_text_everywhere, silence_does_not_flood_the_log]
