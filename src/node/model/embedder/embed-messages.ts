/** The messages between a pool and each of its threads. */
import type { ErrorCode } from '../../../core/errors.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { Precision } from '../../../kernel/binary.ts';

/** The first message. Not passed as `workerData`, which would retain the weights for the thread's lifetime. */
export interface StartMessage {
  readonly spec: VggSpec;
  readonly precision: Precision;
  /** Contents of `spec.weights.files`, in memory that all threads share. */
  readonly weights: readonly Uint8Array[];
}

/** A photo to embed; its pixels are transferred, not copied. */
export interface PhotoMessage {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A thrown error. Structured cloning drops an error's class, so the class is sent as data. */
export interface Fault {
  /** null if the error is not a SoutuError: a bug in Soutu */
  readonly code: ErrorCode | null;
  /** Whether it is an EngineError: another engine may work. */
  readonly isEngine: boolean;
  readonly error: Error;
}

export type ThreadAnswer =
  | { readonly state: 'ready'; readonly engine: string }
  | { readonly state: 'unable'; readonly fault: Fault }
  | { readonly state: 'embedded'; readonly id: number; readonly vector: Float32Array<ArrayBuffer> }
  | { readonly state: 'failed'; readonly id: number; readonly fault: Fault };
