/**
 * The end of what CI prints, which is the part that its record keeps: what failed and why, what passed at the second
 * try, then the counts.
 *
 *     node closing-lines.mjs FOLDER SUITE STATUS SECONDS [SUITE STATUS SECONDS …]
 *
 * FOLDER has SUITE.json (Vitest's report) and SUITE.log (what the suite printed), where the suite came that far.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES_OF_A_FAILURE = 12;
const FAILURES_SHOWN = 10;
/** Of a suite that failed without a failed test. */
const LINES_OF_A_LOG = 40;
/** What test/support/second-tries.ts prints: a line, and an indented one for each test. */
const SECOND_TRIES = /^Passed at the second try.*\n(?: {2}.*\n){0,20}/m;

const [folder, ...words] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const counts = [];

for (let i = 0; i < words.length; i += 3) {
  const [suite, status, seconds] = words.slice(i, i + 3);
  const report = reportOf(suite);
  const { numPassedTests: passed = 0, numPendingTests: skipped = 0, testResults = [] } = report;
  const told = testResults.flatMap(failuresOf);
  // A suite that fails without a failed test: a check before it, a set-up, or an error that no test caught.
  if (told.length === 0 && status !== '0')
    told.push(lastLines(read(`${suite}.log`), LINES_OF_A_LOG));
  const failed = told.length;
  for (const text of told.slice(0, FAILURES_SHOWN)) say(`\nFailed in npm run ${suite}: ${text}`);
  if (told.length > FAILURES_SHOWN)
    say(`\n… and ${told.length - FAILURES_SHOWN} more in npm run ${suite}`);
  const [secondTries] = stripVTControlCharacters(read(`${suite}.log`)).match(SECOND_TRIES) ?? [];
  if (secondTries) say(`\nIn npm run ${suite}: ${secondTries.trimEnd()}`);
  counts.push(
    `npm run ${suite}: ${status === '0' ? 'succeeded' : `FAILED with ${status}`} after ${seconds} s; ` +
      `${passed} passed, ${failed} failed, ${skipped} skipped (reasons above)`,
  );
  sum.passed += passed;
  sum.failed += failed;
  sum.skipped += skipped;
}

say(`\n${counts.join('\n')}`);
if (sum.skipped > 0) say(`${sum.skipped} skipped`);
say(`${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed > 0 ? 1 : 0;

function say(text) {
  process.stdout.write(`${text}\n`);
}

/** {} where the suite was ended before its report was whole. */
function reportOf(suite) {
  try {
    return JSON.parse(read(`${suite}.json`));
  } catch {
    return {};
  }
}

function read(name) {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    return '';
  }
}

/** The failed tests of a file, or its own message where it could not be loaded. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}\n${firstLines(message)}`] : [];
  return failed.map(
    ({ fullName, failureMessages }) =>
      `${file} > ${fullName}\n${firstLines(failureMessages.join('\n'))}`,
  );
}

function firstLines(text) {
  return stripVTControlCharacters(text).split('\n').slice(0, LINES_OF_A_FAILURE).join('\n');
}

function lastLines(text, count) {
  return `no test failed, its last lines are\n${stripVTControlCharacters(text).trimEnd().split('\n').slice(-count).join('\n')}`;
}
