import type { Format } from './mutate.ts';

/** A reader under test, with an input that it accepts. */
export interface Reader {
  readonly name: string;
  readonly format: Format;
  readonly seed: Uint8Array;
  /** Must end in success or a SoutuError. */
  readonly read: (bytes: Uint8Array) => unknown;
}
