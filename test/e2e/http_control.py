"""Commands over HTTP and HTTPS: who is heard, what strangers get, how sockets follow a reload."""

import json
import re
import subprocess
from pathlib import Path

from lab import Host, Lab, check, check_equal, wait_until
from privileges import (UID, add_user, check_threads, command, get_lease, is_alone,
                        make_server)
from servers import Lessor

# One request in the host's namespace; prints status, header fields and body as JSON.
ASK = r"""
import base64, http.client, json, ssl, sys
a = json.loads(sys.argv[1])
if a.get('body', '').startswith('@'):
    a['body'] = open(a['body'][1:]).read()
if a.get('tls'):
    context = ssl.create_default_context(cafile=a['tls']['ca'])
    context.check_hostname = False
    if a['tls'].get('cert'):
        context.load_cert_chain(a['tls']['cert'], a['tls']['key'])
    c = http.client.HTTPSConnection('127.0.0.1', a['port'], timeout=10, context=context)
else:
    c = http.client.HTTPConnection('127.0.0.1', a['port'], timeout=10)
headers = {'Content-Type': 'application/json', **a.get('headers', {})}
if a.get('user'):
    headers['Authorization'] = 'Basic ' + base64.b64encode(a['user'].encode()).decode()
answers = []
try:
    for _ in range(a.get('times', 1)):
        c.request(a.get('method', 'POST'), '/', a.get('body', ''), headers)
        r = c.getresponse()
        answers.append({'status': r.status, 'headers': dict(r.getheaders()),
                        'body': r.read().decode()})
except (OSError, http.client.HTTPException) as error:
    answers.append({'status': 0, 'body': f'{type(error).__name__}: {error}'})
print(json.dumps(answers))
"""

# Opens connections that say little, for as long as it lives; says how many there are.
CROWD = r"""
import socket, sys, time
held = []
for i in range(300):
    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))
    if i % 2:
        s.send(b'POST / HTTP/1.1\r\nX: ')
    held.append(s)
print('ready', flush=True)
while True:
    time.sleep(0.5)
    for s in held:
        try:
            s.send(b'x')
        except OSError:
            pass
"""

# Sends a beginning and waits for what comes.
SLOW = r"""
import socket, sys
s = socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=60)
s.send(sys.argv[2].encode())
heard = b''
while True:
    piece = s.recv(4096)
    if not piece:
        break
    heard += piece
print(heard.decode())
"""

STATUS = json.dumps({'command': 'status-get'})


def ask(host: Host, port: int, **how) -> dict:
    return ask_often(host, port, **how)[-1]


def ask_often(host: Host, port: int, **how) -> list[dict]:
    how.setdefault('body', STATUS)
    return json.loads(host.run('python3', '-c', ASK, json.dumps({'port': port, **how})))


def secret(path: Path, text: str, mode: int = 0o640) -> str:
    path.write_text(text, encoding='utf-8')
    path.chmod(mode)
    return str(path)


def http(folder: Path, port: int, **more) -> dict:
    clients = [{'user': 'anna', 'password-file': secret(folder / 'anna', 'secret\n')}]
    return {'socket-type': 'http', 'socket-port': port,
            'authentication': {'type': 'basic', 'realm': 'here', 'clients': clients}, **more}


def openssl(*words: str) -> None:
    subprocess.run(['openssl', *words], check=True, capture_output=True)


def make_certificates(folder: Path) -> None:
    """An authority, and the server's and a client's certificate of it; a stranger's own."""
    for name in ('ca', 'stranger'):
        openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1',
                '-nodes', '-days', '2', '-subj', f'/CN={name}', '-keyout', f'{folder}/{name}.key',
                '-out', f'{folder}/{name}.crt')
    for name in ('server', 'client'):
        openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
                '-subj', f'/CN={name}', '-keyout', f'{folder}/{name}.key', '-out',
                f'{folder}/{name}.csr')
        openssl('x509', '-req', '-in', f'{folder}/{name}.csr', '-CA', f'{folder}/ca.crt', '-CAkey',
                f'{folder}/ca.key', '-CAcreateserial', '-days', '2', '-out',
                f'{folder}/{name}.crt')
        (folder / f'{name}.key').chmod(0o640)


def sockets_of(server: Lessor, *more: dict) -> list[dict]:
    return [{'socket-type': 'unix', 'socket-name': server.control_socket}, *more]


def commands_over_http(lab: Lab) -> None:
    """C3-12. Kea's shape; 401 for strangers, 429 for guesses, 405 and 400 for what is no command;
    a crowd that holds connections keeps nobody out, nor does it hold up packets."""
    host, client_host, server = make_server(lab)
    server.dhcp4['control-sockets'] = sockets_of(
        server, http(host.folder, 8000, **{'http-headers': [{'name': 'X-Site', 'value': 'a'}]}))
    server.start()
    assert server.process
    check_threads(server.process, 0, 6)
    answers = ask_often(host, 8000, user='anna:secret', times=3)
    for answer in answers:  # of one connection
        check_equal(answer['status'], 200, f'{answer}')
        check_equal(answer['headers'].get('X-Site'), 'a', 'the field of every answer')
    listed = json.loads(answers[0]['body'])
    check(isinstance(listed, list) and len(listed) == 1 and listed[0]['result'] == 0, f'{listed}')
    check('pid' in listed[0]['arguments'], f'{listed}')
    answer = ask(host, 8000, user='anna:secret', body=json.dumps({'command': 'config-reload'}))
    check_equal(json.loads(answer['body'])[0]['result'], 0, f'a user changes: {answer}')
    for how, status in (({}, 401), ({'user': 'anna:wrong'}, 401), ({'user': 'bert:secret'}, 401),
                        ({'user': 'anna:secret', 'method': 'GET'}, 405),
                        ({'user': 'anna:secret', 'headers': {'Content-Type': 'text/plain'}}, 415)):
        answer = ask(host, 8000, **how)
        check_equal(answer['status'], status, f'{how}: {answer}')
        check_equal(json.loads(answer['body'])['result'], status, f'{how}')
    guesses = [answer['status'] for answer in ask_often(host, 8000, user='anna:guess', times=40)]
    check_equal((guesses[0], guesses[-1]), (401, 429), f'guesses: {guesses}')
    check_equal(ask(host, 8000)['status'], 401, 'who says nothing of himself')
    check_equal(ask(host, 8000, user='anna:secret')['status'], 200, 'who is right, beside them')
    told = re.findall('wrong user or password from 127.0.0.1', server.process.output())
    check(1 <= len(told) <= 3, f'guesses are told {len(told)} times')
    crowd = host.start('python3', '-c', CROWD, '8000')
    wait_until(lambda: 'ready' in crowd.output(), 'a crowd', 20)
    for _ in range(3):
        check_equal(ask(host, 8000, user='anna:secret')['status'], 200, 'beside a crowd')
    get_lease(client_host, server)
    server.ask('status')
    crowd.stop()
    check('408 Request Timeout' in host.run('python3', '-c', SLOW, '8000', 'POST / HT'), 'too late')
    answer = host.run('python3', '-c', SLOW, '8000', 'nonsense\r\n\r\n')
    check('400 Bad Request' in answer, answer)
    server.stop()


def commands_over_https(lab: Lab) -> None:
    """By certificate, by password, by both; none for strangers; passwords are hidden from those
    who may only look."""
    host, client_host, server = make_server(lab)
    make_certificates(host.folder)
    tls = {'socket-type': 'https', 'trust-anchor': f'{host.folder}/ca.crt',
           'cert-file': f'{host.folder}/server.crt', 'key-file': f'{host.folder}/server.key'}
    users = {'authentication': {'clients': [{'user': 'anna', 'password': 'secret'}]}}
    server.dhcp4['control-sockets'] = sockets_of(
        server, {**tls, 'socket-port': 8443}, {**tls, **users, 'socket-port': 8444},
        {**tls, **users, 'socket-port': 8445, 'cert-required': False})
    server.start()
    us, known, unknown = (
        {'ca': f'{host.folder}/ca.crt', 'cert': cert and f'{host.folder}/{cert}.crt',
         'key': f'{host.folder}/{cert}.key'} for cert in ('', 'client', 'stranger'))
    for port, tls_of, user, status in (
            (8443, known, '', 200), (8443, us, '', 0), (8443, unknown, '', 0),
            (8444, known, 'anna:secret', 200), (8444, known, '', 401),
            (8444, us, 'anna:secret', 0),
            (8445, us, 'anna:secret', 200), (8445, us, 'anna:x', 401), (8445, us, '', 401)):
        answer = ask(host, port, tls=tls_of, user=user)
        check_equal(answer['status'], status, f'{port} {tls_of} {user}: {answer}')
    check_equal(ask(host, 8443, user='anna:secret')['status'], 0, 'HTTP where there is TLS')
    big = json.dumps({'command': 'config-test', 'arguments': {'Dhcp4': {
        'user-context': {'filler': 'x' * 3_000_000}}}})
    (host.folder / 'big').write_text(big, encoding='utf-8')
    answer = ask(host, 8443, tls=known, body=f'@{host.folder}/big')
    check_equal(json.loads(answer['body'])[0]['result'], 0, f'3 MB: {answer}')
    check('secret' in json.dumps(command(server, 'config-get')), 'root sees all')
    get_lease(client_host, server)
    server.stop()


def http_follows_reloads(lab: Lab) -> None:
    """Another port, another password, none any more; a port that is taken changes nothing. As the
    server's own user too, who can open no new TCP socket."""
    host, client_host, server = make_server(lab)
    if not is_alone():
        add_user(host)
    server.dhcp4['control-sockets'] = sockets_of(server, http(host.folder, 8000))
    server.start()
    assert server.process
    if not is_alone():
        check_threads(server.process, UID, 6)
        host.run('chown', f'{UID}:{UID}', str(host.folder / 'anna'), str(server.config_file))

    def reload(*sockets: dict, by: int = 0) -> dict:
        server.dhcp4['control-sockets'] = sockets_of(server, *sockets)
        server.config_file.write_text(json.dumps({'Dhcp4': server.dialect()}), encoding='utf-8')
        if not by:
            return command(server, 'config-reload')
        answer = ask(host, by, user='anna:secret', body=json.dumps({'command': 'config-reload'}))
        return json.loads(answer['body'])[0]

    def status(port: int, user: str = 'anna:secret') -> int:
        return ask(host, port, user=user)['status']

    check_equal(status(8000), 200, 'before')
    answer = reload(http(host.folder, 8001), by=8000)  # by the very socket that goes
    check_equal(answer['result'], 0, f'{answer}')
    wait_until(lambda: status(8000) == 0, 'the old port to be closed')
    check_equal(status(8001), 200, 'the new port')
    taken = host.start('python3', '-c', 'import socket,time; s=socket.create_server('
                       '("127.0.0.1", 8002)); print("up", flush=True); time.sleep(60)')
    wait_until(lambda: 'up' in taken.output(), 'another program')
    answer = reload(http(host.folder, 8002))
    check(answer['result'] == 1 and 'another program listens' in answer['text'], f'{answer}')
    check_equal(status(8001), 200, 'the old port stays')
    taken.stop()
    server.dhcp4['control-sockets'] = sockets_of(server, http(host.folder, 8001))
    secret(host.folder / 'anna', 'other')
    server.config_file.write_text(json.dumps({'Dhcp4': server.dialect()}), encoding='utf-8')
    check_equal(command(server, 'config-reload')['result'], 0, 'another password')
    check_equal((status(8001), status(8001, 'anna:other')), (401, 200), 'the new password')
    secret(host.folder / 'anna', 'other', 0o644)
    server.config_file.write_text(json.dumps({'Dhcp4': server.dialect()}), encoding='utf-8')
    answer = command(server, 'config-reload')
    check(answer['result'] == 1 and 'others may get at' in answer['text'], f'{answer}')
    check_equal(status(8001, 'anna:other'), 200, 'as before')
    get_lease(client_host, server)
    check_equal(reload()['result'], 0, 'none any more')
    wait_until(lambda: status(8001, 'anna:other') == 0, 'no socket')
    server.stop()


PARALLEL = (commands_over_http, commands_over_https, http_follows_reloads)
ALONE = ()
