/** Wires the convolution kernel into Node. */
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { BINARIES, type Precision } from '../../src/kernel/binary.ts';
import type { KernelOptions } from '../../src/kernel/kernel.ts';

export function nodeKernelOptions(precision: Precision): KernelOptions {
  // Node 20 has relaxed SIMD behind a flag; it must be set before anything is compiled with it.
  if (precision === 'fast') setFlagsFromString('--experimental-wasm-relaxed-simd');
  return {
    precision,
    read: (wanted) => readFile(new URL(`../../src/kernel/${BINARIES[wanted]}`, import.meta.url)),
    pause: setImmediate,
  };
}
