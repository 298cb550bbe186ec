"""`lessor show`: words, exit codes, what it reads, what it writes."""

import json
import os
import pty
import struct
import subprocess
import sys
from pathlib import Path

from program import LESSOR, folder, run

sys.path.insert(0, str(Path(__file__).parents[1] / 'show_speed'))
import capture  # pylint: disable=wrong-import-position

GLOBAL_HEADER = 24
PACKET_HEADER = 16


def make_capture(where: Path, packets: int = 8) -> str:
    file = where / 'x.pcap'
    capture.write(file, packets)
    return str(file)


def lines(*arguments: str, code: int = 0, **more) -> list[str]:
    return run('show', *arguments, **more).expect(code).out.splitlines()


def words_and_exit_codes() -> None:
    with folder() as where:
        file = make_capture(where)
        run('show', '--help').expect(0, '--brief', 'Conditions')
        run('show').expect(2, 'FILE')
        run('show', file, '--brief', '--json').expect(2, 'one view at a time')
        run('show', file, '--breif').expect(2, "did you mean '--brief'?")
        run('show', file, 'xidd=1').expect(2, "did you mean 'xid'?")
        run('show', file, '--where', 'type=offr').expect(2, "did you mean 'offer'?")
        run('show', file, '--layer', 'upd').expect(2, "did you mean 'udp'?")
        run('show', file, '--follow-client', 'me').expect(2, 'no MAC address')
        run('show', file, '--color', 'maybe').expect(2, 'always')
        run('show', str(where / 'none.pcap')).expect(1, 'none.pcap', 'No such file')
        run('show', str(where)).expect(1, 'is a folder')
        for flag in ('-w', '--svg', '--html'):
            run('show', file, flag, file).expect(2, 'cannot be written at the same time')
        assert len(lines(file)) == 8
        for number in ('0', '-1', 'x', '1.5'):
            run('show', file, f'-c{number}').expect(2, f"'{number}' is no number from 1")
            run('show', file, f'-N{number}').expect(2, f"'{number}' is no number from 1")
        run('watch', '-r', file, '-c', '1', '--brief').expect(0, 'DISCOVER')
        for live in (['--filter', 'arp'], ['--duration', '1s'], ['-i', 'eth0']):
            run('watch', '-r', file, *live).expect(2, 'for live capture')
        run('show', file, '-w', '/dev/null/x.pcap').expect(1, '/dev/null/x.pcap')


def a_packet_is_picked_by_its_number() -> None:
    with folder() as where:
        file = make_capture(where)
        run('show', f'{file}:2').expect(0, 'BOOTREPLY', 'magic cookie', 'RFC 2132 9.6')
        assert run('show', f'{file}:2').out == run('show', file, '-N', '2').out
        run('show', f'{file}:99').expect(1, 'has no packet 99')
        run('show', f'{file}:2', '--layer', 'udp', '--hex').expect(0, 'udp.srcport = 67')
        assert lines(file, '--brief', '-N', '3')[0].split()[:1] == ['3']


def conditions_choose() -> None:
    with folder() as where:
        file = make_capture(where, 40)
        assert len(lines(file)) == 40
        offers = lines(file, 'type=offer')
        assert len(offers) == 10 and all('OFFER' in line for line in offers), offers
        assert len(lines(file, 'type=offer', 'option.82.circuit-id~eth')) == 3
        assert len(lines(file, '--follow-client', '02:10:00:00:00:01')) == 4
        assert len(lines(file, 'type=request', '-c', '2')) == 2
        assert len(lines('--where', 'type=request', file, 'xid!=0')) == 9
        run('show', file, 'type=decline').expect(0, 'none of 40 packets')


def what_is_written_is_what_was_chosen() -> None:
    with folder() as where:
        file, out = make_capture(where, 40), str(where / 'out.pcap')
        lines(file, 'type=ack', '-w', out)
        assert len(lines(out)) == 10
        piped = subprocess.run(f'{LESSOR} show {file} type=ack -w - | {LESSOR} show - --brief',
                               shell=True, capture_output=True, text=True, check=True)
        assert len(piped.stdout.splitlines()) == 10, piped
        # The law: what show prints, show reads.
        text = run('show', file, '--text').expect(0).out
        again = str(where / 'again.pcap')
        lines('-', '-w', again, input=text)
        assert Path(again).read_bytes()[GLOBAL_HEADER:] == Path(file).read_bytes()[GLOBAL_HEADER:]


def a_damaged_file_is_shown_up_to_its_damage() -> None:
    with folder() as where:
        file = Path(make_capture(where))
        file.write_bytes(file.read_bytes()[:-5])
        done = run('show', str(file)).expect(1, 'damaged after frame 7')
        assert len(done.out.splitlines()) == 7, done.out
        file.write_bytes(b'\xd4\xc3\xb2\xa1' + bytes(20))
        run('show', str(file)).expect(1, 'x.pcap')
        file.write_bytes(b'')
        run('show', str(file)).expect(1, 'is empty')


def standard_input_may_be_anything() -> None:
    with folder() as where:
        file = make_capture(where, 2)
        whole = Path(file).read_bytes()
        first = whole[GLOBAL_HEADER + PACKET_HEADER:][:whole[GLOBAL_HEADER + 8] +
                                                      256 * whole[GLOBAL_HEADER + 9]]
        with open(file, 'rb') as stdin:
            assert len(lines('-', stdin=stdin)) == 2
        run('show', '-', input=first.hex()).expect(0, 'read as an Ethernet frame', 'BOOTREQUEST')
        run('show', '-', input=first[14:].hex(' ')).expect(0, 'read as an IPv4 datagram')
        run('show', '-', input='0x' + first[42:].hex(':')).expect(0, 'without headers')
        for words in (['hexdump', '-C'], ['xxd'], ['od', '-A', 'x', '-t', 'x1']):
            try:
                dump = subprocess.run(words, input=first, capture_output=True, check=True).stdout
            except FileNotFoundError:
                continue
            run('show', '-', '--brief', input=dump.decode()).expect(0, 'DISCOVER')
        dump = subprocess.run(['tshark', '-r', file, '-x'], capture_output=True, check=True).stdout
        assert len(lines('-', input=dump.decode())) == 2, dump
        run('show', '-', input='hello').expect(1, 'standard input', 'line 1')
        run('show', '-', input='').expect(1, 'standard input is empty')


def tens_of_thousands_of_options_cost_no_seconds() -> None:
    with folder() as where:
        file = where / 'x.pcap'
        whole = Path(make_capture(where, 1)).read_bytes()
        start = GLOBAL_HEADER + PACKET_HEADER
        message = whole[start + 42:start + 42 + 240] + b'\x0c\x00' * 29_000
        udp = struct.pack('!HHHH', 68, 67, len(message) + 8, 0) + message
        header = struct.pack('!BBHHHBBHII', 0x45, 0, len(udp) + 20, 0, 0, 64, 17, 0, 0, 0xffffffff)
        frame = whole[start:start + 14] + header + udp
        file.write_bytes(whole[:GLOBAL_HEADER + 8] + struct.pack('<II', len(frame), len(frame)) +
                         frame)
        for view in ('--brief', '--text', '--table', '--hex', '--json'):
            before = os.times()
            run('show', str(file), view).expect(0, 'host-name')
            after = os.times()
            used = after.children_user - before.children_user
            assert used < 0.7, f'{view}: {used} s'


def captures_of_other_kinds() -> None:
    with folder() as where:
        file = make_capture(where)
        newer = str(where / 'x.pcapng')
        subprocess.run(['tshark', '-r', file, '-F', 'pcapng', '-w', newer], check=True,
                       stderr=subprocess.DEVNULL)
        assert lines(newer) == lines(file)
        with open(newer, 'rb') as stdin:
            assert lines('-', stdin=stdin) == lines(file)
        wireless = Path(file).read_bytes()
        Path(file).write_bytes(wireless[:20] + b'\x69' + wireless[21:])
        run('show', file).expect(1, '802.11', 'link type 105')


def json_is_a_line_a_packet() -> None:
    with folder() as where:
        packets = [json.loads(line) for line in lines(make_capture(where), '--json')]
        assert [p['number'] for p in packets] == list(range(1, 9))
        offer = packets[1]
        assert offer['time'] == '2025-11-24T16:00:00.001000000Z', offer
        assert offer['link'] == 'ethernet' and offer['message'] == 'DHCPOFFER'
        assert offer['layers']['bootp']['giaddr'] == '10.9.0.1'
        lease = next(o for o in offer['options'] if o['code'] == 51)
        assert (lease['name'], lease['value'], lease['raw']) == ('dhcp-lease-time', '3600',
                                                                 '00000e10'), lease
        assert offer['faults'] == [], offer['faults']


def colour_and_progress_are_for_terminals() -> None:
    with folder() as where:
        file = make_capture(where, 40_000)
        assert '\x1b' not in run('show', file, '-c', '4').out
        assert '\x1b[32mOFFER' in run('show', file, '-c', '4', '--color', 'always').out
        ours, theirs = pty.openpty()
        done = subprocess.run([LESSOR, 'show', '--brief', file], stdout=subprocess.DEVNULL,
                              stderr=theirs, timeout=30, check=False)
        os.close(theirs)
        said = os.read(ours, 65536).decode()
        assert done.returncode == 0 and '16384 packets' in said and '%' in said, said
        assert said.endswith('\r\x1b[K'), said


def readers_that_go_away_and_full_disks() -> None:
    with folder() as where:
        file = make_capture(where, 20_000)
        done = subprocess.run(f'{LESSOR} show {file} | head -n 1', shell=True, text=True,
                              capture_output=True, timeout=30, check=True)
        assert done.stderr == '' and len(done.stdout.splitlines()) == 1, done
        with open('/dev/full', 'wb') as full:
            done = subprocess.run([LESSOR, 'show', file], stdout=full, stderr=subprocess.PIPE,
                                  text=True, timeout=30, check=False)
            assert done.returncode == 1 and 'No space left' in done.stderr, done
        run('show', file, '-w', '/dev/full').expect(1, '/dev/full')


CASES = [words_and_exit_codes, a_packet_is_picked_by_its_number, conditions_choose,
         what_is_written_is_what_was_chosen, a_damaged_file_is_shown_up_to_its_damage,
         standard_input_may_be_anything, tens_of_thousands_of_options_cost_no_seconds,
         captures_of_other_kinds, json_is_a_line_a_packet, colour_and_progress_are_for_terminals,
         readers_that_go_away_and_full_disks]
