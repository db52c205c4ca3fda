/** The two compiled variants of the kernel, and which of them this device supports. */
import { EngineError, messageOf } from '../core/errors.ts';
import { type WasmModule, wasm } from './wasm.ts';

/**
 * `deterministic`: plain SIMD, the same bits on every machine. `fast`: relaxed SIMD with fused multiply-add,
 * whose last bit depends on the processor.
 */
export type Precision = 'deterministic' | 'fast';

export const BINARIES = { deterministic: 'kernel.wasm', fast: 'kernel-fast.wasm' } as const;

/** Loads the bytes of a binary; how depends on the environment. */
export type ReadBinary = (precision: Precision) => Promise<Uint8Array>;

/** A module (`\0asm`, version 1) with one function `() -> v128`, up to the function's body. */
const probe = (...body: number[]) =>
  Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...[1, 5, 1, 96, 0, 1, 123],
    ...[3, 2, 1, 0],
    ...[10, body.length + 4, 1, body.length + 2, 0, ...body, 11],
  );
const i32Const0 = [65, 0];
const splat = [...i32Const0, 253, 17];
/** i32x4.splat */
const SIMD = probe(...splat);
/** f32x4.relaxed_madd, opcode 0x105 */
const RELAXED_SIMD = probe(...splat, ...splat, ...splat, 253, 133, 2);

/** The fastest variant that this browser or Node supports; null without SIMD. */
export function bestPrecision(): Precision | null {
  if (wasm?.validate(RELAXED_SIMD)) return 'fast';
  return wasm?.validate(SIMD) ? 'deterministic' : null;
}

/**
 * @param wanted `fast` falls back to `deterministic` without relaxed SIMD
 * @param shared whether threads share the memory
 * @throws EngineError if WebAssembly or its SIMD is not supported
 */
export async function compileKernel(
  read: ReadBinary,
  wanted: Precision,
  shared = false,
): Promise<{ readonly module: WasmModule; readonly precision: Precision }> {
  const best = bestPrecision();
  if (!wasm || !best) {
    throw new EngineError(
      'The convolution kernel needs WebAssembly with SIMD, which is missing or switched off here. ' +
        'ONNX Runtime is asked instead; else use a browser of 2023 or later.',
    );
  }
  const precision = wanted === 'fast' ? best : 'deterministic';
  const bytes = await read(precision);
  try {
    return { module: await wasm.compile(shared ? withSharedMemory(bytes) : bytes), precision };
  } catch (error) {
    throw new EngineError(
      `The convolution kernel cannot be compiled here (${messageOf(error)}). The page's policy must allow ` +
        "'wasm-unsafe-eval'.",
      { cause: error },
    );
  }
}

/** The memory import without its limits: `env`, `memory`, a memory with a maximum. */
const MEMORY_IMPORT = [3, 101, 110, 118, 6, 109, 101, 109, 111, 114, 121, 2, 1];

/** Changes a binary to import a shared memory, by setting one flag of the import. */
export function withSharedMemory(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const shared = new Uint8Array(binary);
  const at = shared.findIndex((_, i) => MEMORY_IMPORT.every((byte, j) => shared[i + j] === byte));
  if (at < 0) throw new EngineError('The kernel was built without a memory import.');
  shared[at + MEMORY_IMPORT.length - 1] = 3;
  return shared;
}
