"""`lessor bench` against servers: its figures are those that the server counts."""

import json
from collections import Counter

from lab import Host, Lab, check, check_equal, wait_until
from servers import LESSOR, Dnsmasq, Lessor, config, subnet

COUNTED = ('received DHCPDISCOVER', 'received DHCPREQUEST', 'sent DHCPOFFER', 'sent DHCPACK')


def bench(host: Host, target: str, *words: str, ok: tuple[int, ...] = (0,)) -> dict:
    """A run's figures as JSON."""
    return json.loads(host.run(LESSOR, 'bench', target, '--json', *words, timeout=60, ok=ok))


def unreachable_said(host: Host) -> int:
    """ICMP "destination unreachable" that the host's kernel has sent."""
    names, values = (line.split() for line in host.run('cat', '/proc/net/snmp').splitlines()
                     if line.startswith('Icmp:'))
    return int(values[names.index('OutDestUnreachs')])


def run_and_compare(load: Host, tested: Lessor, target: str, *words: str) -> dict:
    """Messages of the run as both ends count them. Without timeouts nothing was lost between."""
    def counted() -> list[int]:
        counters = tested.status()['counters']
        return [counters.get(name, 0) for name in COUNTED]
    before = counted()
    report = bench(load, target, *words)
    discovers, requests, offers, acks = (b - a for a, b in zip(before, counted()))
    phases = [report[name]['counts'] for name in ('run', 'preparation') if name in report]
    for counts in phases:
        check_equal(counts['begun'], counts['done'] + counts['dropped'] + counts['refused'] +
                    counts['unfinished'], f'how exchanges ended, in all: {counts}')
    sent, received, timeouts, done = (sum(counts[name] for counts in phases)
                                      for name in ('sent', 'received', 'timeouts', 'done'))
    print(f"  {target} {' '.join(words)}: {report['run']['exchanges-per-second']:.0f}/s, "
          f"{report['generator']['cpu-share']:.0%} of one processor, {timeouts} timeouts")
    check(0 <= sent - (discovers + requests) <= timeouts,
          f'{sent} sent, {discovers} + {requests} received')
    check(0 <= offers + acks - received <= timeouts, f'{offers} + {acks} sent, {received} received')
    check(0 <= acks - done <= timeouts, f'{acks} ACKs, {done} exchanges')
    for phase in ('run', 'preparation'):
        check(not any(report.get(phase, {}).get('violations', {}).values()), f'{report}')
    return report


def bench_figures_add_up(lab: Lab) -> None:
    """Direct and relayed, new leases and renewals, both loops: what the bench says it did is what
    the server says was done, and so are the leases."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.64.0.1/10')
    lab.connect(load, switch)
    tested = Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.66.255.255', '10.64.0.1'),
                                 valid=4000))
    tested.start()

    report = run_and_compare(load, tested, 'eth0', '--clients', '3000')
    check_equal(report['run']['counts']['done'], 3000, 'exchanges')
    check_equal(report['run']['latency-ns']['bind']['count'], 3000, 'exchanges timed')
    check_equal(report['holding'], 3000, 'clients with a lease')
    check_equal(len([l for l in tested.leases() if l.state == 'active']), 3000, 'leases')

    run_and_compare(load, tested, 'eth0', '--clients', '500', '--broadcast', '--first', '3000')
    report = run_and_compare(load, tested, 'eth0', '--clients', '2000', '--scenario', 'renew',
                             '--rate', '2000', '--exchanges', '4000')
    check_equal(report['run']['latency-ns']['renew']['count'], 4000, 'renewals timed')

    for last in (2, 3, 4):
        load.run('ip', 'addr', 'add', f'10.64.0.{last}/10', 'dev', 'eth0')
    relays = ('--giaddr', '10.64.0.0/24', '--first', '100000')
    report = run_and_compare(load, tested, '10.64.0.1', '--clients', '2000', *relays)
    check_equal(report['relays'], 3, 'relays')
    check_equal(report['generator']['packets'], 'frames', 'how relays send')
    report = run_and_compare(load, tested, '10.64.0.1', '--clients', '500', '--udp',
                             '--giaddr', '10.64.0.0/24', '--first', '200000')
    check_equal(report['generator']['packets'], 'udp', 'how relays send with --udp')
    report = run_and_compare(load, tested, '10.64.0.1', '--clients', '500', '--first', '300000',
                             '--giaddr', '10.65.0.250-10.65.0.253')
    check_equal(report['relays'], 4, 'relays that this host does not have')
    run_and_compare(load, tested, '10.64.0.1', '--clients', '1000', *relays, '--scenario', 'renew')
    check_equal(len([l for l in tested.leases() if l.state == 'active']), 6500, 'leases')
    check_equal(unreachable_said(load), 0, 'times that the kernel told the server off')


def bench_plays_what_clients_do_with_leases(lab: Lab) -> None:
    """Rebinding, reboot, release and decline, on the link and relayed, and an avalanche: what they
    say was done is what became of the server's leases."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.64.0.1/10')
    lab.connect(load, switch, address='10.64.0.2/10')
    tested = Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.65.255.255', '10.64.0.1'),
                                 valid=4000))
    tested.start()

    def states() -> Counter[str]:
        return Counter(lease.state for lease in tested.leases())
    for number, target in enumerate(('eth0', '10.64.0.1')):
        clients = ('--clients', '300', '--first', str(number * 10000))
        for scenario in ('rebind', 'reboot'):
            report = run_and_compare(load, tested, target, *clients, '--scenario', scenario)
            check_equal(report['run']['counts']['done'], 300, scenario)
            check_equal(report['run']['latency-ns'][scenario]['count'], 300, f'{scenario}s timed')
            check_equal(report['holding'], 300, 'clients with a lease')
        before = states()
        for scenario, state in (('release', 'released'), ('decline', 'declined')):
            report = bench(load, target, *clients, '--scenario', scenario)
            check_equal(report['run']['counts']['done'], 300, scenario)
            check_equal(report['holding'], 0, 'clients with a lease')
            wait_until(lambda: states()[state] == before[state] + 300, f'300 are {state}', 5)
            check_equal(states()['active'], 0, f'leases after {scenario}')
    report = run_and_compare(load, tested, 'eth0', '--clients', '3000', '--first', '50000',
                             '--scenario', 'avalanche', '--retry', '1s')
    check_equal(report['run']['counts']['done'], 3000, 'bound')
    within = report['run']['bound-within']
    check(0 < within['50%'] <= within['90%'] <= within['99%'] <= within['100%'], f'{within}')
    check_equal(states()['active'], 3000, 'leases')


def bench_mixes_at_a_rate_that_changes(lab: Lab) -> None:
    """Each kind's part, each kind's figures, and as many exchanges as the profile has."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, mac='02:00:00:00:01:01', address='10.64.0.1/10')
    lab.connect(load, switch)
    tested = Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.65.255.255', '10.64.0.1'),
                                 valid=4000))
    tested.start()
    profile = load.folder / 'profile'
    profile.write_text('0 0\n1 1000 # up\n1 200\n2 200\n')
    report = bench(load, 'eth0', '--clients', '600', '--scenario', 'mix', '--seed', '7',
                   '--profile', str(profile),
                   '--mix', 'dora=20,renew=40,rebind=10,reboot=20,release=10')
    kinds = report['run']['exchanges']
    print('  ' + ', '.join(f"{counts['done']} {kind}" for kind, counts in kinds.items()))
    check_equal(report['run']['counts']['begun'], 700, 'exchanges')
    check_equal(sum(counts['done'] for counts in kinds.values()), 700, 'exchanges done')
    check(all(counts['done'] > 30 for counts in kinds.values()) and len(kinds) == 5, f'{kinds}')
    for kind in ('renew', 'rebind', 'reboot'):
        check_equal(report['run']['latency-ns'][kind]['count'], kinds[kind]['done'], kind)
    check(not any(report['run']['violations'].values()), f'{report}')
    wait_until(lambda: len([l for l in tested.leases() if l.state == 'active']) ==
               report['holding'], f"{report['holding']} leases", 5)


def bench_sees_what_is_wrong(lab: Lab) -> None:
    """Two servers that know nothing of each other give out the same addresses. Clients take the
    first offer, so sooner or later two of them hold one address: told, with exit code 1."""
    switch, load = lab.switch(record=False), lab.host('load')
    lab.connect(load, switch)
    for number in (1, 2):
        host = lab.host(f'server{number}')
        lab.connect(host, switch, mac=f'02:00:00:00:01:0{number}', address=f'10.64.0.{number}/10')
        one = Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.65.3.255', '10.64.0.1')),
                     name=f'server{number}')
        one.start()
    for _ in range(20):  # the first offer is now this one's, now that one's
        report = bench(load, 'eth0', '--clients', '800', ok=(0, 1))
        wrong = report['run']['violations']
        if wrong['two-holders']:
            break
    check(wrong['two-holders'] > 0, f'nobody held an address twice: {wrong}')
    check('other-mac' in report['run']['first-violation'], f'{report["run"]}')
    check(report['run']['counts']['further-offers'] > 0, 'only one server answered')


def bench_against_another_server(lab: Lab) -> None:
    """dnsmasq answers renewals and relays through its kernel, which asks by ARP where each is."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, address='10.1.0.1/24')
    lab.connect(load, switch)
    dnsmasq = Dnsmasq(host, '10.1.0.10', '10.1.0.99')
    dnsmasq.start()
    report = bench(load, 'eth0', '--clients', '20', '--window', '20', '--scenario', 'renew',
                   '--exchanges', '60', '--tries', '8', '--retry', '1s')
    check_equal(report['preparation']['counts']['done'], 20, 'clients bound')
    check_equal(report['run']['counts']['done'], 60, 'renewals')
    load.run('ip', 'addr', 'add', '10.1.0.2/24', 'dev', 'eth0')
    report = bench(load, '10.1.0.1', '--clients', '20', '--first', '100', '--window', '1',
                   '--giaddr', '10.1.0.200-10.1.0.201')
    check_equal(report['run']['counts']['done'], 20, f'clients behind relays: {report["run"]}')


def bench_finds_a_rate_that_passed(lab: Lab) -> None:
    """How high it is is the machine's; that it is one of those tried, and by which rules, is ours.
    Interrupted, a search answers with what has passed so far."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, address='10.64.0.1/10')
    lab.connect(load, switch)
    Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.65.3.255', '10.64.0.1'))).start()
    for scenario in ('dora', 'renew', 'mix'):
        words = ['timeout', '--preserve-status', '--signal=INT', '6', LESSOR, 'bench', 'eth0',
                 '--json', '--max', '--rate', '20', '--clients', '300', '--duration', '500ms']
        report = json.loads(load.run(*words, '--scenario', scenario, timeout=30))
        found, probes = report['max']['rate'], report['max']['probes']
        print('  ' + ', '.join(f"{p['rate']:.0f} {p['verdict']}" for p in probes))
        check(len(probes) > 1 and probes[0]['rate'] == 20, f'{probes}')
        passed = [p for p in probes if p['verdict'] == 'passed']
        check_equal(found, max(p['rate'] for p in passed), 'the highest rate that passed')
        check(all(p['lost-share'] <= 0.001 for p in passed), f'{passed}')
        check_equal(report['rate'], found, 'the rate of the run that is told')
        check_equal(report['run']['counts']['begun'], found / 2, 'its exchanges')
    check_equal(report['preparation']['counts']['done'], 300, 'clients bound')


def bench_plays_captured_clients(lab: Lab) -> None:
    """Each says what one of the capture said, and has a client identifier of its own, so each gets
    an address of its own."""
    switch, host, load = lab.switch(record=False), lab.host('server'), lab.host('load')
    lab.connect(host, switch, address='10.64.0.1/10')
    lab.connect(load, switch)
    tested = Lessor(host, config(subnet('10.64.0.0/10', '10.65.0.0-10.65.3.255', '10.64.0.1')))
    tested.start()
    capture = host.folder / 'capture'
    capture.write_text(''.join(
        load.run(LESSOR, 'craft', 'discover', '--text', '--mac', f'02:00:00:00:00:0{n}',
                 '-o', f'host-name=box{n}', '-o', f'client-identifier={identifier}')
        for n, identifier in enumerate(('01:02:00:00:00:00:01', '00:61:62:63:64:65'))))
    for scenario in ('dora', 'renew'):
        report = bench(load, 'eth0', '--clients', '30', '--window', '9', '--pcap', str(capture),
                       '--scenario', scenario)
        check_equal(report['run']['counts']['done'], 30, 'exchanges')
        check_equal(report['option-sets'], 2, 'clients of the capture')
    rows = json.loads(tested.ask('leases', 'list', '--json'))
    rows = rows['leases'] if isinstance(rows, dict) else rows
    check_equal(len({row['ip-address'] for row in rows}), 30, 'leases')
    check_equal(len({row['client-id'] for row in rows}), 30, 'client identifiers')
    for row in rows:
        number = int(row['hw-address'].replace(':', '')[4:], 16)
        check_equal(row['hostname'], f'box{number % 2}', f"the host name of {row['hw-address']}")


PARALLEL = [bench_figures_add_up, bench_plays_what_clients_do_with_leases,
            bench_mixes_at_a_rate_that_changes,
            bench_sees_what_is_wrong, bench_against_another_server,
            bench_finds_a_rate_that_passed, bench_plays_captured_clients]
ALONE: list = []
