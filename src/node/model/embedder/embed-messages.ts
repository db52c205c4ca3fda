/** What passes between a pool and each of its threads. */
import type { ErrorCode } from '../../../core/errors.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { Precision } from '../../../kernel/binary.ts';

/** The first message; no `workerData`, which would hold the weights for as long as the thread lives. */
export interface StartMessage {
  readonly spec: VggSpec;
  readonly precision: Precision;
  /** Contents of `spec.weights.files`, in memory that all threads share. */
  readonly weights: readonly Uint8Array[];
}

/** A photo to embed; its pixels are moved. */
export interface PhotoMessage {
  readonly id: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What was thrown; on the way an error loses its class. */
export interface Fault {
  /** null for one that is no SoutuError: a fault of ours */
  readonly code: ErrorCode | null;
  /** An EngineError: another engine may do. */
  readonly isEngine: boolean;
  readonly error: Error;
}

export type ThreadAnswer =
  | { readonly state: 'ready'; readonly engine: string }
  | { readonly state: 'unable'; readonly fault: Fault }
  | { readonly state: 'embedded'; readonly id: number; readonly vector: Float32Array<ArrayBuffer> }
  | { readonly state: 'failed'; readonly id: number; readonly fault: Fault };
