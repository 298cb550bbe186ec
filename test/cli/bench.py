"""The load tester's words and what it says when there is nothing to load."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from program import LESSOR, run


def bench_says_what_it_needs() -> None:
    run('bench', '--help').expect(0, '--scenario', '--rate', 'docs/bench.md')
    run('bench').expect(2, 'TARGET')
    run('bench', 'eth0', '--scenario', 'renw').expect(2, "did you mean 'renew'?")
    run('bench', 'eth0', '--rate', '5', '--window', '6').expect(2, '--window')
    run('bench', 'eth0', '--giaddr', '10.0.0.1').expect(2, '--giaddr is for relays')


def bench_says_why_it_cannot() -> None:
    """No such interface, an interface without frames, no route, no such relay, no privilege."""
    def ip(*words: str) -> None:
        subprocess.run(['ip', *words], check=True)
    ip('link', 'set', 'lo', 'up')
    run('bench', 'bench0').expect(1, 'there is none of that name')
    run('bench', 'lo').expect(1, 'does not carry Ethernet frames')
    run('bench', '192.0.2.1').expect(1, 'no route to 192.0.2.1')
    ip('link', 'add', 'bench0', 'type', 'veth', 'peer', 'name', 'bench1')
    run('bench', 'bench0').expect(1, 'ip link set bench0 up')
    run('bench', 'benc0').expect(1, 'did you mean bench0?')
    ip('link', 'set', 'bench0', 'up')
    ip('link', 'set', 'bench1', 'up')
    ip('addr', 'add', '192.0.2.2/24', 'dev', 'bench0')
    run('bench', '192.0.2.2').expect(1, 'is an address of this host')
    run('bench', '192.0.2.1', '--giaddr', '192.0.2.7').expect(1, '192.0.2.1', 'nobody answers')
    for target in ('bench0', '192.0.2.1'):
        done = subprocess.run(['setpriv', '--bounding-set=-all', '--inh-caps=-all', LESSOR, 'bench',
                               target], capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 1 and 'run as root' in done.stderr, done


def make_quiet_link() -> None:
    for words in (('link', 'add', 'bench0', 'type', 'veth', 'peer', 'name', 'bench1'),
                  ('link', 'set', 'bench0', 'up'), ('link', 'set', 'bench1', 'up')):
        subprocess.run(['ip', *words], check=True)


def bench_without_a_server_ends_and_says_so() -> None:
    make_quiet_link()
    done = run('bench', 'bench0', '--clients', '5', '--retry', '50ms', '--tries', '2',
               '--json').expect(3, 'no answer came from bench0')
    counts = json.loads(done.out)['run']['counts']
    assert (counts['begun'], counts['dropped'], counts['done']) == (5, 5, 0), counts
    assert (counts['sent'], counts['timeouts'], counts['retransmissions']) == (10, 10, 5), counts


def bench_that_is_interrupted_tells_its_figures() -> None:
    make_quiet_link()
    done = subprocess.run(['timeout', '--preserve-status', '--signal=INT', '1', LESSOR, 'bench',
                           'bench0', '--clients', '5', '--duration', '1h', '--json'],
                          capture_output=True, text=True, timeout=20, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 3 and report['interrupted'], done
    assert report['run']['counts']['unfinished'] == 5, report


def bench_searches_nothing_where_nobody_is_served() -> None:
    make_quiet_link()
    run('bench', 'bench0', '--max', '--window', '4').expect(2, '--window')
    run('bench', 'bench0', '--max', '--clients', '5', '--retry', '50ms').expect(
        3, 'nobody got an address', 'no answer came from bench0')


def bench_writes_a_page() -> None:
    """Whole, or not at all; what cannot be written is said before anything is sent."""
    make_quiet_link()
    words = ('bench', 'bench0', '--clients', '2', '--retry', '50ms', '--tries', '1', '--html')
    run(*words, '/proc/none/page.html').expect(1, '--html /proc/none/page.html: cannot write in')
    run(*words, '/tmp').expect(1, '--html /tmp: a folder')
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "it's <b>.html"
        run(*words, str(page)).expect(3, 'no answer came from bench0')
        text = page.read_text()
        assert text.startswith('<!DOCTYPE html>') and text.endswith('</html>\n'), text[-80:]
        assert '&lt;b&gt;.html' in text and '<b>.html' not in text, text
        assert os.listdir(folder) == [page.name]
    run(*words, '/dev/full').expect(1, 'cannot write /dev/full: No space left on device')


def bench_takes_clients_from_a_capture() -> None:
    make_quiet_link()
    words = ('bench', 'bench0', '--retry', '50ms', '--tries', '1', '--pcap')
    run(*words, '/none.pcap').expect(1, 'cannot open /none.pcap: No such file or directory')
    run('bench', 'bench0', '--speed', '2').expect(2, '--pcap')
    with tempfile.TemporaryDirectory() as folder:
        offer, discover = Path(folder) / 'offer', Path(folder) / 'discover'
        offer.write_text(run('craft', 'offer', '--text').expect(0).out)
        run(*words, str(offer)).expect(1, f'{offer} holds no client')
        discover.write_text(run('craft', 'discover', '--text').expect(0).out)
        done = run(*words, str(discover), '--clients', '1', '--json').expect(3, 'no answer came')
        assert json.loads(done.out)['option-sets'] == 1, done


CASES = [bench_says_what_it_needs, bench_says_why_it_cannot,
         bench_without_a_server_ends_and_says_so, bench_that_is_interrupted_tells_its_figures,
         bench_searches_nothing_where_nobody_is_served, bench_writes_a_page,
         bench_takes_clients_from_a_capture]
