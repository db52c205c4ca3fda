// biome-ignore-all lint/suspicious/noConsole: the console is what is watched here
/** A browser test that makes the console speak fails: visitors' consoles stay empty. */
import { afterEach, beforeEach, expect } from 'vitest';

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;
const said: string[] = [];

beforeEach(() => {
  said.length = 0;
});

for (const method of METHODS) {
  const original = console[method].bind(console);
  console[method] = (...words: unknown[]) => {
    said.push(`${method}: ${words.map(String).join(' ')}`);
    original(...words);
  };
}

addEventListener('error', (event) => said.push(`uncaught: ${event.message}`));
addEventListener('unhandledrejection', (event) => said.push(`unhandled: ${String(event.reason)}`));

afterEach(() => {
  expect(said, 'console messages during the test').toEqual([]);
});
