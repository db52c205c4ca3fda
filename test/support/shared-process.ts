/**
 * Test files of `node` share processes. After each file, mocks, stubs and fake timers are undone; anything else that it
 * has changed in its process fails it.
 */
import { afterAll, expect, vi } from 'vitest';

/** Set by libraries when they are loaded: by sharp, and by onnxruntime-web. */
const BY_LIBRARIES = ['process.env.VIPSHOME', 'globalThis.Worker'];

const before = changeable();

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  const after = changeable();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !BY_LIBRARIES.includes(name) && !Object.is(before.get(name), after.get(name)),
  );
  expect(changed, 'what this file has left changed in the process').toEqual([]);
});

function changeable(): Map<string, unknown> {
  const globals = globalThis as unknown as Record<string, unknown>;
  return new Map<string, unknown>([
    ['process.cwd()', process.cwd()],
    ['process.argv', process.argv.join(' ')],
    ['process.exitCode', process.exitCode],
    ['process.stdout.write', process.stdout.write],
    ['process.stderr.write', process.stderr.write],
    ...named('process.env', Object.entries(process.env)),
    ...named('console', Object.entries(console)),
    ...named(
      'WebAssembly',
      Object.getOwnPropertyNames(WebAssembly).map((name) => [name, Reflect.get(WebAssembly, name)]),
    ),
    ...named(
      'globalThis',
      Object.getOwnPropertyNames(globalThis).map((name) => [name, globals[name]]),
    ),
  ]);
}

function named(owner: string, entries: [string, unknown][]): [string, unknown][] {
  return entries.map(([name, value]) => [`${owner}.${name}`, value]);
}
