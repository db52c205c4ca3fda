/** The kernel's memory, whose allocation may fail. */
import { EngineError, messageOf } from '../core/errors.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, wasm } from './wasm.ts';

/** Values for error messages. */
export interface Need {
  readonly model: string;
  /** Bytes that loading needs in total. */
  readonly peakBytes: number;
}

/**
 * @param bytes initial size
 * @param shared maximum size if threads share the memory; the device reserves it at once
 * @throws EngineError if the allocation fails
 */
export function createMemory(need: Need, bytes: number, shared: number | null): WasmMemory {
  const initial = Math.ceil(bytes / PAGE_BYTES);
  return orRefuse(need, () => {
    const Memory = wasm?.Memory as NonNullable<typeof wasm>['Memory'];
    return shared === null
      ? new Memory({ initial, maximum: MAX_PAGES })
      : new Memory({ initial, maximum: Math.ceil(shared / PAGE_BYTES), shared: true });
  });
}

/** @throws EngineError if the allocation fails */
export function growTo(need: Need, memory: WasmMemory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing > 0) orRefuse(need, () => memory.grow(missing));
}

function orRefuse<T>({ model, peakBytes }: Need, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new EngineError(
      `${model}: the kernel needs ${Math.round(peakBytes / 1e6)} MB of memory, which this device does ` +
        `not give (${messageOf(error)}). Close other pages, or take a smaller model.`,
      { cause: error },
    );
  }
}
