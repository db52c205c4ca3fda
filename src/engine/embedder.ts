import type { CancelSignal } from '../core/contract.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { ModelSpec } from '../core/model/spec.ts';

/** Turns photos into vectors; one model, loaded once. */
export interface Embedder {
  /**
   * Which engine runs it, as the response tells: `kernel-fast`, `kernel-deterministic`, `onnxruntime-wasm`,
   * `onnxruntime-webgpu`.
   */
  readonly engine: string;
  /** How many threads share the work of one photo, if the engine reports it. */
  readonly threadsPerPhoto?: number;
  readonly spec: ModelSpec;
  /**
   * @returns the plain embedding: `spec.dimension` numbers of unit length
   * @param signal looked at between the steps of the work
   * @throws SoutuError `PhotoError` for pixels that do not fill their size, `ModelError` after `dispose`;
   * EngineError where the engine fails in the middle (another may go on); the signal's reason
   */
  embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array<ArrayBuffer>>;
  /** Gives the memory back. */
  dispose(): Promise<void>;
}
