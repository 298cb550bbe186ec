#!/usr/bin/env python3
"""Makes what a fuzz target starts from: a corpus and a dictionary each, out of test/vectors, the
examples, the documents and the messages of real clients in fuzz/seeds/message.

    make_corpus.py FOLDER       FOLDER/TARGET/* and FOLDER/TARGET.dict
"""

import hashlib
import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / 'fuzz/seeds'
COOKIE = bytes.fromhex('63825363')
MAC = bytes.fromhex('020000000001')


class Corpora:
    """Files and dictionary words by target."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, target: str, content: bytes) -> None:
        folder = self.folder / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(content).hexdigest()[:16]).write_bytes(content)

    def add_words(self, target: str, words: set[bytes]) -> None:
        lines = [''.join(f'\\x{octet:02x}' for octet in word) for word in sorted(words) if word]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f'{target}.dict').write_text(''.join(f'"{line}"\n' for line in lines))


# --- messages and frames


def header(op: int = 1, giaddr: bytes = bytes(4)) -> bytes:
    fixed = struct.pack('!BBBBIHH', op, 1, 6, 0, 0x1AED, 0, 0x8000)
    return fixed + bytes(12) + giaddr + MAC + bytes(10 + 64 + 128) + COOKIE


def message(options: list[tuple[int, bytes]], op: int = 1, giaddr: bytes = bytes(4)) -> bytes:
    body = b''
    for code, value in options:
        for start in range(0, max(len(value), 1), 255):
            part = value[start : start + 255]
            body += bytes([code, len(part)]) + part
    return (header(op, giaddr) + body + b'\xff').ljust(300, b'\0')


def checksum(octets: bytes) -> int:
    total = sum(struct.unpack(f'!{len(octets) // 2}H', octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def frame(payload: bytes) -> bytes:
    udp = struct.pack('!HHHH', 68, 67, 8 + len(payload), 0) + payload
    ip = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0)
    ip += bytes(4) + b'\xff' * 4
    ip = ip[:10] + struct.pack('!H', checksum(ip)) + ip[12:]
    return b'\xff' * 6 + MAC + b'\x08\x00' + ip + udp


def pcap(frames: list[bytes], magic: int = 0xA1B23C4D) -> bytes:
    out = struct.pack('<IHHiIII', magic, 2, 4, 0, 0, 262_144, 1)
    for number, octets in enumerate(frames):
        out += struct.pack('<IIII', 1_790_000_000 + number, 7, len(octets), len(octets)) + octets
    return out


def pcapng(frames: list[bytes]) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        body = body.ljust(-(-len(body) // 4) * 4, b'\0')
        size = 12 + len(body)
        return struct.pack('<II', kind, size) + body + struct.pack('<I', size)

    out = block(0x0A0D0D0A, struct.pack('<IHHq', 0x1A2B3C4D, 1, 0, -1))
    out += block(1, struct.pack('<HHI', 1, 0, 0))
    for octets in frames:
        enhanced = struct.pack('<IIIII', 0, 0x0006_5000, 7, len(octets), len(octets))
        out += block(6, enhanced + octets)
    return out


# --- where it comes from


def option_codes() -> dict[str, int]:
    codes = {}
    for line in (ROOT / 'test/vectors/option-names.txt').read_text().splitlines():
        cells = [cell.strip() for cell in line.split('|')]
        if len(cells) == 6 and cells[0].isdigit():
            codes[cells[1]] = int(cells[0])
    return codes


def option_vectors() -> list[tuple[int, str, bytes]]:
    """Code, text and octets of every vector that has all three."""
    codes = option_codes()
    vectors = []
    for line in (ROOT / 'test/vectors/options.txt').read_text().splitlines():
        cells = [cell.strip() for cell in line[1:].split(' | ')]
        if line[:1] not in ('=', '<', '>', '!', '?') or len(cells) < 3:
            continue
        number = re.fullmatch(r'option-([0-9]+)', cells[0])
        code = codes.get(cells[0], int(number[1]) if number else None)
        if code is None:
            continue
        octets = cells[2].replace(' ', '') if line[0] != '!' else ''
        vectors.append((code, cells[1], bytes.fromhex(octets)))
    return vectors


def blocks(document: str, language: str) -> list[bytes]:
    text = (ROOT / 'docs' / document).read_text()
    return [b.encode() for b in re.findall(rf'```{language}\n(.*?)```', text, re.S)]


def real_messages() -> list[bytes]:
    """What real clients and servers said."""
    paths = sorted(SEEDS.glob('message/*'))
    return [p.read_bytes() for p in paths if not p.name.startswith('bad-')]


# --- targets

# What files of operators seldom have: every escape, numbers of every kind, lists of lists.
ESCAPED = rb'''{"Dhcp4": {"valid-lifetime": 600, "user-context": {
  "quote\"": "\\ \/ \b\f\n\r\t \u0041\u007f \ud83d\ude00",
  "numbers": [0, -1, 2.5, 1e3, -0.0, 9007199254740993, 1, 2],
  "lists": [[], [[]], {}, [{"a": null}, true, false], [1, 2, 3, 4, 5]]},
  "subnet4": [{"id": 1, "subnet": "192.0.2.0/24", "pools": [{"pool": "192.0.2.10-192.0.2.19"}],
    "option-data": [{"name": "domain-name", "data": "a\\,b \"c\""}]}]}}
'''


def make_messages(corpora: Corpora, vectors: list[tuple[int, str, bytes]]) -> None:
    said = real_messages()
    for code, _, octets in vectors:
        kind = code % 8 + 1
        said.append(message([(53, bytes([kind])), (code, octets)], op=2 - kind % 2))
        if code == 82:
            said.append(message([(53, b'\x01'), (82, octets)], giaddr=b'\x0a\0\0\1'))
    for content in said:
        corpora.add('message', content)
        corpora.add('notation', frame(content))
    frames = [frame(content) for content in said[:12]]
    corpora.add('capture', pcap(frames[:4]))
    corpora.add('capture', pcap(frames[4:6], 0xA1B2C3D4))
    corpora.add('capture', pcapng(frames[:3]))
    for octets in frames[:3]:
        corpora.add('capture', octets)
        corpora.add('capture', octets.hex().encode())
        rows = [f'{at:04x}  {octets[at : at + 16].hex(" ")}' for at in range(0, len(octets), 16)]
        corpora.add('capture', '\n'.join(rows).encode())
    words = {struct.pack('BB', code, len(octets)) + octets[:8] for code, _, octets in vectors}
    words |= {bytes([53, 1, kind]) for kind in range(1, 19)}
    words |= {b'\x34\x01' + bytes([n]) for n in (1, 2, 3)}
    words |= {COOKIE, b'\x37\x03\x01\x03\x06', b'\x52\x06\x01\x04eth1'}
    for target in ('message', 'notation', 'server', 'relay', 'client'):
        corpora.add_words(target, words)


def make_option_texts(corpora: Corpora, vectors: list[tuple[int, str, bytes]]) -> None:
    words = set()
    for code, text, octets in vectors:
        corpora.add('option_text', bytes([code]) + text.encode())
        corpora.add('option_text', bytes([code]) + octets)
        words |= {word.encode() for word in re.split(r'[ ,]+', text) if 2 < len(word) < 40}
    corpora.add_words('option_text', words)


def make_texts(corpora: Corpora) -> None:
    configurations = [p.read_bytes() for p in (ROOT / 'test/vectors/config').glob('*/*.json')]
    configurations += [p.read_bytes() for p in (ROOT / 'examples').glob('**/*.json')]
    for document in ('configuration.md', 'relay.md'):
        configurations += blocks(document, 'json')
    configurations.append(ESCAPED)
    for text in configurations:
        corpora.add('config', text)
    kea = (ROOT / 'test/vectors/config/kea_keys.txt').read_text()
    keys = set(re.findall(r'[a-z0-9][a-z0-9-]{2,}', kea))
    schema = (ROOT / 'src/relay/v4/settings_schema.h').read_text()
    keys |= set(re.findall(r'"([a-z-]+)"', schema)) | set(option_codes()) | {'Dhcp4', 'Relay'}
    quoted = {f'"{key}"'.encode() for key in keys}
    corpora.add_words('config', quoted | {b'<?include "x"?>', b'/*', b'192.0.2.0/24', b'true',
                                          b'\\"', b'\\\\', b'\\u0041', b'\\ud83d\\ude00', b'\\n',
                                          b', 1e3', b', -0', b', null'})

    files = [p.read_bytes() for p in (ROOT / 'examples/packets').glob('*.lsr')]
    files += blocks('packet-files.md', '[a-z]*') + blocks('packet-notation.md', '[a-z]*')
    for text in files:
        corpora.add('packet_file', text)
        for block in re.findall(rb'packet \{\n(.*?)\n\}', text, re.S):
            corpora.add('capture', b'packet {\n' + block + b'\n}\n')
    words = set(re.findall(rb'[$a-z][a-z.0-9-]{2,30}', b'\n'.join(files)))
    corpora.add_words('packet_file', words)

    heading = (SEEDS / 'lease_csv/bad-cells-lack').read_bytes().split(b'\n', maxsplit=1)[0]
    first = [f'{c}a' for c in '!"#$%&\'()*+-./:;<=>?@[]^_`{|}~ ']
    for name in [*first, 'a&#x2cb', 'a\\x0ab', '&#x40']:
        row = f'192.0.2.10,02:00:00:00:00:01,,3600,1800000000,1,0,0,{name},0,,0\n'
        corpora.add('lease_csv', heading + b'\n' + row.encode())
    leases = (SEEDS / 'lease_csv').glob('*')
    parts = {b'&#x2c', b',,', b'\\x0a', b'4294967295', b'expire', b',=', b',@', b',+', b',-'}
    corpora.add_words('lease_csv', parts | {
        word for lease in leases for word in re.findall(rb'[a-z_]+', lease.read_bytes())})
    names = re.findall(r'"([a-z0-9-]+)", Access', (ROOT / 'src/control/commands.cc').read_text())
    arguments = ('{"ip-address":"192.0.2.8","from":"start","limit":3,"cursor":1,"exit-value":2,'
                 '"subnets":[1]}')
    for name in names:
        corpora.add('control', f'{{"command":"{name}","arguments":{arguments}}}'.encode())
    for depth in (31, 32, 33, 40):  # 32 is the limit
        nested = '{"a":' * (depth - 1) + '1' + '}' * (depth - 1)
        corpora.add('control', f'{{"command":"config-test","arguments":{nested}}}'.encode())
        nested = '[' * (depth - 2) + ']' * (depth - 2)
        corpora.add('control', f'{{"command":"x","arguments":{{"a":{nested}}}}}'.encode())
    words = set(re.findall(r'"[a-z0-9-]+"', arguments)) | {f'"{name}"' for name in names}
    sources = [(ROOT / 'src/control' / name).read_text() for name in ('status.cc', 'lease_row.cc')]
    words |= {word for text in sources for word in re.findall(r'"[a-z0-9-]+"', text)}
    corpora.add_words('control', {word.encode() for word in words} | {b'"command"', b'"arguments"'})


def make_command_lines(corpora: Corpora, vectors: list[tuple[int, str, bytes]]) -> None:
    pattern = r'"(?:-., ?|-.,)?(--[a-z0-9-]+)"'
    starts = {'client\neth0': (ROOT / 'src/cli/client').glob('words*.cc'),
              'relay\n-d\neth1\n-s\n192.0.2.1': (ROOT / 'src/cli/relay').glob('relay_words.cc'),
              'serve': (ROOT / 'src/cli').glob('arguments.cc')}
    words = {'-o', '-d', '-s', '-c', '-t', *starts, '{mac.raw}', '{client-mac}', '0x'}
    for start, paths in starts.items():
        for option in {o for path in paths for o in re.findall(pattern, path.read_text())}:
            words.add(f'\n{option}\n')
            for value in ('7', '0x', ':', '', 'a,b=\x1b'):
                corpora.add('words', f'{start}\n{option}\n{value}'.encode())
    for code, text, _ in vectors[::8]:
        corpora.add('words', f'client\neth0\n-o\n{code}={text}'.encode())
    corpora.add_words('words', {word.encode() for word in words})



def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    corpora = Corpora(Path(sys.argv[1]))
    vectors = option_vectors()
    make_messages(corpora, vectors)
    make_option_texts(corpora, vectors)
    make_texts(corpora)
    make_command_lines(corpora, vectors)
    return 0


if __name__ == '__main__':
    sys.exit(main())
