"""What can be said on the command line, and what comes back when it makes no sense."""

import json
import socket
import subprocess

from program import LESSOR, config, folder, run, write_config


def exit_codes() -> None:
    """0 done, 1 failed, 2 usage, 3 no answer came."""
    run('--version').expect(0, 'lessor 0.')
    run('help').expect(0, 'serve', 'Planned')
    run('serve', '--help').expect(0, '--interface')
    run().expect(2, 'Commands:')
    run('serv').expect(2, "did you mean 'serve'?")
    run('explain').expect(2, 'planned')
    run('serve', '--interfac', 'eth0').expect(2, "did you mean '--interface'?")
    run('help', 'demo').expect(0, '--pcap')
    run('leases').expect(2, 'list, get, export')
    run('leases', 'lst').expect(2, "did you mean 'list'?")
    run('leases', 'frob').expect(2, 'list, get, export')
    run('leases', 'get', 'here').expect(2, "'here' is no IPv4 address")
    run('status', '--socket', '/nowhere/control.sock').expect(3, '/nowhere/control.sock')
    run('leases', 'release', '192.0.2.1', '--socket', '/nowhere/control.sock').expect(3)


def a_server_that_gives_no_answer() -> None:
    with folder() as where, socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(where / 'mute'))
        mute.listen()
        for words in (('status',), ('leases', 'list'), ('leases', 'release', '192.0.2.1')):
            with subprocess.Popen([LESSOR, *words, '--socket', str(where / 'mute')], text=True,
                                  stderr=subprocess.PIPE) as asking:
                with mute.accept()[0] as heard:
                    heard.recv(4096)
                said = asking.communicate(timeout=20)[1]
                assert asking.returncode == 3 and 'closed the connection' in said, (words, said)


def a_good_file_is_told() -> None:
    with folder() as where:
        file = write_config(where)
        run('check', file).expect(0, '192.0.2.0/24', '192.0.2.10')
        run('serve', '-t', file).expect(0, '192.0.2.0/24')


def every_error_is_told_with_its_place() -> None:
    with folder() as where:
        broken = config(where)
        broken['Dhcp4']['valid-lifetme'] = 60
        broken['Dhcp4']['subnet4'][0]['pools'][0]['pool'] = '192.0.3.1-192.0.3.9'
        file = where / 'broken.conf'
        file.write_text(json.dumps(broken, indent=2))
        for command in (('check',), ('serve', '-t'), ('serve', '-c')):
            done = run(*command, str(file)).expect(
                1, 'valid-lifetime', 'Dhcp4.subnet4[0].pools[0].pool')
            places = [line for line in done.err.splitlines() if line.startswith(f'{file}:')]
            assert len(places) >= 2, done.err
        file.write_text('{"Dhcp4": ')
        run('check', str(file)).expect(1, f'{file}:1:')
        run('check', str(where / 'none.conf')).expect(1, 'none.conf')


def without_a_file_it_says_what_to_do() -> None:
    subprocess.run(['mount', '-t', 'tmpfs', 'none', '/etc'], check=True)  # no /etc/lessor
    run('serve').expect(1, '/etc/lessor/lessor.conf', '-c FILE', '--interface')


def leases_without_a_server_or_a_store() -> None:
    with folder() as where:
        run('leases', 'list', '--lease-dir', str(where / 'none')).expect(1, str(where / 'none'))
        run('leases', 'list', '-c', str(where / 'none.conf')).expect(1, 'none.conf', '--socket')
        run('leases', 'repair', '--lease-dir', str(where / 'none')).expect(1, str(where / 'none'))


def a_reader_that_goes_away_is_no_crash() -> None:
    with folder() as where:
        done = subprocess.run(f'{LESSOR} check {write_config(where)} | true; '
                              f'echo ${{PIPESTATUS[0]}}', shell=True, executable='/bin/bash',
                              capture_output=True, text=True, check=True)
        assert done.stdout.strip() in ('0', '1'), done.stdout


def a_full_disk_is_a_failure() -> None:
    with folder() as where, open('/dev/full', 'wb') as full:
        for words in (('help',), ('--version',), ('serve', '--help'),
                      ('check', write_config(where))):
            done = subprocess.run([LESSOR, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                  timeout=20, check=False)
            assert done.returncode == 1 and 'No space left' in done.stderr, (words, done)


def without_privilege_it_says_what_is_missing() -> None:
    with folder() as where:
        where.chmod(0o777)
        file = write_config(where)
        subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
        done = subprocess.run(['setpriv', '--bounding-set=-all', '--inh-caps=-all', LESSOR, 'serve',
                               '-c', file], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 1, done.stderr
        assert 'root' in done.stderr or 'CAP_NET' in done.stderr, done.stderr


CASES = [exit_codes, a_server_that_gives_no_answer, a_good_file_is_told,
         every_error_is_told_with_its_place, without_a_file_it_says_what_to_do,
         leases_without_a_server_or_a_store, a_reader_that_goes_away_is_no_crash,
         a_full_disk_is_a_failure, without_privilege_it_says_what_is_missing]
