"""Option values as lessor and tshark print them, made comparable.

Both print the same value in their own way: "false, 192.0.2.1" here, "0" and "192.0.2.1" there. Each
value becomes a list of atoms (numbers, octets, texts); lists must be equal.
"""

import ipaddress
import re
import uuid

# What tshark says of every option, or of its own troubles with it.
NO_VALUE = ('dhcp.option.length', 'dhcp.option.value', 'dhcp.option.type', '_ws.',
            'dhcp.option.end', 'dhcp.bad_length', 'dhcp.subopt.')
TYPES = ('discover offer request decline ack nak release inform forcerenew leasequery '
         'leaseunassigned leaseunknown leaseactive bulkleasequery leasequerydone activeleasequery '
         'leasequerystatus tls').split()
TEXTS = ('text', 'text or nothing')


def atom(text: str):
    """A number, octets, an address or a text, whichever way it is written."""
    if text in ('true', 'false'):
        return int(text == 'true')
    if text == 'infinite':
        return 0xffffffff
    if re.fullmatch(r'-?\d{1,20}', text):
        return int(text)
    if re.fullmatch(r'0x[0-9a-f]{1,16}', text):
        return int(text, 16)
    if text.count(':') > 1 and '::' in text or text.count(':') == 7:
        try:
            return ipaddress.ip_address(text)
        except ValueError:
            pass
    if re.fullmatch(r'(0x)?([0-9a-f]{2}:)*[0-9a-f]{2}', text):
        return bytes.fromhex(text.removeprefix('0x').replace(':', ''))
    return text


def leaves(tree, name: str = ''):
    """tshark's values, field by field, in their order."""
    if isinstance(tree, dict):
        for key, inner in tree.items():
            yield from leaves(inner, key)
    elif isinstance(tree, list):
        for inner in tree:
            yield from leaves(inner, name)
    else:
        yield name, tree


def fields(tree: dict) -> list[tuple[str, str]]:
    # An expert's remark is about a value, it is none.
    tree = {k: v for k, v in tree.items() if not k.startswith('_ws.')}
    return [(k, v) for k, v in leaves(tree) if not k.startswith(NO_VALUE)]


def is_known(row: dict, tree: dict) -> bool:
    """Whether both print more than octets."""
    if row['code'] == 61 and 'dhcp.client_id.uuid' in tree:
        return False  # exceptions.txt
    if row['code'] == 43 and 'dhcp.option.vendor.value' not in tree:
        return False  # tshark takes it for a vendor's own
    return row['type'] not in ('octets', 'octets (list)', '') and bool(fields(tree))


def listed(thing) -> list:
    return thing if isinstance(thing, list) else [thing]


def unescape(text: str) -> str:
    return re.sub(r'\\([,\\])', r'\1', text)


def parts(text: str) -> list[str]:
    """The parts between commas; a backslash keeps a comma from parting."""
    return [unescape(p) for p in re.findall(r'((?:\\.|[^,\\]|,(?! ))+)(?:, |$)', text)]


def octets(text: str) -> bytes:
    """Hexadecimal, however it is written."""
    return bytes.fromhex(text.removeprefix('0x').replace(':', ''))


def raw_of(text: str) -> bytes:
    """'text' or 0x..., as sub-options have them."""
    if text.startswith("'"):
        return unescape(text[1:-1]).encode('latin-1')
    return octets(text)


# --- one function an option that is more than a list of numbers, addresses or a text. Each gives
# what lessor and what tshark say, as lists of atoms.

def pairs(value: str, found: list) -> tuple[list, list]:
    """21, 33: tshark gives all first halves, then all second ones."""
    mine = parts(value)
    theirs = [v for _, v in found]
    half = len(theirs) // 2
    return mine, [v for both in zip(theirs[:half], theirs[half:]) for v in both]


def message_type(value: str, found: list) -> tuple[list, list]:
    name = value.lower().removeprefix('dhcp')
    return [TYPES.index(name) + 1 if name in TYPES else int(value)], [int(found[0][1])]


def fqdn(value: str, found: list) -> tuple[list, list]:
    mine = parts(value)
    theirs = dict(found)
    flags = int(theirs['dhcp.fqdn.flags'], 16)
    letters = ''.join(c for c, bit in (('S', 1), ('O', 2), ('E', 4), ('N', 8)) if flags & bit)
    name = mine[3].rstrip('.') if len(mine) > 3 else ''
    written = ''.join(sorted(mine[0].replace('-', '')))
    return ([written, mine[1], mine[2], name],
            [''.join(sorted(letters)), theirs['dhcp.fqdn.rcode1'], theirs['dhcp.fqdn.rcode2'],
             theirs.get('dhcp.fqdn.name', '').rstrip('.')])


def route(text: str) -> bytes:
    """RFC 3442: the mask's length, the octets of the network that count, the router."""
    network, router = text.split(' - ')
    address, length = network.split('/')
    octets = ipaddress.ip_address(address).packed[:(int(length) + 7) // 8]
    return bytes([int(length)]) + octets + ipaddress.ip_address(router).packed


def routes(value: str, found: list) -> tuple[list, list]:
    return ([route(r) for r in parts(value)],
            [bytes.fromhex(v.replace(':', '')) for _, v in found])


def classes(value: str, found: list) -> tuple[list, list]:
    """124: what the vendor says is octets, which tshark prints as text: its length must do."""
    mine = []
    for part in re.findall(r"(\d+) ('(?:[^'\\]|\\.)*'|0x[0-9a-f]*)", value):
        mine += [part[0], len(raw_of(part[1]))]
    enterprises = [v for k, v in found if k.endswith('.enterprise')]
    lengths = [v for k, v in found if k.endswith('.length')]
    return mine, [v for both in zip(enterprises, lengths) for v in both]


def names(value: str, found: list) -> tuple[list, list]:
    """119, 120: lessor says when names are compressed, and not how 120 is encoded."""
    return (parts(value.removeprefix('compressed: ')),
            [v for k, v in found if not k.endswith('.encoding')])


def one_name(value: str, found: list) -> tuple[list, list]:
    """137: tshark shows the labels as they lie there."""
    shown = [v for _, v in found]
    # A name that would be taken for octets is shown as such.
    if re.fullmatch('0x([0-9a-f]{2})+', value):
        return [octets(value).rstrip(b'\0').decode('latin-1')], shown
    return [''.join(chr(len(label)) + label for label in value.split('.'))], shown


def user_class(value: str, found: list) -> tuple[list, list]:
    if value.startswith('plain '):
        return [unescape(value.removeprefix('plain '))], [v for k, v in found if 'text' in k]
    # A lone class of octets is shown with its length, since 0x... is a whole value.
    lone = octets(value)[1:] if value.startswith('0x') and ',' not in value else None
    return ([raw_of(p) for p in split_subs(value)] if lone is None else [lone],
            [octets(v) for k, v in found if k.endswith('.data')])


def machine(value: str, found: list) -> tuple[list, list]:
    """97: tshark makes a GUID of 16 octets, or a hardware address of type and octets."""
    kind, raw = parts(value)
    if found[0][0].endswith('.uuid'):
        return [octets(raw)], [uuid.UUID(found[0][1]).bytes_le]
    return [kind, octets(raw)], [found[0][1], octets(found[1][1])]


def services(value: str, found: list) -> tuple[list, list]:
    """117: tshark gives the options that are services, by name, and remarks on all else."""
    known = ('0', '6', '41', '44', '65')
    return ([p for p in parts(value) if p in known],
            [re.search(r'(\d+)\)?$', v)[1] for _, v in found])


def interface_version(value: str, found: list) -> tuple[list, list]:
    """94: tshark gives the version only, of type 1."""
    return parts(value)[1:], [v for _, v in found]


DUID_TYPES = {'llt': 1, 'en': 2, 'll': 3, 'uuid': 4}


def client(value: str, found: list) -> tuple[list, list]:
    """61: a text, a hardware address, or an IAID and a DUID (RFC 4361)."""
    shown = [v for _, v in found]
    if value.startswith('text '):
        return [0, unescape(value.removeprefix('text '))], [int(shown[0]), *shown[1:]]
    if value.startswith('ethernet '):
        return [1, octets(value.split()[1])], [int(shown[0], 16), octets(shown[1])]
    words = value.split()
    if words[0] == 'iaid' and words[2] == 'duid':
        kind = DUID_TYPES.get(words[3]) or int.from_bytes(octets(words[3])[:2], 'big')
        mine = [octets(words[1]), kind]
        return mine, [octets(shown[0]), int(shown[1])]
    # What is no text is shown as one by tshark, with holes: the octets were compared before.
    return [octets(value)[0]], [int(shown[0], 0)]


def authentication(value: str, found: list) -> tuple[list, list]:
    """90: counter and proof are octets, which tshark prints as text."""
    return parts(value)[:3], [v for k, v in found
                              if k.endswith(('.protocol', '.algorithm', '.alg_delay', '.rdm'))]


def isns(value: str, found: list) -> tuple[list, list]:
    """83: tshark also gives each bit."""
    names = ('functions', 'discovery_domain_access', 'administrative_flags',
             'server_security_bitmap')
    theirs = [v for k, v in found if k.rsplit('.', 1)[-1] in names]
    return parts(value), theirs + [v for k, v in found if k.endswith('address')
                                   or k.endswith('_addr')]


def servers_for_domains(value: str, found: list) -> tuple[list, list]:
    """146: the preference is two bits of the first octet; tshark gives the first domain only."""
    theirs = dict(found)
    mine = parts(value.replace('compressed: ', ''))
    prefix = 'dhcp.option.rdnss.'
    first = int(theirs[prefix + 'reserved'], 16) << 2 | int(theirs[prefix + 'preference'])
    return mine[:4], [first, theirs[prefix + 'primary_dns'], theirs[prefix + 'secondary_dns'],
                      theirs[prefix + 'domain']]


def ports(value: str, found: list) -> tuple[list, list]:
    """159: the PSID stands at the left of its 16 bits."""
    offset, psid = parts(value)
    number, length = psid.split('/')
    theirs = dict(found)
    bits = int(theirs['dhcp.option.portparams.psid'].replace(':', ''), 16)
    shown = int(theirs['dhcp.option.portparams.psid_length'])
    return ([offset, number, length],
            [theirs['dhcp.option.portparams.offset'], bits >> (16 - min(shown, 16)), shown])


def opened(value: str, found: list) -> tuple[list, list]:
    """52: what is in the fields that it opens is not its value."""
    return [value], [found[0][1]]


SPECIAL = {21: pairs, 33: pairs, 52: opened, 53: message_type, 61: client, 77: user_class, 81: fqdn,
           83: isns, 90: authentication, 94: interface_version, 97: machine, 117: services,
           119: names, 120: names, 121: routes, 124: classes, 137: one_name,
           146: servers_for_domains, 159: ports, 249: routes}


# --- options that hold options

NUMBER_SIZE = {'8-bit number': 1, '16-bit number': 2, '32-bit number': 4}


def sub_value(kind: str, text: str) -> bytes:
    """The octets of a sub-option's text."""
    if kind == 'IPv4 address':
        return ipaddress.ip_address(text).packed
    if kind in NUMBER_SIZE and not text.startswith('0x'):
        return int(text).to_bytes(NUMBER_SIZE[kind], 'big')
    if kind == 'MAC address' and ':' in text:
        return bytes.fromhex(text.replace(':', ''))
    if kind == 'text' and not text.startswith('0x'):
        return unescape(text).encode('latin-1')
    return raw_of(text)


def split_subs(value: str) -> list[str]:
    """Parts between commas: NAME, NAME='text' (no quote in it), NAME=anything up to a comma."""
    part = r"([^=,']*(?:=|\d+ )?(?:'[^']*'(?=, |$)|(?:\\.|[^,\\]|,(?! ))*))(?:, |$)"
    return [p for p in re.findall(part, value) if p]


def subs_of(tree: dict) -> list[tuple[int, bytes]]:
    """tshark's sub-options: code and octets."""
    found = []
    for key, inner in tree.items():
        if not key.endswith('suboption'):
            continue
        trees = listed(tree.get(key + '_tree', []))
        for code, sub in zip(listed(inner), trees):
            # RADIUS attributes (82.7) have values of their own behind the whole one.
            data = listed(next((v for k, v in sub.items() if k.endswith(('.value', '.data'))), ''))
            found.append((int(code), octets(data[0])))
    return found


def sub_options(row: dict, value: str, tree: dict) -> tuple[list, list]:
    """82, 63: code and octets of each."""
    known = {s['name']: s for s in row.get('sub-options', [])}
    mine, theirs = [], subs_of(tree)
    for part in split_subs(value):
        name, _, text = part.partition('=')
        sub = known.get(name, {'code': name, 'type': 'octets'})
        mine.append((int(sub['code']), sub_value(sub['type'], text) if text else b''))
    # tshark reads nothing behind sub-option 9: exceptions.txt.
    if row['code'] == 82 and theirs and theirs[-1][0] == 9:
        mine = mine[:len(theirs)]
    return mine, theirs


def enterprises(value: str, tree: dict) -> tuple[list, list]:
    """125: sub-options by the vendor's number. One without any has a number only."""
    mine, theirs = [], []
    for part in split_subs(value):
        path, _, text = part.partition('=')
        number, _, code = path.partition('.')
        mine.append((int(number), int(code or 0), raw_of(text) if text else b''))
    key = 'dhcp.option.vi.enterprise'
    for number, inner in zip(listed(tree[key]), listed(tree[key + '_tree'])):
        for code, data in subs_of(inner) or [(0, b'')]:
            theirs.append((int(number), code, data))
    return mine, theirs


def compare(row: dict, option: dict, tree: dict):
    """Nothing when both say the same, else what each says."""
    code, value, found = row['code'], option['value'], fields(tree)
    if code in (82, 63):
        mine, theirs = sub_options(row, value, tree)
    elif code == 125:
        mine, theirs = enterprises(value, tree)
    elif code == 43:
        mine, theirs = [octets(option['raw'])], [octets(v) for _, v in found]
    elif code in SPECIAL:
        mine, theirs = SPECIAL[code](value, found)
    elif row['type'] in TEXTS:
        mine, theirs = [unescape(value)], [v for _, v in found]
        return None if mine == theirs else (mine, theirs)
    else:
        mine, theirs = parts(value), [v for _, v in found]
    mine = [atom(m) if isinstance(m, str) else m for m in mine]
    theirs = [atom(t) if isinstance(t, str) else t for t in theirs]
    return None if mine == theirs else (mine, theirs)
