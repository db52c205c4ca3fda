export type Vector = readonly [x: number, y: number, z: number];

/** A direction: `around` from +z towards +x, `above` the horizon. */
export function toward(around: number, above: number): Vector {
  const level = Math.cos(above);
  return [Math.sin(around) * level, Math.sin(above), Math.cos(around) * level];
}
