import { expect, test } from 'vitest';
import { checkEngineChoice, ENGINE_CHOICES } from '../../src/browser/engine-choice.ts';

test.each(ENGINE_CHOICES)('%s is one', (choice) => {
  expect(checkEngineChoice(choice, '"engine"')).toBe(choice);
});

test.each([
  ['wasm', '"wasm"'],
  ['', '""'],
  [null, 'null'],
  [7, '7'],
])('%j is none, and the error lists those that are', (value, got) => {
  expect(() => checkEngineChoice(value, '"engine"')).toThrow(
    `"engine" must be "auto", "kernel", "onnxruntime", "webgpu", got ${got}.`,
  );
});
