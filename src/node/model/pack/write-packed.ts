/** The writing side of core/model/packed.ts. */
import { type Section, writeContainer } from '../../../core/container.ts';
import { PACKED_KIND, type PackedTensor } from '../../../core/model/packed.ts';
import { encodeRans } from '../../../core/model/rans-encode.ts';
import type { Tensor } from '../../../core/model/tensor.ts';
import { sortRows } from './tables.ts';

/**
 * Lossless: reading gives the same tensors.
 * @param tensors I8 with `NAME.scale` in F32, F32, F16
 */
export function writePacked(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const list: PackedTensor[] = [];
  const sections: Section[] = [];
  for (const [name, { dtype, shape, bytes }] of tensors) {
    if (dtype === 'I8') {
      const channels = shape[0] as number;
      const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      const { tables, tableOf } = sortRows(values, channels);
      const stream = encodeRans(values, tables, tableOf);
      const { lowest, symbols, frequencies } = tables;
      const count = frequencies.length / symbols;
      list.push({ name, shape, coding: 'rans', lowest });
      sections.push(
        { name, dtype: 'u16', shape: [stream.length], data: stream },
        { name: `${name}.freq`, dtype: 'u16', shape: [count, symbols], data: frequencies },
        { name: `${name}.table`, dtype: 'u8', shape: [channels], data: tableOf },
      );
      continue;
    }
    const isScale = name.endsWith('.scale') && tensors.get(name.slice(0, -6))?.dtype === 'I8';
    if (!isScale) list.push({ name, shape, coding: 'plain' });
    sections.push({ name, dtype: dtype === 'F32' ? 'f32' : 'f16', shape, data: bytes });
  }
  return writeContainer({ kind: PACKED_KIND, meta: { ...metadata, tensors: list }, sections });
}
