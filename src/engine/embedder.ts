import type { CancelSignal } from '../core/contract.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { FeatureMap } from '../core/model/head.ts';
import type { ModelSpec } from '../core/model/spec.ts';

/** Receives the last feature map of each view that is not rotated. `window` is the share of the photo's width and height that it shows. */
export type OnMap = (map: FeatureMap, window: number) => void;

/** Turns photos into vectors with one loaded model. */
export interface Embedder {
  /**
   * The engine name in search responses: `kernel-fast`, `kernel-deterministic`, `onnxruntime-wasm` or
   * `onnxruntime-webgpu`.
   */
  readonly engine: string;
  /** How many threads share the work of one photo, if the engine reports it. */
  readonly threadsPerPhoto?: number;
  readonly spec: ModelSpec;
  /**
   * @returns the plain embedding: `spec.dimension` numbers of unit length
   * @param signal checked between steps
   * @param onMap called for each view, by engines that have the map in this thread
   * @throws SoutuError `PhotoError` if the pixel data does not match the size; `ModelError` after `dispose`;
   * EngineError if the engine fails (another may take over); the signal's reason
   */
  embed(photo: RgbaImage, signal?: CancelSignal, onMap?: OnMap): Promise<Float32Array<ArrayBuffer>>;
  /** Frees the memory. */
  dispose(): Promise<void>;
}
