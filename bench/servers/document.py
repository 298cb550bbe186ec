"""docs/performance.md, made of what was measured. Every figure in it is computed; nothing is typed
in. What people wrote below its heading "Notes" stays."""

from dataclasses import dataclass

from figures import Results
from report import (COSTS, RATES, Facts, cells, doubts, markdown, missing, ratios, verdicts)


@dataclass(frozen=True)
class Run:
    """One run of the comparison: what it measured, and where."""

    results: Results
    facts: Facts
    machine: dict[str, str]
    flushes: list[list[str]]
    law: bool | None  # whether no ACK left before its flush; None: not looked at
    law_name: str
    windows: dict[tuple[str, str], int]
    command: str
    minutes: float
    seconds: float  # of each load


HEAD = '''# Performance
Written by `{command}`, which measures all of this on your machine in about {minutes:.0f} minutes.
**A figure here is only good beside the others of its run**: another machine, another disk or
another kernel moves all of them, and the ratios little.

'''

NOTES = '\n## Notes\n'

HOW = '''
## How to read it
- Each server has one network namespace, the clients (`lessor bench`) another, with a veth pair
  between them. Servers take turns, {rounds} times; each starts afresh, with an empty store unless
  the row says otherwise; **medians** are shown, and of ratios the median over the rounds. Nothing
  is pinned to a processor and nothing has a priority, so on two processors the generator takes a
  good part of one.
- An exchange is DISCOVER, OFFER, REQUEST, ACK; a renewal REQUEST, ACK. Every client is another one,
  so every exchange makes a new lease. Clients are `on the link` (raw frames, each with its own
  hardware address) or behind relays (two, or one in each of 1,000 subnets).
- Rates are of a closed loop over {seconds:g} s (half of that for who does hundreds): so many
  exchanges are under way at any time as suit the server best, which the first round finds (below).
  Latencies are of whole exchanges begun by the clock, {steady} a second.
- **Lessor** sends no DHCPACK before its lease is flushed to the disk (`fdatasync`); leases wait
  together for a flush. **Kea** is Debian's package with several threads and its lease file
  (memfile), which it never flushes; **Kea, sync** is the same with the lease file on a file system
  mounted with `-o sync` (ext4 on a loop device on the same disk): what it takes to promise the
  same. **dnsmasq** and **dhcpd** flush each lease by itself; they ask nobody by ping whether an
  address is free (they would wait for that), and dhcpd grants renewals in a lease's first quarter
  without writing them down (its dhcp-cache-threshold). All log as they do by default, into memory.
- The **reflector** is the limit: the same packet socket, ring and way of sending as Lessor's, with
  canned replies. It stores nothing, decides nothing and flushes nothing.
- **AF_XDP** says that it receives that way (`"dhcp-socket-type": "xdp"`), the server and the
  reflector alike; the usual loads only.
- Churn: nine tenths of the addresses that a pool 99.9% full has left are leased and given back,
  ten times (until {burst} s are over), by other clients each time; only the leasing is timed.
  `Empty` is the same in the same pool without the others' leases. Of Kea this, the avalanche and
  many leases are medians of {patient} rounds at most: they take minutes.
- Processor time is the server's own, all threads, as the kernel accounts it; in a veth pair a part
  of the receiver's work is done in the sender's time. Memory is what is resident.
'''


def machine_table(machine: dict[str, str]) -> str:
    return '\n'.join(['| | |', '|---|---|', *(f'| {k} | {v} |' for k, v in machine.items())])


def windows_table(run: Run) -> list[list[str]]:
    loads = ('direct', 'relayed', 'renew')
    titles = ('on the link', 'relayed', 'renewals')
    table = [['exchanges under way', *titles]]
    for name, title in run.facts.servers.items():
        found = [run.windows.get((load, name)) for load in loads]
        table.append([title, *(str(w) if w else '-' for w in found)])
    return table


def durability(run: Run) -> str:
    said = {True: f'`e2e.{run.law_name}` passed in this run: with every flush taking 300 ms no '
                  'DHCPACK leaves earlier, to repeated REQUESTs neither.',
            False: f'**`e2e.{run.law_name}` failed in this run.**',
            None: f'`e2e.{run.law_name}` was not run.'}[run.law]
    return f'''
## Durability
Flushes (`fsync`, `fdatasync`) that strace counted in a run of new leases, apart from those above
since it slows a server down:

{markdown(run.flushes)}

{said}
'''


def bullets(heading: str, lines: list[str]) -> str:
    return f'\n## {heading}\n' + '\n'.join(f'- {line}' for line in lines) + '\n' if lines else ''


def notes(before: str) -> str:
    """What stays of the document that was there."""
    _, heading, text = before.partition(NOTES)
    return heading + text


def document(run: Run, before: str = '') -> str:
    """`before` is the document that this one replaces."""
    results, facts = run.results, run.facts
    text = HEAD.format(command=run.command, minutes=run.minutes)
    text += machine_table(run.machine)
    text += '\n\n## Targets\n' + markdown(verdicts(results)) + '\n'
    text += '\n## Exchanges a second\n' + markdown(cells(results, facts, RATES)) + '\n'
    for to in ('kea', 'reflector'):
        if to in facts.servers:
            text += f'\nAs multiples of {facts.servers[to]}:\n\n'
            text += markdown(ratios(results, facts, to)) + '\n'
    text += '\n## Time, processor and memory\n' + markdown(cells(results, facts, COSTS)) + '\n'
    text += durability(run) if len(run.flushes) > 1 else ''
    text += generators(results)
    text += HOW.format(seconds=run.seconds, **facts.words)
    text += '\n' + markdown(windows_table(run)) + '\n'
    text += bullets('Not done', missing(results, facts))
    text += bullets('To be doubted', doubts(results, facts))
    return text + notes(before)


def generators(results: Results) -> str:
    ours, theirs = (results.rate('generator', g) for g in ('lessor bench', 'perfdhcp'))
    if not ours or not theirs:
        return ''
    return f'''
## The load generators themselves
Against the reflector, behind a relay: `lessor bench` {ours:,.0f} exchanges a second, perfdhcp
{theirs:,.0f} at the offered rate at which it completes most: {ours / theirs:.1f} times that.
'''
