/** Between the layers of codes: what the coarse one leaves to the fine one. */
import type { ColumnCost } from '../../../../kernel/codes/code-maker.ts';

/** rows × columns: vectors in the basis less what their codes stand for. */
export function residualOf(
  x: Float32Array,
  codes: Int16Array,
  columns: readonly Pick<ColumnCost, 'step'>[],
): Float32Array<ArrayBuffer> {
  const rest = new Float32Array(x.length);
  for (let i = 0; i < x.length; ) {
    for (const { step } of columns) {
      rest[i] = (x[i] as number) - (codes[i] as number) * step;
      i++;
    }
  }
  return rest;
}

/**
 * @param rows rows × columns
 * @returns rows × wanted
 */
export function pickColumns<T extends Int16Array | Float32Array>(
  rows: T,
  columns: number,
  wanted: Uint16Array,
): T {
  const count = rows.length / columns;
  const out = new (rows.constructor as new (length: number) => T)(count * wanted.length);
  for (let row = 0, to = 0; row < count; row++) {
    for (const column of wanted) out[to++] = rows[row * columns + column] as number;
  }
  return out;
}
