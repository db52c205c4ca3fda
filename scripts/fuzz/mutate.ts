/** Seeded mutations of files: bits, bytes, cuts, splices, and values of the JSON in them. */
import { decodeUtf8, encodeUtf8 } from '../../src/core/text.ts';

/** How a file is built: `container` and `safetensors` have a JSON header behind a length. */
export type Format = 'bytes' | 'json' | 'container' | 'safetensors';

type Random = () => number;

const EXTREMES: readonly unknown[] = [
  ...[null, true, false, '', 'x', [], {}, [null], [[]], 0, -0, -1, 0.5, 1, 5, 255, 65_536],
  ...[2 ** 31, 2 ** 32, 4e12, 2 ** 53, 1e300, -1e300, 1e-300],
  ...['constructor', '__proto__', 'toString', '\ud800', '../../etc/passwd', 'NaN', '0'],
];
const EXTREME_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xff];
/** Where each JSON header starts, and where its length is stored. */
const HEADERS = {
  container: { start: 16, lengthAt: 12 },
  safetensors: { start: 8, lengthAt: 0 },
} as const;

const below = (random: Random, n: number) => Math.floor(random() * n);
const pick = <T>(random: Random, list: readonly T[]) => list[below(random, list.length)] as T;

export function mutate(seed: Uint8Array, format: Format, random: Random): Uint8Array {
  if (format === 'bytes' || random() < 0.4) return mutateBytes(seed, random);
  if (format === 'json') return mutateJson(seed, random);
  const { start, lengthAt } = HEADERS[format];
  const length = new DataView(seed.buffer, seed.byteOffset).getUint32(lengthAt, true);
  const header = mutateJson(seed.subarray(start, start + length), random);
  const padded = new Uint8Array(Math.ceil((start + header.length) / 16) * 16).fill(0x20);
  padded.set(seed.subarray(0, start));
  padded.set(header, start);
  new DataView(padded.buffer).setUint32(lengthAt, padded.length - start, true);
  return concatenated(padded, seed.subarray(start + length));
}

function mutateBytes(seed: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = new Uint8Array(seed);
  for (let n = 1 + below(random, 4); n > 0 && bytes.length > 0; n--) {
    // Headers are at the start, and decide more than the rest.
    const at = below(random, random() < 0.5 ? Math.min(bytes.length, 1024) : bytes.length);
    const length = below(random, Math.min(64, bytes.length - at));
    const kind = random();
    if (kind < 0.4) bytes[at] = (bytes[at] as number) ^ (1 << below(random, 8));
    else if (kind < 0.6) bytes[at] = pick(random, EXTREME_BYTES);
    else if (kind < 0.7) bytes.fill(pick(random, EXTREME_BYTES), at, at + 8);
    else if (kind < 0.8) bytes = bytes.slice(0, at);
    else if (kind < 0.9) bytes.copyWithin(at, below(random, bytes.length), bytes.length - length);
    else bytes = concatenated(bytes.subarray(0, at), bytes.subarray(at + length));
  }
  return bytes;
}

function mutateJson(seed: Uint8Array, random: Random): Uint8Array {
  let root: unknown = JSON.parse(decodeUtf8(seed));
  for (let n = 1 + below(random, 2); n > 0; n--) {
    const places = placesIn(root);
    const place = pick(random, places);
    if (!place) root = structuredClone(pick(random, EXTREMES));
    else changeAt(place, random, places);
  }
  const text = JSON.stringify(root);
  // Deeper than recursion goes; JSON.stringify could not write it.
  const deep =
    random() < 0.02 ? text.replace(/\d+/, '['.repeat(50_000) + ']'.repeat(50_000)) : text;
  return encodeUtf8(deep);
}

interface Place {
  readonly parent: Record<string, unknown> | unknown[];
  readonly key: string;
}

/** Every value below the root; null stands for the root itself. */
function placesIn(root: unknown): (Place | null)[] {
  const places: (Place | null)[] = [null];
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      places.push({ parent: value as Place['parent'], key });
      visit(child);
    }
  };
  visit(root);
  return places;
}

function changeAt({ parent, key }: Place, random: Random, places: readonly (Place | null)[]): void {
  const slots = parent as Record<string, unknown>;
  const kind = random();
  const other = pick(random, places);
  if (kind < 0.15) delete slots[key];
  else if (kind < 0.3 && other) {
    slots[key] = structuredClone((other.parent as Record<string, unknown>)[other.key]);
  } else if (kind < 0.4 && Array.isArray(parent)) {
    parent.push(
      ...Array.from({ length: 1 + below(random, 200) }, () => structuredClone(parent[Number(key)])),
    );
  } else if (kind < 0.45) slots[key] = 'long '.repeat(20_000);
  else if (kind < 0.55 && typeof slots[key] === 'number') {
    slots[key] = (slots[key] as number) + pick(random, [-1, 1, 16, -16]);
  } else slots[key] = structuredClone(pick(random, EXTREMES));
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
