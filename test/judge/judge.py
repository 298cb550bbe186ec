#!/usr/bin/env python3
"""tshark as the judge: random crafted packets, as tshark and as `lessor show` read them.

judge.py DRAW makes packets with the program DRAW and compares every header field, every option's
code, length and octets, and the value of every option that both know. exceptions.txt names the
options on whose value we differ, with the reason. LESSOR_JUDGE_SEED and LESSOR_JUDGE_COUNT draw
others.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import values
from values import listed

LESSOR = os.environ.get('LESSOR', str(Path(__file__).parents[2] / 'build' / 'lessor'))
SEED = os.environ.get('LESSOR_JUDGE_SEED', '20131')
COUNT = os.environ.get('LESSOR_JUDGE_COUNT', '10000')
EXCEPTIONS_MAX = 15

# A header field of ours and tshark's name for it.
HEADER = {
    'eth': {'dst': 'eth.dst', 'src': 'eth.src', 'type': 'eth.type'},
    'vlan': {'id': 'vlan.id', 'type': 'vlan.etype'},
    'ip': {'version': 'ip.version', 'tos': 'ip.dsfield', 'length': 'ip.len', 'id': 'ip.id',
           'offset': 'ip.frag_offset', 'ttl': 'ip.ttl', 'protocol': 'ip.proto',
           'checksum': 'ip.checksum', 'src': 'ip.src', 'dst': 'ip.dst'},
    'udp': {'srcport': 'udp.srcport', 'dstport': 'udp.dstport', 'length': 'udp.length',
            'checksum': 'udp.checksum'},
    'bootp': {'op': 'dhcp.type', 'htype': 'dhcp.hw.type', 'hlen': 'dhcp.hw.len',
              'hops': 'dhcp.hops', 'xid': 'dhcp.id', 'secs': 'dhcp.secs', 'flags': 'dhcp.flags',
              'ciaddr': 'dhcp.ip.client', 'yiaddr': 'dhcp.ip.your', 'siaddr': 'dhcp.ip.server',
              'giaddr': 'dhcp.ip.relay', 'sname': 'dhcp.server', 'file': 'dhcp.file'},
}
# tshark reads no option behind these, or runs past their ends: exceptions.txt.
ENDS_TSHARK = (122, 158)
# The layer's name in tshark, where it is another.
LAYERS = {'bootp': 'dhcp'}
# What holds the options of 'file' and 'sname', in the tree of option 52.
OVERLOADED = {'file': 'Boot file name option overload',
              'sname': 'Server host name option overload'}


def exceptions() -> dict[str, str]:
    found = {}
    for line in Path(__file__).with_name('exceptions.txt').read_text(encoding='ascii').splitlines():
        if line.strip() and not line.startswith('#'):
            code, why = line.split('|', 1)
            found[code.strip()] = why.strip()
    assert len(found) <= EXCEPTIONS_MAX, f'{len(found)} exceptions, at most {EXCEPTIONS_MAX}'
    return found


class Judge:
    """Compares packets and gathers what differs."""

    def __init__(self) -> None:
        self.exceptions = exceptions()
        self.rows = {row['code']: row for row in
                     json.loads(subprocess.check_output([LESSOR, 'options', '--json']))}
        self.wrong: list[str] = []
        self.kinds: Counter[str] = Counter()
        self.fields = self.options = 0
        self.values: Counter[int] = Counter()
        self.excepted: Counter[int] = Counter()

    def differ(self, number: int, what: str, ours, theirs) -> None:
        self.kinds[what] += 1
        self.wrong.append(f'packet {number}: {what}: lessor {ours!r}, tshark {theirs!r}')

    def packet(self, ours: dict, theirs: dict) -> None:
        number = ours['number']
        for layer, fields in HEADER.items():
            mine, other = ours['layers'].get(layer), theirs.get(LAYERS.get(layer, layer))
            mine = mine[0] if isinstance(mine, list) else mine
            if (mine is None) != (other is None):
                self.differ(number, f'layer {layer}', mine, other)
            for name, field in fields.items() if mine and other else ():
                self.field(number, name, mine.get(name), other.get(field))
        dhcp = theirs['dhcp']
        self.hardware_address(number, ours['layers']['bootp'], dhcp)
        self.all_options(number, ours, dhcp)

    def field(self, number: int, name: str, ours, theirs) -> None:
        # Where options stand in sname or file, it is neither's field.
        if ours is None and theirs is None or (name in ('sname', 'file') and theirs is None):
            return
        self.fields += 1
        if theirs is None or values.atom(str(ours)) != values.atom(theirs):
            self.differ(number, name, ours, theirs)

    def hardware_address(self, number: int, ours: dict, dhcp: dict) -> None:
        """tshark shows an Ethernet address and what lies behind it apart, all else whole."""
        if 'dhcp.hw.mac_addr' in dhcp:
            theirs = dhcp['dhcp.hw.mac_addr'] + dhcp.get('dhcp.hw.addr_padding', '')
        else:
            theirs = dhcp.get('dhcp.hw.addr') or dhcp.get('dhcp.hw.addr_padding', '')
        theirs = theirs.replace(':', '')
        mine = ours['chaddr'].removeprefix('0x').replace(':', '').ljust(32, '0')
        self.fields += 1
        if mine != theirs and (theirs or ours['hlen'] > 0):  # with hlen 0 it shows nothing
            self.differ(number, 'chaddr', mine, theirs)

    def all_options(self, number: int, ours: dict, dhcp: dict) -> None:
        theirs = {'options': list(self.occurrences(dhcp))}
        for area, title in OVERLOADED.items():
            for code, tree in theirs['options']:
                if code == 52 and title in tree:
                    theirs[area] = list(self.occurrences(tree[title]))
        for area in ('options', 'file', 'sname'):
            mine = [o for o in ours['options'] if o['area'] == area and o['code'] not in (0, 255)]
            other = theirs.get(area, [])
            if other and other[-1][0] in ENDS_TSHARK:
                mine = mine[:len(other)]
            if [o['code'] for o in mine] != [code for code, _ in other]:
                self.differ(number, f'options in {area}', [o['code'] for o in mine],
                            [code for code, _ in other])
                continue
            for option, (_, tree) in zip(mine, other):
                self.option(number, option, tree)

    @staticmethod
    def occurrences(dhcp: dict):
        """tshark's options: code and tree. It gives the end and pads the code 0."""
        trees = listed(dhcp.get('dhcp.option.type_tree', []))
        for code, tree in zip(listed(dhcp.get('dhcp.option.type', [])), trees):
            if int(code) not in (0, 255):
                yield int(code), tree

    def option(self, number: int, option: dict, tree: dict) -> None:
        code = option['code']
        self.options += 1
        raw = tree.get('dhcp.option.value', '').replace(':', '')
        mine = (option['length'], option['raw'])
        if mine != (int(tree['dhcp.option.length']), raw):
            self.differ(number, f'option {code}', mine, (tree['dhcp.option.length'], raw))
        if code not in self.rows or not values.is_known(self.rows[code], tree):
            return
        if str(code) in self.exceptions:
            self.excepted[code] += 1
            return
        self.values[code] += 1
        try:
            what = values.compare(self.rows[code], option, tree)
        except (ValueError, LookupError) as error:
            what = (option.get('value'), f'{error}: {tree}')
        if what:
            self.differ(number, f'value of option {code} ({option["name"]})', *what)


def read(pcap: str) -> tuple[list[dict], list[dict]]:
    tshark = subprocess.run(
        ['tshark', '-n', '-r', pcap, '--no-duplicate-keys', '-T', 'json', '-J',
         'eth vlan ip udp dhcp'], capture_output=True, check=True,
        env={**os.environ, 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8'})
    show = subprocess.run([LESSOR, 'show', pcap, '--json'], capture_output=True, check=True)
    return ([json.loads(line) for line in show.stdout.splitlines()],
            [packet['_source']['layers'] for packet in json.loads(tshark.stdout)])


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    if shutil.which('tshark') is None:
        print('tshark is not here')
        return 77
    print(f'seed {SEED} (LESSOR_JUDGE_SEED), {COUNT} packets')
    judge = Judge()
    with tempfile.TemporaryDirectory(prefix='lessor-judge-') as where:
        pcap = str(Path(where) / 'drawn.pcap')
        subprocess.run([sys.argv[1], COUNT, SEED, pcap], check=True)
        ours, theirs = read(pcap)
    assert len(ours) == len(theirs) == int(COUNT), (len(ours), len(theirs))
    for mine, other in zip(ours, theirs):
        judge.packet(mine, other)
    for line in judge.wrong:
        print(line)
    for what, count in judge.kinds.most_common():
        print(f'{count} times: {what}')
    print(f'{judge.fields} header fields, {judge.options} options, '
          f'{sum(judge.values.values())} values of {len(judge.values)} options that both know, '
          f'{len(judge.excepted)} options excepted, {len(judge.wrong)} differences')
    return 1 if judge.wrong else 0


if __name__ == '__main__':
    sys.exit(main())
