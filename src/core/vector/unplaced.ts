/** Back from the space of an index: to compare one query in the spaces of several indexes. */
import { normalised } from './arithmetic.ts';
import type { Space } from './space.ts';

/**
 * A plain vector of unit length that `placed` takes to `unit`. Of a model with colours, how long they are beside the
 * features is lost, and `placed` ignores it.
 * @param unit in the space of the index
 */
export function unplaced(unit: Float32Array, { centre, colour }: Space): Float32Array<ArrayBuffer> {
  if (!colour) return uncentred(unit, centre);
  const cut = unit.length - colour.numbers;
  const plain = new Float32Array(unit.length);
  const part = (from: number, to: number) => {
    const own = unit.subarray(from, to);
    // A grey photo has no colours.
    if (own.every((x) => x === 0)) return;
    plain.set(uncentred(normalised(own), centre?.subarray(from, to) ?? null), from);
  };
  part(0, cut);
  part(cut, unit.length);
  return normalised(plain);
}

/** The vector p of length 1 with p − centre = λ · unit, λ > 0: a centre is shorter than 1, so there is one. */
function uncentred(unit: Float32Array, centre: Float32Array | null): Float32Array<ArrayBuffer> {
  if (!centre) return Float32Array.from(unit);
  let along = 0;
  let square = 0;
  for (let i = 0; i < unit.length; i++) {
    along += (unit[i] as number) * (centre[i] as number);
    square += (centre[i] as number) ** 2;
  }
  const length = Math.sqrt(Math.max(0, along * along + 1 - square)) - along;
  return Float32Array.from(unit, (x, i) => length * x + (centre[i] as number));
}
