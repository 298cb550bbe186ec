"""Bad text: configurations, commands, leases as CSV, option values, packet files."""

import json

LEASE_HEADING = ('address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,'
                 'hostname,state,user_context,pool_id\n')


def dhcp4(**keys) -> str:
    subnet = {'id': 1, 'subnet': '192.0.2.0/24', 'pools': [{'pool': '192.0.2.10-192.0.2.19'}]}
    return json.dumps({'Dhcp4': {'subnet4': [subnet | keys.pop('subnet', {})]} | keys}, indent=1)


def configurations() -> dict[str, str]:
    logger = {'name': 'kea-dhcp4', 'output-options': [{'output': '/var/log/../../etc/passwd'}]}
    return {
        'brackets': '[' * 1_000,
        'braces': '{"Dhcp4":' * 1_000,
        'comments-unended': '{"Dhcp4": /*' + '*' * 1_000,
        'nul': '{"Dhcp4": {"valid-lifetime": 6\0 00}}',
        'not-utf8': '{"Dhcp4": {"user-context": {"x": "\udcff\udcfe"}}}',
        'surrogate': '{"Dhcp4": {"user-context": {"x": "\\ud800"}}}',
        'number-highest': dhcp4(**{'valid-lifetime': 18446744073709551616}),
        'number-negative': dhcp4(**{'valid-lifetime': -1}),
        'number-exponent': '{"Dhcp4": {"valid-lifetime": 1e99999}}',
        'key-twice': '{"Dhcp4": {"valid-lifetime": 1, "valid-lifetime": 2}}',
        't1-after-t2-after-lease': dhcp4(**{'renew-timer': 9000, 'rebind-timer': 800,
                                            'valid-lifetime': 60}),
        'prefix-33': dhcp4(subnet={'subnet': '192.0.2.0/33'}),
        'prefix-129': dhcp4(subnet={'subnet': '192.0.2.0/129'}),
        'prefix-255': dhcp4(subnet={'subnet': '192.0.2.0/255'}),
        'pool-reversed': dhcp4(subnet={'pools': [{'pool': '192.0.2.19-192.0.2.10'}]}),
        'pool-of-everything': dhcp4(subnet={'subnet': '0.0.0.0/0',
                                            'pools': [{'pool': '0.0.0.0-255.255.255.255'}]}),
        'name-empty-labels': dhcp4(**{'option-data': [{'name': 'domain-name',
                                                       'data': 'aaa..bbb'},
                                                      {'name': 'domain-search',
                                                       'data': 'aaa..bbb'}]}),
        'name-label-64': dhcp4(**{'option-data': [{'name': 'domain-search', 'data': 'l' * 64}]}),
        'option-hex-odd': dhcp4(**{'option-data': [{'code': 43, 'csv-format': False,
                                                    'data': 'abc' * 801}]}),
        'option-of-4000': dhcp4(**{'option-data': [{'name': 'boot-file-name',
                                                     'data': 'f' * 4_000}]}),
        'lease-path-up': dhcp4(**{'lease-database': {'type': 'memfile',
                                                     'name': '/var/lib/lessor/../../../etc'}}),
        'log-path-up': dhcp4(loggers=[logger]),
        'socket-path-up': dhcp4(**{'control-socket': {'socket-type': 'unix',
                                                      'socket-name': '/run/../etc/passwd'}}),
        'hook-any-path': dhcp4(**{'hooks-libraries': [{'library': '/tmp/../tmp/evil.so'}]}),
        'database-password': dhcp4(**{'lease-database': {'type': 'mysql', 'name': 'kea',
                                                         'user': 'kea',
                                                         'password': 'correct-horse'}}),
        'include-itself': '<?include "bad-include-itself"?>',
        'include-path-up': '{"Dhcp4": <?include "../../../../../../etc/passwd"?>}',
        'id-of-0': dhcp4(subnet={'reservations': [{'client-id': '', 'ip-address': '192.0.2.7'}]}),
        'mac-of-17': dhcp4(subnet={'reservations': [{'hw-address': ':'.join(['02'] * 17),
                                                     'ip-address': '192.0.2.7'}]}),
    }


def command(name: str, **arguments) -> str:
    return json.dumps({'command': name, 'service': ['dhcp4'], 'arguments': arguments})


def commands() -> dict[str, str]:
    return {
        'brackets': '[' * 1_000,
        'brackets-in-a-command': '{"command": "x", "arguments": ' + '[' * 1_000,
        'braces': '{"a":' * 1_000,
        'cut': '{"command": "version-get"',
        'cut-in-an-escape': '{"command": "version\\u00',
        'empty': '',
        'two-at-once': '{"command": "version-get"}{"command": "list-commands"}',
        'framed-as-http': 'POST / HTTP/1.1\r\nContent-Length: 4294967296\r\n\r\n{"command": "x"}',
        'name-is-a-number': '{"command": 1}',
        'name-of-4000': '{"command": "' + 'x' * 4_000 + '"}',
        'name-with-controls': '{"command": "a\\u0000\\r\\n\\u001b[2J%n%s"}',
        'keys-of-500': '{' + ','.join(f'"k{n}": 1' for n in range(500)) + '}',
        'key-twice': '{"command": "version-get", "command": "shutdown"}',
        'not-utf8': '{"command": "\udcff\udcfe"}',
        'config-write-anywhere': command('config-write', filename='/etc/passwd'),
        'config-write-path-up': command('config-write', filename='../../../../etc/passwd'),
        'config-test-hook': command('config-test', Dhcp4={
            'hooks-libraries': [{'library': '/tmp/evil.so'}]}),
        'config-set-hook': command('config-set', Dhcp4={
            'hooks-libraries': [{'library': '/tmp/evil.so'}]}),
        'libload': command('libreload', path='/tmp/evil.so'),
        'leases-from-shell': command('lease4-get', **{'ip-address': '$(reboot)'}),
        'leases-from-sql': command('lease4-get', **{'ip-address': "' OR 1=1; --"}),
        'page-of-everything': command('lease4-get-page', **{'from': 'start', 'limit': 2**63}),
        'page-of-less-than-nothing': command('lease4-get-page', **{'from': 'start', 'limit': -1}),
    }


def row(**cells) -> str:
    known = {'address': '192.0.2.10', 'hwaddr': '02:00:00:00:00:01', 'client_id': '',
             'valid_lifetime': '3600', 'expire': '1800000000', 'subnet_id': '1', 'fqdn_fwd': '0',
             'fqdn_rev': '0', 'hostname': 'h', 'state': '0', 'user_context': '', 'pool_id': '0'}
    return LEASE_HEADING + ','.join((known | cells).values()) + '\n'


def lease_files() -> dict[str, str]:
    return {
        'client-id-of-1100': row(client_id=':'.join(['41'] * 1_100)),
        'client-id-cut': row(client_id='01:2'),
        'client-id-no-hex': row(client_id='zz'),
        'client-id-of-1': row(client_id='01'),
        'no-identity': row(hwaddr='', client_id=''),
        'hwaddr-of-17': row(hwaddr=':'.join(['02'] * 17)),
        'hwaddr-of-255': row(hwaddr=':'.join(['02'] * 255)),
        'hostname-formula': row(hostname='=cmd|x'),
        'hostname-unescaped-comma': row(hostname='a,b'),
        'hostname-escape-cut': row(hostname='&#x'),
        'hostname-nul': row(hostname='a\0b'),
        'hostname-of-300': row(hostname='h' * 300),
        'braces': row(hostname='"; } lease { fixed-address 10.0.0.1; }'),
        'times-highest': row(valid_lifetime='4294967295', expire='18446744073709551615'),
        'times-after-2038': row(expire='2147483648'),
        'times-after-2106': row(expire='4294967296'),
        'times-negative': row(valid_lifetime='-1', expire='-5'),
        'state-99': row(state='99'),
        'address-of-256': row(address='192.0.2.256'),
        'cells-lack': LEASE_HEADING + '192.0.2.10,02\n',
        'cells-of-10000': LEASE_HEADING + ',' * 10_000 + '\n',
        'heading-lacks': 'address,expire\n192.0.2.10,1\n',
        'empty': '',
    }


def option_texts() -> dict[str, str]:
    """As the option_text target reads them: one octet, the code, then the text."""
    return {
        'search-empty-labels': 'w' + 'aaa..bbb',
        'search-label-64': 'w' + 'l' * 64,
        'search-total-256': 'w' + '.'.join(['a' * 63] * 4),
        'search-illegal': 'w' + '!@#, ___, %n%s',
        'routes-width-33': 'y' + '10.0.0.0/33 - 192.0.2.1',
        'hex-odd': '+' + '0xabc',
        'hex-of-1100': '+' + '0x' + '41' * 1_100,
        'escape-cut': '\f' + 'a\\',
        'escape-of-999': '\f' + '\\999',
        'number-highest': '3' + '18446744073709551616',
        'address-of-256': '\3' + '192.0.2.256',
        'quote-unended': '\f' + '"',
    }


def packet_files() -> dict[str, str]:
    return {
        'brace-unended': 'send discover {\n',
        'repeats-nested': 'repeat 9 {\n' * 300,
        'repeat-endless': 'repeat 18446744073709551615 {\n send discover\n}\n',
        'value-that-doubles': '$a = xx\n' + 'repeat 60 {\n $a = $a$a\n}\n',
        'variable-of-itself': '$a = $a\nsend discover { xid = $a }\n',
        'format': 'title "%n%s\x1b[2J"\nsend discover { option.host-name = "%n%s" }\n',
        'path-up': 'include "../../../../etc/passwd"\n',
        'nul': 'send dis\0cover\n',
        'line-of-4000': 'send ' + 'd' * 4_000 + '\n',
        'times-highest': 'wait 18446744073709551615s\nexpect silence infinite\n',
    }


def requests() -> dict[str, str]:
    """Of HTTP: anna's password is 'secret'."""
    known = 'Authorization: Basic YW5uYTpzZWNyZXQ=\r\n'
    json = 'Content-Type: application/json\r\n'
    post = 'POST / HTTP/1.1\r\nHost: x\r\n'
    body = '{"command": "config-get"}'
    size = f'Content-Length: {len(body)}\r\n'
    return {
        'stranger': post + json + size + '\r\n' + body,
        'wrong-password': post + 'Authorization: Basic YW5uYTp4\r\n' + json + size + '\r\n' + body,
        'get': 'GET / HTTP/1.1\r\n' + known + '\r\n',
        'no-type': post + known + size + '\r\n' + body,
        'no-length': post + known + json + '\r\n' + body,
        'chunked': post + known + json + 'Transfer-Encoding: chunked\r\n\r\n19\r\n' + body +
                   '\r\n0\r\n\r\n',
        'two-lengths': post + known + json + size + 'Content-Length: 3\r\n\r\n' + body,
        'huge-length': post + known + json + 'Content-Length: 99999999999\r\n\r\n' + body,
        'cut': post + known + json + size + '\r\n' + body[:9],
        'two-requests': 2 * (post + known + json + size + '\r\n' + body),
        'endless-head': post + 'X: ' + 9000 * 'x',
        'no-http': '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n',
        'version': 'POST / HTTP/7.7\r\n' + known + '\r\n',
    }
