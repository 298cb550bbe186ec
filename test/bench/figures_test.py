#!/usr/bin/env python3
"""What the comparison of servers computes: medians, ratios, verdicts, and what it reads of others'
output."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / 'bench' / 'servers'))

from document import Run, document  # noqa: E402: they are where they are used
from figures import (TARGETS, Results, Sample, Target, flushes, judge,  # noqa: E402
                     perfdhcp_rate, ratio, sample_of, together)
from report import (Facts, Row, cells, doubts, markdown, plain, rate,  # noqa: E402
                    ratios, verdicts, whole)

SHOWN = {
    'window': 64,
    'generator': {'cpu-share': 0.5, 'lost-answers': 0, 'send-failures': 0},
    'run': {
        'counts': {'done': 200, 'dropped': 1, 'unfinished': 2},
        'elapsed': 2_000_000_000, 'exchanges-per-second': 100.0,
        'latency-ns': {'bind': {'p50': 10, 'p90': 20, 'p99': 30, 'p99.9': 40, 'max': 50},
                       'offer': {'p50': 1}},
        'violations': {'two-holders': 3}}}

PERFDHCP = '''***Rate statistics***
Rate: 4959.98 4-way exchanges/second, expected rate: 5000

***Statistics for: DISCOVER-OFFER***
sent packets: 50018
'''

STRACE = '''% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 97.12    0.512345         512      1000           fdatasync
  2.88    0.015192          15        12         2 fsync
  0.00    0.000000           0        33           write
------ ----------- ----------- --------- --------- ----------------
100.00    0.527537                  1045         2 total
'''

FACTS = Facts({'leases': '9', 'avalanche': '9', 'steady': '9', 'rounds': '3', 'burst': '4',
               'patient': '3'},
              {'lessor': 'Lessor', 'kea': 'Kea'})


def results(**rates: list[float]) -> Results:
    """Rates of new leases on the link, by server."""
    made = Results()
    for server, values in rates.items():
        for value in values:
            made.add('direct', server, Sample(rate=value))
    return made


class Samples(unittest.TestCase):
    def test_a_run_of_the_load_tester_is_read(self) -> None:
        sample = sample_of(SHOWN, cpu=0.4, memory=7)
        self.assertEqual(sample.rate, 100.0)
        self.assertEqual(sample.latency, {'p50': 10, 'p99': 30, 'p99.9': 40})
        self.assertEqual((sample.wrong, sample.lost, sample.window), (3, 3, 64))
        self.assertAlmostEqual(sample.cpu, 0.002)

    def test_what_prepares_a_run_costs_the_server_too(self) -> None:
        before = {'counts': {'done': 600}, 'violations': {'no-server': 1}}
        sample = sample_of(SHOWN | {'preparation': before}, cpu=0.4, memory=7)
        self.assertAlmostEqual(sample.cpu, 0.0005)
        self.assertEqual(sample.wrong, 4)

    def test_a_server_that_never_answered_has_a_rate_of_nothing(self) -> None:
        self.assertEqual(sample_of({}, cpu=1.0, memory=7), Sample(memory=7))


class Medians(unittest.TestCase):
    def test_the_median_is_no_mean(self) -> None:
        self.assertEqual(results(lessor=[1, 100, 3]).rate('direct', 'lessor'), 3)

    def test_nothing_measured_has_none(self) -> None:
        self.assertIsNone(results(lessor=[1]).rate('renew', 'lessor'))

    def test_rounds_far_apart_are_said(self) -> None:
        self.assertEqual(doubts(results(lessor=[99, 100, 101]), FACTS), [])
        self.assertIn('Lessor, direct: the rounds lie 50% apart',
                      doubts(results(lessor=[75, 100, 125]), FACTS))

    def test_a_load_tester_that_was_the_limit_is_said(self) -> None:
        made = Results()
        made.add('direct', 'kea', Sample(rate=100, generator=0.95))
        self.assertIn('Kea, direct: the load tester took 95% of a processor: it was a limit itself',
                      doubts(made, FACTS))

    def test_wrong_leases_are_said(self) -> None:
        made = Results()
        made.add('direct', 'kea', Sample(rate=100, wrong=3))
        self.assertEqual(doubts(made, FACTS), ['Kea, direct: 3 leases were wrong'])

    def test_short_runs_count_as_one(self) -> None:
        one = together([Sample(rate=100, exchanges=100, seconds=1.0),
                        Sample(rate=300, exchanges=900, seconds=3.0)])
        self.assertEqual((one.rate, one.exchanges, one.seconds), (250, 1000, 4.0))


class Verdicts(unittest.TestCase):
    AT_LEAST = Target('x', 10, ('direct', 'lessor'), ('direct', 'kea'))
    AT_MOST = Target('y', 0.1, ('direct', 'lessor'), ('direct', 'kea'), at_most=True)

    def test_at_least(self) -> None:
        good = judge(self.AT_LEAST, results(lessor=[100], kea=[10]))
        self.assertEqual((good.met, good.measured, good.says), (True, '10.00', 'met'))
        bad = judge(self.AT_LEAST, results(lessor=[75], kea=[10]))
        self.assertEqual((bad.met, bad.says), (False, 'missed by 25%'))

    def test_at_most(self) -> None:
        self.assertTrue(judge(self.AT_MOST, results(lessor=[1], kea=[10])).met)
        bad = judge(self.AT_MOST, results(lessor=[2], kea=[10]))
        self.assertEqual((bad.met, bad.says), (False, 'missed by 100%'))

    def test_rounds_are_compared_with_each_other(self) -> None:
        self.assertEqual(ratio([10, 20, 60], [1, 2, 3]), 10)
        self.assertEqual(ratio([10, 20, 60], [2, 2]), 10)
        self.assertIsNone(ratio([10], []))

    def test_what_was_not_measured_is_neither_met_nor_missed(self) -> None:
        for made in (results(lessor=[1]), results(kea=[1]), results(lessor=[1], kea=[0])):
            self.assertIsNone(judge(self.AT_LEAST, made).met)

    def test_every_target_of_an_empty_run_is_not_measured(self) -> None:
        self.assertEqual({line[3] for line in verdicts(Results())[1:]}, {'not measured'})
        self.assertEqual(len(verdicts(Results())), len(TARGETS) + 1)


class Tables(unittest.TestCase):
    ROWS = (Row('new', 'direct', rate, whole), Row('never', 'renew', rate, whole))

    def test_rows_that_nobody_was_measured_for_are_left_out(self) -> None:
        table = cells(results(lessor=[12345]), FACTS, self.ROWS)
        self.assertEqual(table, [['', 'Lessor', 'Kea'], ['new', '12,345', '-']])

    def test_ratios(self) -> None:
        self.assertEqual(ratios(results(lessor=[100], kea=[8]), FACTS, 'kea')[1][1:],
                         ['12.50', '1.00'])

    def test_columns_stand_below_each_other(self) -> None:
        table = [['', 'Lessor'], ['rate', '1']]
        self.assertEqual(plain(table), '        Lessor\n  rate       1')
        self.assertEqual(markdown(table), '|  | Lessor |\n| --- | ---: |\n| rate | 1 |')


class Documents(unittest.TestCase):
    def test_a_document_says_what_was_measured_and_keeps_what_people_wrote(self) -> None:
        run = Run(results=results(lessor=[12345], kea=[1234.5]), facts=FACTS,
                  machine={'kernel': '6.1'}, flushes=[['', 'flushes'], ['Lessor', '7']], law=True,
                  law_name='a_law', windows={('direct', 'lessor'): 64}, command='./dev bench',
                  minutes=12.3, seconds=2.0)
        text = document(run, 'old figures\n\n## Notes\nWhat the profile shows.\n')
        for said in ('| kernel | 6.1 |', '| new leases, on the link | 12,345 | 1,234 |',
                     '| new leases on the link, times Kea | at least 10 | 10.00 | met |',
                     '| Lessor | 64 | - | - |', '`e2e.a_law` passed'):
            self.assertIn(said, text)
        self.assertNotIn('old figures', text)
        self.assertTrue(text.endswith('\n\n## Notes\nWhat the profile shows.\n'), text[-80:])


class Others(unittest.TestCase):
    def test_perfdhcp(self) -> None:
        self.assertEqual(perfdhcp_rate(PERFDHCP), 4959.98)
        self.assertEqual(perfdhcp_rate('usage: perfdhcp'), 0.0)

    def test_flushes(self) -> None:
        self.assertEqual(flushes(STRACE), 1012)
        self.assertEqual(flushes(''), 0)


if __name__ == '__main__':
    unittest.main()
