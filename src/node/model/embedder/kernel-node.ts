/** Wires the convolution kernel into Node. */
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { BINARIES, type Precision } from '../../../kernel/binary.ts';
import type { KernelOptions } from '../../../kernel/kernel.ts';
import { inPackage } from '../../files/package-root.ts';

export function nodeKernelOptions(precision: Precision): KernelOptions {
  // Node 20 has relaxed SIMD behind a flag, which must be set before any module that uses it is compiled.
  if (precision === 'fast') setFlagsFromString('--experimental-wasm-relaxed-simd');
  return {
    precision,
    read: (wanted) => readFile(inPackage(`src/kernel/${BINARIES[wanted]}`)),
    pause: setImmediate,
  };
}
