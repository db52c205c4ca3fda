/** The committed binaries come from the source, and the shared form differs by what the compiler would do. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { compileAssembly } from '../../scripts/kernel/compile.ts';
import { EMBEDDED, embeddedModule } from '../../scripts/kernel/embedded.ts';
import { BINARIES, type Precision, withSharedMemory } from '../../src/kernel/binary.ts';

const committed = async (precision: Precision) =>
  new Uint8Array(await readFile(`src/kernel/${BINARIES[precision]}`));

test.for(['deterministic', 'fast'] as const)(
  '%s: the committed binary is what the compiler makes of the source',
  async (precision) => {
    const made = await compileAssembly({ relaxed: precision === 'fast' });
    // Compared whole: a difference here means that `npm run kernel` was forgotten.
    expect(Buffer.compare(made, await committed(precision))).toBe(0);
  },
);

test.for(EMBEDDED)('$file holds what the compiler makes of $entry', async ({ entry, file }) => {
  const made = embeddedModule(entry, await compileAssembly({ entry }));
  expect(await readFile(`src/kernel/${file}`, 'utf8')).toBe(made);
});

test('for a shared memory one bit is set, as the compiler would', async () => {
  const shared = withSharedMemory(await committed('deterministic'));
  const made = await compileAssembly({ shared: true });
  expect(Buffer.compare(made, shared)).toBe(0);
});

test('a binary without the import of its memory is refused', () => {
  expect(() => withSharedMemory(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))).toThrow(
    'The kernel was built without a memory import.',
  );
});
