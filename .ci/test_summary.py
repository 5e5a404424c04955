#!/usr/bin/env python3
"""The closing summary must not call a broken run a good one."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
CARGO_OK = "     Running delivery.rs (/t/debug/deps/delivery-0123abcd)\n\ntest result: ok. 7 passed; 0 failed; 1 ignored; 0 measured\n"
OTHER = "     Running intake.rs (/t/debug/deps/intake-0123abcd)\n\ntest result: ok. 5 passed; 0 failed; 0 ignored; 0 measured\n"
CARGO_BAD = "test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured\n"


def summary(*phases: tuple[str, int, bool, str]) -> tuple[int, str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, status, tests, log in phases:
            Path(folder, f"{name}.log").write_text(log)
            with open(Path(folder, "phases.tsv"), "a") as notes:
                notes.write(f"{name}\t{status}\t3\t{'yes' if tests else 'no'}\n")
        done = subprocess.run([sys.executable, HERE / "summary", folder], capture_output=True, text=True)
        return done.returncode, done.stdout


class Summary(unittest.TestCase):
    def test_counts_of_every_runner_are_added(self):
        node = "ℹ tests 4\nℹ pass 3\nℹ fail 0\nℹ cancelled 0\nℹ skipped 1\n"
        status, text = summary(("unit", 0, True, CARGO_OK), ("browser", 0, True, node), ("compose", 0, True, "rules: 5 passed, 0 failed\n"))
        self.assertEqual(status, 0, text)
        self.assertEqual(text.splitlines()[-1], "meyar: 15 passed, 0 failed, 2 skipped")

    def test_a_failed_phase_fails_the_run(self):
        status, text = summary(("format", 1, False, "Diff in x.rs\n"), ("unit", 0, True, CARGO_OK))
        self.assertEqual(status, 1)
        self.assertEqual(text.splitlines()[-1], "meyar: 7 passed, 1 failed, 1 skipped")

    def test_failures_behind_a_good_exit_fail_the_run(self):
        self.assertEqual(summary(("unit", 0, True, CARGO_BAD))[0], 1)

    def test_a_phase_that_ran_no_test_fails_the_run(self):
        status, text = summary(("end-to-end", 0, True, "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured\n"))
        self.assertEqual(status, 1)
        self.assertIn("no test ran", text)

    def test_a_run_without_phases_fails(self):
        self.assertEqual(summary()[0], 1)

    def test_both_brokers_are_named_with_their_counts(self):
        kafka = "kafka: Apache Kafka 4.3.1 ready on 127.0.0.1:1 after 9 ms\n" + CARGO_OK
        text = summary(("end-to-end", 0, True, CARGO_OK + OTHER), ("delivery-on-kafka", 0, True, kafka))[1]
        self.assertIn("delivery tests on the embedded broker: ran, 7 passed", text)
        self.assertIn("delivery tests on Apache Kafka 4.3.1: ran, 7 passed", text)

    def test_a_test_that_could_not_be_had_is_counted_as_skipped_with_its_reason(self):
        reason = "SKIPPED: this user may not mount a file system"
        status, text = summary(("end-to-end", 0, True, f"{reason}\ntest a ... {reason}\n{CARGO_OK}"))
        self.assertEqual(status, 0, text)
        self.assertEqual(text.splitlines()[-1], "meyar: 5 passed, 0 failed, 3 skipped")
        self.assertEqual(text.count(f"in end-to-end: {reason}"), 2)

    def test_a_skipped_kafka_suite_is_told_with_its_reason(self):
        reason = "KAFKA NOT FETCHED: Maven Central cannot be reached: no answer"
        status, text = summary(("unit", 0, True, CARGO_OK), ("delivery-on-kafka", 75, True, reason + "\n"))
        self.assertEqual(status, 0, text)
        self.assertIn(f"delivery tests on Apache Kafka: SKIPPED: {reason}", text)


if __name__ == "__main__":
    program = unittest.main(exit=False, verbosity=0)
    result = program.result
    bad = len(result.failures) + len(result.errors)
    print(f"summary: {result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
