/** Hashes an integer point to 0 ≤ x < 1, the same on every machine. */
export function hash3(x: number, y: number, z: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const fade = (t: number): number => t * t * (3 - 2 * t);

function edge(x: number, y: number, z: number, share: number, seed: number): number {
  const a = hash3(x, y, z, seed);
  return a + (hash3(x + 1, y, z, seed) - a) * share;
}

/** Value noise in −1…1, one feature per unit. Defined in 3D space, not on the skin, so that it has no seam. */
export function noise3(x: number, y: number, z: number, seed: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const iz = Math.floor(z);
  const fx = fade(x - ix);
  const fy = fade(y - iy);
  const fz = fade(z - iz);
  const near = edge(ix, iy, iz, fx, seed);
  const far = edge(ix, iy, iz + 1, fx, seed);
  const front = near + (edge(ix, iy + 1, iz, fx, seed) - near) * fy;
  const back = far + (edge(ix, iy + 1, iz + 1, fx, seed) - far) * fy;
  return (front + (back - front) * fz) * 2 - 1;
}

/** Three octaves of `noise3`, still about −1…1. */
export function cloud3(x: number, y: number, z: number, seed: number): number {
  return (
    0.57 * noise3(x, y, z, seed) +
    0.29 * noise3(x * 2.1, y * 2.1, z * 2.1, seed + 1) +
    0.14 * noise3(x * 4.3, y * 4.3, z * 4.3, seed + 2)
  );
}

/** Noise around a closed ring: no step where the angle wraps. `waves` is about how many bumps fit. */
export function ringNoise(angle: number, waves: number, seed: number): number {
  const r = waves / (2 * Math.PI);
  return noise3(Math.cos(angle) * r + 31.7, Math.sin(angle) * r + 11.3, 0.5, seed);
}

/**
 * Round spots scattered in space, 0…1: at most one per unit cell; `share` of the cells contain one. A spot's radius
 * is less than half a cell, so that only the eight nearest cells can cover a point.
 */
export function spots3(x: number, y: number, z: number, share: number, seed: number): number {
  const ix = Math.round(x);
  const iy = Math.round(y);
  const iz = Math.round(z);
  let cover = 0;
  for (let n = 0; n < 8; n++) {
    const cx = ix - 1 + (n & 1);
    const cy = iy - 1 + ((n >> 1) & 1);
    const cz = iz - 1 + (n >> 2);
    if (hash3(cx, cy, cz, seed) > share) continue;
    const dx = x - cx - hash3(cx, cy, cz, seed + 1);
    const dy = y - cy - hash3(cx, cy, cz, seed + 2);
    const dz = z - cz - hash3(cx, cy, cz, seed + 3);
    const size = 0.1 + 0.32 * hash3(cx, cy, cz, seed + 4) ** 3;
    const off = Math.sqrt(dx * dx + dy * dy + dz * dz);
    cover = Math.max(cover, 1 - smoothstep(size - 0.06, size + 0.06, off));
  }
  return cover;
}

export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
