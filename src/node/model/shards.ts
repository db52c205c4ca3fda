/** Splits weights into files small enough for any static host. */
import { MAX_FILE_BYTES } from '../../core/bundle/row-files.ts';
import { SoutuError } from '../../core/errors.ts';
import type { Tensor } from '../../core/model/tensor.ts';

/** Room for the header of a file. */
const HEADER_ROOM = 64 << 10;

/**
 * Fills each file with as many whole tensors as fit, in order; a tensor and its scale stay in one file.
 * @throws SoutuError `ModelError` for a tensor that does not fit in a file
 */
export function shardTensors(
  tensors: ReadonlyMap<string, Tensor>,
  maxBytes = MAX_FILE_BYTES,
): Map<string, Tensor>[] {
  const room = maxBytes - HEADER_ROOM;
  const shards: Map<string, Tensor>[] = [new Map()];
  let used = 0;
  for (const [name, tensor] of tensors) {
    const scale = tensors.get(`${name}.scale`);
    const size = tensor.bytes.length + (scale?.bytes.length ?? 0);
    if (size > room) {
      throw new SoutuError(
        'ModelError',
        `Tensor "${name}" takes ${size} bytes, more than the ${room} of one file. Choose int8 or packed.`,
      );
    }
    const isScale = name.endsWith('.scale') && tensors.has(name.slice(0, -'.scale'.length));
    if (!isScale && used + size > room) {
      shards.push(new Map());
      used = 0;
    }
    shards.at(-1)?.set(name, tensor);
    if (!isScale) used += size;
  }
  return shards;
}

/** Splits a file of any kind into pieces. */
export function shardBytes(bytes: Uint8Array, maxBytes = MAX_FILE_BYTES): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += maxBytes) {
    pieces.push(bytes.subarray(at, at + maxBytes));
  }
  return pieces;
}
