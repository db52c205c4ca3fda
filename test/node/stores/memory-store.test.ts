/** The store that other tests use meets the contract itself. */
import { expect, test } from 'vitest';
import { MemoryEngine } from '../../support/stores/memory-store.ts';
import { storeContract } from './store.contract.ts';

storeContract(
  'Memory',
  async () => {
    const engine = new MemoryEngine();
    engine.refused.set('zero', 'not a number');
    return {
      open: async (name) => engine.open(name),
      refused: null,
      readOnly: null,
      breakConnections: null,
      locks: true,
      stop: async () => undefined,
    };
  },
  { isExact: true },
);

test('stores of one engine and name are one catalogue', async () => {
  const engine = new MemoryEngine();
  expect(await engine.open('a').current()).toBeNull();
  expect(engine.open('a').label).toBe('memory://a');
});
