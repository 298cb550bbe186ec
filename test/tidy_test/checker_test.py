#!/usr/bin/env python3
"""Tests of the checker: each rule is shown a small source that breaks it, and one that does not."""

import os
import tempfile
import unittest

import cpp
import tidy

CLEAN_HEADER = '#pragma once\n// What it is for.\n'


def lines(count: int) -> str:
    return '  x();\n' * count


def findings(files: dict[str, str]) -> list[str]:
    """'rule FILE:LINE' for each finding in a tree of these files."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), 'w', encoding='utf-8') as file:
                file.write(text)
        return [f'{f.rule} {f.path}:{f.line}' for f in tidy.check(root)]


class Rules(unittest.TestCase):
    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual([], findings({
            'src/net/a.h': CLEAN_HEADER + '#include "base/b.h"\n#include <vector>\n',
            'src/base/b.h': CLEAN_HEADER + 'int b();  // rand() in a comment\n',
            'src/base/b_test.cc': '#include "base/b.h"\n',
            'src/net/a.cc': '#include "net/a.h"\nconst char* s = "memcpy(";\n',
            'src/net/a_test.cc': '#include "net/a.h"\n',
            'src/net/c_test.cc': '#include "net/a.h"\n',
        }))

    # One bad source a rule: what is written, where, and the line that must be reported.
    BAD = [
        ('include-direction', 'src/base/a_test.cc', '#include "net/x.h"\n', 1),
        ('include-direction', 'src/lease/a_test.cc', '\n#include "config/x.h"\n', 2),
        ('include-direction', 'src/runtime/a_test.cc', '#include "wire/x.h"\n', 1),
        ('include-direction', 'src/net/a_test.cc', '#include "../base/x.h"\n', 1),
        ('pure-headers', 'src/net/a.cc', '#include <sys/socket.h>\n', 1),
        ('pure-headers', 'src/server/a.cc', '#include <mutex>\n', 1),
        ('pure-headers', 'src/wire/a.cc', '#include <netinet/in.h>\n', 1),
        ('heavy-headers', 'src/store/a.h', CLEAN_HEADER + '#include <rocksdb/db.h>\n', 3),
        ('heavy-headers', 'src/cli/a.h', CLEAN_HEADER + '#include <CLI/CLI.hpp>\n', 3),
        ('pragma-once', 'src/net/a.h', '// What for.\n#pragma once\n', 1),
        ('purpose', 'src/net/a.h', '#pragma once\nint a();\n', 1),
        ('columns', 'src/net/a_test.cc', '\n//' + 'x' * 99 + '\n', 2),
        ('white-space', 'src/net/a_test.cc', 'int a; \n', 1),
        ('white-space', 'src/net/a_test.cc', '\tint a;\n', 1),
        ('white-space', 'src/net/a_test.cc', 'int a;', 1),
        ('file-size', 'src/net/a_test.cc', 'int a;\n' * 501, 1),
        ('function-size', 'src/net/a_test.cc', 'int a() {\n' + lines(69) + '}\n', 1),
        ('function-size', 'src/net/a_test.cc',
         '\nstruct A {\n  A() : b_{1}, c_(2) {\n' + lines(69) + '  }\n};\n', 3),
        ('banned-names', 'src/net/a_test.cc', 'int a = rand();\n', 1),
        ('banned-names', 'src/net/a_test.cc', '\nlong a = std::time(nullptr);\n', 2),
        ('banned-names', 'src/lease/a_test.cc', 'auto t = steady_clock::now();\n', 1),
        ('banned-names', 'src/wire/a_test.cc', 'x = htons(1);\n', 1),
        ('banned-names', 'src/store/a_test.cc', 'std::memcpy(a, b, 1);\n', 1),
        ('banned-names', 'src/lease/a_test.cc', '__builtin_prefetch(a);\n', 1),
        ('banned-names', 'src/server/a_test.cc', 'std::unordered_map<int, int> a;\n', 1),
        ('banned-names', 'src/control/a_test.cc', 'std::shared_ptr<int> a;\n', 1),
        ('banned-names', 'src/wire/a_test.cc', '#pragma pack(1)\n', 1),
        ('banned-names', 'src/runtime/a_test.cc', 'std::this_thread::sleep_for(a);\n', 1),
        ('using-namespace', 'src/net/a.h', CLEAN_HEADER + 'using namespace std;\n', 3),
        ('comments', 'src/net/a_test.cc', '\n// See issue 12.\n', 2),
        ('comments', 'src/net/a_test.cc', '/* fixed in #7 */\n', 1),
        ('comments', 'src/net/a_test.cc', 'int a;  // TODO: more\n', 1),
        ('tests-exist', 'src/net/a.cc', 'int a;\n', 1),
        ('dead-headers', 'src/net/a.h', CLEAN_HEADER, 1),
    ]

    def test_rfc_rules_are_cited_whole_and_by_tests(self):
        rules = '| rule | what |\n|---|---|\n| R1-x | no id |\n| R2131-3-a | a |\n| R3011-a | b |\n'
        cites = '// R2131-3-a.\n// R2131-3\n// R2131-9-z\n'
        self.assertEqual(['rfc-rules docs/rfc-rules.md:5', 'rfc-rules src/net/a_test.cc:2',
                          'rfc-rules src/net/a_test.cc:3'],
                         findings({'docs/rfc-rules.md': rules, 'src/net/a_test.cc': cites,
                                   'src/net/a.cc': '// R3011-a: not by a test.\n'}))

    BAD_INPUT = ('| id | what | seeds | tests |\n|---|---|---|---|\n'
                 '| B01 | a | `message/bad-a*` | `A.Reads`, `e2e.load` |\n'
                 '| B02 | b | none: it is good | `A.Reads` |\n'
                 '| B03 | c | none: no such part | not here: no such part |\n')
    BAD_INPUT_TREE = {
        'docs/bad-input.md': BAD_INPUT, 'fuzz/seeds/message/bad-a': '',
        'src/net/a_test.cc': '// B01 to B02: it is read.\nTEST(A, Reads) {\n}\n',
        'test/e2e/a.py': 'def load(lab):\n    """B01."""\n',
    }

    def test_bad_input_whose_rows_hold_has_no_findings(self):
        self.assertEqual([], findings(self.BAD_INPUT_TREE))

    # What breaks a row: the file that is otherwise, what it holds then, the line that is reported.
    BAD_ROWS = [
        ('src/net/a_test.cc', '// B01.\nTEST(A, Reads) {\n}\n', 'docs/bad-input.md:4'),
        ('src/net/a_test.cc', '// B01-B02\n\nTEST(A, Reads) {\n}\n', 'docs/bad-input.md:3'),
        ('src/net/a_test.cc', '// B01, B02\nTEST(A, Writes) {\n}\n', 'docs/bad-input.md:4'),
        ('src/net/a_test.cc', 'TEST(A, Reads) {  // B01-B02, B77\n}\n', 'docs/bad-input.md:1'),
        ('test/e2e/a.py', 'def load(lab):\n    """B02."""\n', 'docs/bad-input.md:3'),
        ('fuzz/seeds/message/bad-b', '', 'fuzz/seeds/message/bad-b:1'),
        ('docs/bad-input.md', BAD_INPUT.replace('bad-a*', 'bad-c*'), 'docs/bad-input.md:3'),
        ('docs/bad-input.md', BAD_INPUT.replace('none: it', 'it'), 'docs/bad-input.md:4'),
        ('docs/bad-input.md', BAD_INPUT.replace('not here', 'here'), 'docs/bad-input.md:5'),
        ('docs/bad-input.md', BAD_INPUT.replace('B02', 'B04'), 'docs/bad-input.md:1'),
    ]

    def test_bad_input_whose_rows_do_not_hold_is_found(self):
        for path, text, line in self.BAD_ROWS:
            with self.subTest(path=path, text=text):
                self.assertIn(f'bad-input {line}', findings(self.BAD_INPUT_TREE | {path: text}))

    def test_each_rule_finds_what_breaks_it(self):
        for rule, path, text, line in self.BAD:
            with self.subTest(rule=rule, text=text[:60]):
                self.assertIn(f'{rule} {path}:{line}', findings({path: text}))

    # What looks like a breach and is none.
    GOOD = [
        ('include-direction', 'src/server/v4/a_test.cc', '#include "base/x.h"\n'),
        ('banned-names', 'src/runtime/a_test.cc', 'x = htons(1);\n'),
        ('banned-names', 'src/base/a_test.cc', 'std::memcpy(a, b, 1);\n'),
        ('banned-names', 'src/net/a_test.cc', 'x = lease_time(1); y = a.time(0); brand(2);\n'),
        ('comments', 'src/net/a_test.cc', '// An option #define, the issue at hand, RFC 2131.\n'),
        ('function-size', 'src/net/a_test.cc', 'const int a[] = {\n' + '  1,\n' * 90 + '};\n'),
        ('function-size', 'src/net/a_test.cc', 'namespace a {\n' + 'int b();\n' * 90 + '}\n'),
        ('columns', 'src/net/a_test.cc', '//' + 'é' * 98 + '\n'),
    ]

    def test_no_rule_cries_wolf(self):
        for rule, path, text in self.GOOD:
            with self.subTest(rule=rule, text=text[:60]):
                self.assertEqual([], [f for f in findings({path: text}) if f.startswith(rule)])

    def test_a_header_used_only_by_its_own_pair_is_dead(self):
        files = {
            'src/net/a.h': CLEAN_HEADER,
            'src/net/a.cc': '#include "net/a.h"\n',
            'src/net/a_test.cc': '#include "net/a.h"\n',
        }
        self.assertEqual(['dead-headers src/net/a.h:1'], findings(files))

    def test_too_many_long_functions_are_reported_though_each_is_allowed(self):
        body = ' {\n' + lines(45) + '}\n'
        files = {'src/net/a.cc': 'int a()' + body + 'int b()' + body, 'src/net/a_test.cc': ''}
        self.assertEqual(['functions-mostly-short src/net/a.cc:1',
                          'functions-mostly-short src/net/a.cc:48'], findings(files))


class Ceilings(unittest.TestCase):
    TOO_LONG = ['function-size src/net/a_test.cc:1']
    LONG = {'src/net/a_test.cc': 'int a() {\n' + lines(78) + '}\n'}  # 80 lines

    def check(self, ceiling: str) -> list[str]:
        return findings(self.LONG | {'test/tidy_test/ceilings.txt': ceiling})

    def test_a_listed_function_may_be_as_long_as_its_ceiling(self):
        self.assertEqual([], self.check('src/net/a_test.cc:a 80\n'))

    def test_it_may_not_grow(self):
        self.assertEqual(self.TOO_LONG, self.check('src/net/a_test.cc:a 79'))

    def test_when_it_shrinks_the_ceiling_must_follow(self):
        self.assertEqual(self.TOO_LONG, self.check('src/net/a_test.cc:a 81'))

    def test_what_is_gone_must_leave_the_list(self):
        self.assertEqual(['ceilings test/tidy_test/ceilings.txt:1'],
                         self.check('src/net/a_test.cc:a 80\nsrc/net/gone.cc 600\n'))


class Functions(unittest.TestCase):
    # Source text, and the functions that must be seen in it with their lengths.
    SHAPES = [
        ('int f() { return 1; }\n', [('f', 1)]),
        ('int A::f(int a, B b) const noexcept {\n}\n', [('A::f', 2)]),
        ('auto f() -> std::vector<int> {\n}\n', [('f', 2)]),
        ('A::A(int x) : B{x}, c_(x), d_{{1}} {\n}\n', [('A::A', 2)]),
        ('bool operator==(const A& a, const A& b) { return true; }\n', [('operator==', 1)]),
        ('struct A {\n  int b = 1;\n  void f() {\n  }\n  int c{2};\n  void g() {}\n};\n',
         [('f', 2), ('g', 1)]),
        ('namespace {\nTEST(Group, Case) {\n  if (x) {\n  }\n}\n}\n', [('Group.Case', 4)]),
        ('template <typename T>\nT f(T t) {\n  auto l = [](int a) { return a; };\n}\n', [('f', 3)]),
        ('#define M(x) do { x } while (0)\nint f() {}\n', [('f', 1)]),
        ('enum class A : int { a, b };\nint f(int a = 1) {}\n', [('f', 1)]),
        ('int n = 10\'000;\nchar c = \'{\';\nint f() {}\n', [('f', 1)]),
        ('auto r = R"({{{)";\nint f() {}\n', [('f', 1)]),
        ('constexpr A kAll[] = {{1, f(2)}, {3, f(4)}};\nint f() {}\n', [('f', 1)]),
        ('class A final : public B<C> {\n public:\n  ~A() override {\n  }\n};\n', [('~A', 2)]),
        ('struct A* f(struct A* a) {\n}\n', [('f', 2)]),
    ]

    def test_shapes(self):
        for text, expected in self.SHAPES:
            with self.subTest(text=text):
                code, _ = cpp.split_comments(text)
                self.assertEqual(expected, [(f.name, f.length) for f in cpp.functions(code)])


if __name__ == '__main__':
    unittest.main()
