/** The kernel's WebAssembly files. Their size and hash are known. */
import type { FileRef } from '../../core/file-ref.ts';
import { BINARIES, type Precision } from '../../kernel/binary.ts';
import deterministicUrl from '../../kernel/kernel.wasm?url';
import fastUrl from '../../kernel/kernel-fast.wasm?url';

/** Sizes and hashes, inserted when the page is built (vite.config.ts). */
declare const __KERNEL_WASM__: Record<Precision, Pick<FileRef, 'bytes' | 'sha256'>>;

const fileOf = (precision: Precision, url: string) => ({
  url: new URL(url, import.meta.url).href,
  ref: { file: BINARIES[precision], ...__KERNEL_WASM__[precision] } satisfies FileRef,
});

export const KERNEL_WASM = {
  deterministic: fileOf('deterministic', deterministicUrl),
  fast: fileOf('fast', fastUrl),
};
