"""Classification expressions against Kea: the same drawn expressions over the same drawn packets.

Kea shows the value of a text by its flex_option hook, as an option of the reply, and that of a
condition by a class whose option is in the reply or not. LESSOR_E2E_EXPRESSIONS says how many
configurations are drawn (default 4, of 118 expressions each), LESSOR_E2E_SEED from where.
"""

import glob
import os
import random
import socket
import struct
import subprocess
from pathlib import Path

from lab import Failure, Host, Lab, check
from servers import LESSOR, Kea

HOOK = '/usr/lib/*/kea/hooks/libdhcp_flex_option.so'
PROGRAM = str(Path(LESSOR).parent / 'test' / 'e2e' / 'expression_values')
SERVER, RELAY = '10.1.0.1', '10.1.0.2'
# Codes of the reply that Kea has no definition of.
FREE = [*range(128, 136), 139, 140, 142, 144, 145, *range(147, 159), *range(160, 212),
        *range(214, 255)]
TEXTS, CONDITIONS = FREE[:59], FREE[59:118]
PACKETS = 12

# Each a difference, under the condition that it is drawn: none of them is drawn.
#   .text of options of several parts, numbers out of range: refused when they are read
#   several enterprises in 124 and 125: Kea 2.2 knows the first; RFC 3925 has them all
#   pkt.len beside option 81: Kea counts the name as it would write it, not as it came
#   option[43].option[n] in a test: Kea looks into 43 after its tests (a hook sees it)


class Draw:
    """Expressions and packets by chance; the same seed draws the same."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)

    def octets(self, most: int) -> bytes:
        letters = b'abcABC.-19\x00\xff'
        return bytes(self.random.choice(letters) for _ in range(self.random.randint(1, most)))

    def literal(self) -> str:
        kind = self.random.randrange(5)
        if kind == 0:
            return f"'{self.random.choice(['', 'a', 'abc', 'a.b-c', 'ABC', '.'])}'"
        if kind == 1:
            return '0x' + ''.join(self.random.choice('019aF') for _ in
                                  range(self.random.randint(1, 9)))
        if kind == 2:
            return str(self.random.choice([0, 1, 255, 65536, 4294967295]))
        if kind == 3:
            return self.random.choice(['192.0.2.1', '0.0.0.0', '::', '::1', 'fe80::1:0:0:2',
                                       '::ffff:192.0.2.1', '1:0:0:2::', '2001:db8::'])
        return self.packet_value()

    def packet_value(self) -> str:
        return self.random.choice([
            'option[12].hex', 'option[host-name].text', 'option[60].hex', 'option[61].hex',
            'option[50].hex', 'option[51].text', 'option[55].text', 'option[50].text',
            'option[93].text', 'option[57].text', 'option[19].text', 'option[2].text',
            'option[116].text', 'option[3].text', 'option[200].hex', 'option[200].text',
            'option[77].text', 'option[61].text', 'option[250].hex', 'option[99].text',
            'option[82].hex', 'option[82].option[1].hex', 'relay4[2].hex', 'relay4[1].text',
            'relay4[9].hex', 'option[12].option[1].hex', 'vendor.enterprise',
            'vendor[9].option[1].hex', 'vendor[*].option[2].hex', 'vendor[8].option[1].hex',
            'vendor-class.enterprise', 'vendor-class[9].data', 'vendor-class[*].data[0]',
            'vendor-class[*].data[1]', 'pkt.iface', 'pkt.src', 'pkt.dst', 'pkt.len', 'pkt4.mac',
            'pkt4.hlen', 'pkt4.htype', 'pkt4.ciaddr', 'pkt4.giaddr', 'pkt4.yiaddr', 'pkt4.siaddr',
            'pkt4.msgtype', 'pkt4.transid'])

    def text(self, depth: int, may_fail: bool) -> str:
        if depth == 0 or self.random.randrange(4) == 0:
            return self.literal()
        inner = lambda: self.text(depth - 1, may_fail)  # noqa: E731
        number = lambda: self.random.choice([0, 1, 2, 3, 5, 40, -1, -2, -3, -40])  # noqa: E731
        kind = self.random.randrange(9)
        if kind == 0:
            length = self.random.choice([number(), 'all'])
            return f'substring({inner()}, {number()}, {length})'
        if kind == 1:
            delimiters = self.random.choice(['.', '.-', '', 'abc'])
            return f"split({inner()}, '{delimiters}', {number()})"
        if kind == 2:
            return f'concat({inner()}, {inner()})'
        if kind == 3:
            return f'{self.primary(depth, may_fail)} + {self.primary(depth, may_fail)}'
        if kind == 4:
            return f'ifelse({self.condition(depth - 1, may_fail)}, {inner()}, {inner()})'
        if kind == 5:
            separator = self.random.choice(['', ':', '-'])
            return f"hexstring(substring({inner()}, 0, 20), '{separator}')"
        if kind == 6:
            value = inner() if may_fail else self.random.choice(
                ['pkt.src', 'pkt4.giaddr', 'option[50].hex', "''", '::1', 'fe80::', '10.0.0.1',
                 '::ffff:192.0.2.1', '::192.0.2.1', '2001:db8:0:1::'])
            return f'addrtotext({value})'
        if kind == 7:
            bits, width = self.random.choice([(8, 1), (16, 2), (32, 4)])
            sign = self.random.choice(['int', 'uint'])
            value = inner() if may_fail else self.random.choice(
                [f"substring(0x{'ff807f01' * 2}, {self.random.randrange(4)}, {width})",
                 "''", f"substring(pkt4.transid, 0, {width})"])
            return f'{sign}{bits}totext({value})'
        return self.literal()

    def primary(self, depth: int, may_fail: bool) -> str:
        inner = self.text(depth - 1, may_fail)
        return f'({inner})' if ' + ' in inner else inner

    def condition(self, depth: int, may_fail: bool) -> str:
        kind = self.random.randrange(8)
        if depth == 0 or kind < 3:
            if self.random.randrange(3) == 0:
                return self.random.choice([
                    'option[12].exists', 'option[250].exists', 'option[82].option[1].exists',
                    'relay4[2].exists', 'relay4[9].exists', 'vendor[9].exists', 'vendor[*].exists',
                    'vendor[9].option[2].exists', 'vendor-class[9].exists',
                    'vendor-class[7].exists', "member('ALL')", 'option[0].exists',
                    'option[12].option[1].exists', 'option[200].exists'])
            left = self.text(depth, may_fail)
            right = left if self.random.randrange(3) == 0 else self.text(depth, may_fail)
            return f'{left} == {right}'
        if kind == 3:
            return f'not {self.closed(depth - 1, may_fail)}'
        word = 'and' if kind < 6 else 'or'
        return f' {word} '.join(self.closed(depth - 1, may_fail)
                                for _ in range(self.random.randint(2, 3)))

    def closed(self, depth: int, may_fail: bool) -> str:
        """Sometimes without parentheses, so that precedence shows."""
        inner = self.condition(depth, may_fail)
        return f'({inner})' if self.random.randrange(2) else inner

    def packet(self, number: int) -> bytes:
        mac = bytes([2, 0, 0, 0, 1, number])
        xid = self.random.choice([1, 0xff80_7f01, 0x6162_2e63])
        head = struct.pack('!BBBBIHH', 1, 1, 6, 1, xid, 0, 0) + bytes(12)
        head += socket.inet_aton(RELAY) + mac.ljust(16, b'\0') + bytes(192) + b'\x63\x82\x53\x63'
        options = [(12, self.octets(12)), (60, self.octets(6)), (61, b'\1' + self.octets(6)),
                   (51, self.octets(4).ljust(4, b'\1')[:4]), (50, bytes([10, 1, 0, 77])),
                   (55, bytes([1, 3, 224])), (93, self.random.choice([b'\0\7', b'\0\7\0\x09'])),
                   (57, b'\5\xdc'), (19, self.random.choice([b'\0', b'\1'])),
                   (2, b'\xff\xff\xff\xfe'), (116, b'\1'), (3, bytes([10, 0, 0, 1, 10, 0, 0, 2])),
                   (200, self.octets(9)), (77, self.octets(5)),
                   (82, tlv(1, self.octets(8)) + tlv(2, self.octets(4))),
                   (125, b'\0\0\0\x09' + sized(tlv(1, self.octets(4)) + tlv(2, self.octets(4)))),
                   (124, b'\0\0\0\x09' + sized(self.octets(6)))]
        chosen = [tlv(code, value) for code, value in options if self.random.randrange(4)]
        return head + tlv(53, b'\1') + b''.join(chosen) + b'\xff' + bytes(self.random.randrange(9))


def sized(value: bytes) -> bytes:
    return bytes([len(value)]) + value


def tlv(code: int, value: bytes) -> bytes:
    return bytes([code]) + sized(value)


def options_of(reply: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    at = 240
    while at < len(reply) and reply[at] != 255:
        code, size = reply[at], reply[at + 1]
        found[code] = found.get(code, b'') + reply[at + 2:at + 2 + size]
        at += 2 + size
    return found


def kea_config(hook: str, texts: list[str], conditions: list[str]) -> dict:
    shown = [{'name': f'c{code}', 'test': test, 'option-data': [
        {'code': code, 'csv-format': False, 'data': '01', 'always-send': True}]}
        for code, test in zip(CONDITIONS, conditions)]
    values = [{'code': code, 'supersede': text} for code, text in zip(TEXTS, texts)]
    return {'interfaces-config': {'interfaces': ['eth0'], 'dhcp-socket-type': 'udp'},
            'client-classes': shown,
            'hooks-libraries': [{'library': hook, 'parameters': {'options': values}}],
            'subnet4': [{'subnet': '10.1.0.0/24', 'id': 1,
                         'pools': [{'pool': '10.1.0.50-10.1.0.99'}]}]}


def ask(host: Host, packets: list[bytes]) -> list[dict[int, bytes]]:
    """Kea's answers, in order."""
    with host.network(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind((RELAY, 67))
        s.settimeout(5)
        answers = []
        for packet in packets:
            s.sendto(packet, (SERVER, 67))
            try:
                answers.append(options_of(s.recv(65535)))
            except TimeoutError:
                raise Failure(f'Kea does not answer {packet.hex()}') from None
        return answers


def values_of(texts: list[str], conditions: list[str], packets: list[bytes]) -> list[list[str]]:
    """Ours: a line for each expression, a list for each packet."""
    lines = [f't {text}' for text in texts] + [f'c {test}' for test in conditions]
    lines += [f'p eth0 {RELAY} {SERVER} {packet.hex()}' for packet in packets]
    done = subprocess.run([PROGRAM], input='\n'.join(lines) + '\n', capture_output=True, text=True,
                          check=False)
    check(done.returncode == 0, f'expression_values: {done.stderr}')
    answers = done.stdout.splitlines()
    each = len(texts) + len(conditions)
    return [answers[i:i + each] for i in range(0, len(answers), each)]


def differences(texts: list[str], conditions: list[str], packet: bytes, ours: list[str],
                theirs: dict[int, bytes]) -> list[str]:
    found = []
    for code, text, value in zip(TEXTS, texts, ours):
        kea = '=' + theirs.get(code, b'').hex()
        if kea != value:
            found.append(f'{text}\n  ours {value}\n  Kea  {kea}\n  of   {packet.hex()}')
    for code, test, value in zip(CONDITIONS, conditions, ours[len(texts):]):
        kea = 'true' if code in theirs else 'false'
        if kea != value.replace('!', 'false'):
            found.append(f'{test}\n  ours {value}\n  Kea  {kea}\n  of   {packet.hex()}')
    return found


def expressions_as_kea(lab: Lab) -> None:
    hooks = glob.glob(HOOK)
    check(hooks, f'{HOOK} is not there: install kea-dhcp4-server (./dev does)')
    check(os.path.exists(PROGRAM), f'{PROGRAM} is not there: build the target system_tests')
    switch = lab.switch(record=False)
    server, relay = lab.host('server'), lab.host('relay')
    lab.connect(server, switch, address=f'{SERVER}/24')
    lab.connect(relay, switch, address=f'{RELAY}/24')
    seed = int(os.environ.get('LESSOR_E2E_SEED', '1'))
    compared, true = 0, 0
    for number in range(int(os.environ.get('LESSOR_E2E_EXPRESSIONS', '4'))):
        draw = Draw(seed * 1000 + number)
        texts = [draw.text(3, False) for _ in TEXTS]
        conditions = [draw.condition(3, True) for _ in CONDITIONS]
        packets = [draw.packet(i) for i in range(PACKETS)]
        ours = values_of(texts, conditions, packets)
        kea = Kea(server, kea_config(hooks[0], texts, conditions), f'kea{number}')
        kea.start()
        theirs = ask(relay, packets)
        kea.stop()
        for packet, mine, answer in zip(packets, ours, theirs):
            found = differences(texts, conditions, packet, mine, answer)
            check(not found, f'configuration {number} of seed {seed}: ' + '\n'.join(found[:5]))
            compared += len(mine)
            true += mine.count('true')
    print(f'{compared} values compared, {true} conditions true')
    check(true > compared // 50, 'hardly any condition is true: nothing was shown')


PARALLEL = [expressions_as_kea]
ALONE: list = []
