/** The part of the WebAssembly API that we use. TypeScript declares it only in the DOM and worker libraries. */

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

/** Opaque; survives structured cloning to another thread. */
export type WasmModule = object & { readonly __wasmModule?: never };

interface WasmApi {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(module: WasmModule, imports: object): Promise<{ readonly exports: unknown }>;
  readonly Memory: new (limits: {
    initial: number;
    maximum: number;
    shared?: boolean;
  }) => WasmMemory;
}

/** Undefined if the browser does not support WebAssembly or has disabled it. */
export const wasm = (globalThis as { WebAssembly?: WasmApi }).WebAssembly;

export const PAGE_BYTES = 65536;
/** 2 GiB, the limit that the binaries declare in their import. */
export const MAX_PAGES = 32768;
