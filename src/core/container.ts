/**
 * The container format of all binary files of a bundle. All numbers are little-endian:
 *
 *     byte 0     magic "SOUTU\r\n\0": a transfer in text mode corrupts it, so readers detect that
 *          8     u32 format version, 1
 *         12     u32 header length in bytes, H
 *         16     header: JSON in UTF-8, padded with spaces so that 16 + H is a multiple of 16
 *                  { kind, sections: [{ name, dtype, shape, offset, bytes }], … fields of the kind }
 *     16 + H     sections, each at a multiple of 16; offsets count from here
 *
 * Sections are in ascending order and never overlap, so even a forged header cannot make a reader allocate more
 * than the size of the file. Readers reject unknown versions, kinds and dtypes; the error names the value found
 * and, for versions and kinds, the value expected.
 */

import { describe } from './describe.ts';
import { type ErrorCode, SoutuError } from './errors.ts';
import { decodeUtf8, encodeUtf8 } from './text.ts';

const MAGIC = Uint8Array.from([0x53, 0x4f, 0x55, 0x54, 0x55, 0x0d, 0x0a, 0x00]);
const VERSION = 1;
const PREFIX = 16;
const ALIGN = 16;

const DTYPES = {
  f32: Float32Array,
  /** Stored as raw bits: ES2023 has no Float16Array. */
  f16: Uint16Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
  i8: Int8Array,
} as const;

export type SectionDtype = keyof typeof DTYPES;

export interface Section {
  readonly name: string;
  readonly dtype: SectionDtype;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}

export interface Container {
  readonly kind: string;
  /** Header fields of the kind, without `kind` and `sections`. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly sections: readonly Section[];
}

/** Bundles and model folders both use containers. Their errors differ in the code and in the suggested remedy. */
export interface Owner {
  readonly code: ErrorCode;
  /** The last sentence of most errors. */
  readonly remedy: string;
  /** The last sentence if the file has another format version. */
  readonly versionRemedy: string;
}

const BUNDLE: Owner = {
  code: 'BundleError',
  remedy: 'Build the bundle again.',
  versionRemedy: 'Update Soutu on the page, or build the bundle again with this version.',
};

interface Entry {
  readonly name: string;
  readonly dtype: SectionDtype;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

const aligned = (n: number) => Math.ceil(n / ALIGN) * ALIGN;

export function writeContainer({ kind, meta, sections }: Container): Uint8Array {
  let end = 0;
  const entries = sections.map(({ name, dtype, shape, data }): Entry => {
    const offset = end;
    end = aligned(offset + data.byteLength);
    return { name, dtype, shape, offset, bytes: data.byteLength };
  });
  const header = encodeUtf8(JSON.stringify({ kind, ...meta, sections: entries }));
  const start = aligned(PREFIX + header.length);
  const file = new Uint8Array(start + end);
  file.set(MAGIC);
  const view = new DataView(file.buffer);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, start - PREFIX, true);
  file.fill(0x20, PREFIX, start);
  file.set(header, PREFIX);
  sections.forEach(({ data }, i) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    file.set(bytes, start + (entries[i] as Entry).offset);
  });
  return file;
}

/**
 * @param kind the expected kind
 * @param where the file's name, for errors
 * @throws SoutuError with the owner's code
 */
export function readContainer(
  file: Uint8Array,
  kind: string,
  where: string,
  owner: Owner = BUNDLE,
): Container {
  const bad = (what: string, remedy = owner.remedy): never => {
    throw new SoutuError(owner.code, `${where}: ${what} ${remedy}`);
  };
  if (file.length < PREFIX || !MAGIC.every((byte, i) => file[i] === byte)) {
    const got = Array.from(file.subarray(0, 8), (b) => b.toString(16).padStart(2, '0')).join(' ');
    bad(`not a Soutu file: it begins with ${got || 'nothing'}.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const version = view.getUint32(8, true);
  if (version !== VERSION) {
    bad(`format version ${version}, this reader knows ${VERSION}.`, owner.versionRemedy);
  }
  const start = PREFIX + view.getUint32(12, true);
  if (start > file.length) {
    bad(`cut short: the header needs ${start} bytes, the file has ${file.length}.`);
  }
  let header: Record<string, unknown>;
  try {
    header = JSON.parse(decodeUtf8(file.subarray(PREFIX, start)));
  } catch {
    return bad('its header is not JSON.');
  }
  if (typeof header !== 'object' || header === null) return bad('its header is not an object.');
  const { kind: got, sections: entries, ...meta } = header;
  if (got !== kind) bad(`holds ${describe(got)}, expected "${kind}".`);
  if (!Array.isArray(entries)) return bad('its header lists no sections.');
  let free = 0;
  const names = new Set<string>();
  const sections = (entries as Entry[]).map((entry): Section => {
    if (typeof entry !== 'object' || entry === null) return bad(`a section is ${describe(entry)}.`);
    const { name, dtype, shape, offset, bytes } = entry;
    if (typeof name !== 'string') return bad(`a section has the name ${describe(name)}.`);
    const quoted = describe(name);
    if (names.has(name)) return bad(`section ${quoted} is listed twice.`);
    names.add(name);
    const isKnown = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype);
    const type = isKnown ? DTYPES[dtype] : undefined;
    if (!type) return bad(`section ${quoted} has the unknown dtype ${describe(dtype)}.`);
    if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
      return bad(`section ${quoted} has the shape ${describe(shape)}.`);
    }
    const expected = shape.reduce((product, n) => product * n, type.BYTES_PER_ELEMENT);
    if (bytes !== expected) {
      bad(
        `section ${quoted} ${describe(shape)} needs ${expected} bytes, its header says ${describe(bytes)}.`,
      );
    }
    if (!Number.isSafeInteger(offset) || offset < 0 || offset % ALIGN !== 0) {
      bad(`section ${quoted} has the offset ${describe(offset)}, expected a multiple of ${ALIGN}.`);
    }
    if (offset < free) {
      bad(`section ${quoted} begins at byte ${offset}, inside the one that ends at ${free}.`);
    }
    free = offset + bytes;
    const end = start + free;
    if (end > file.length) {
      bad(`cut short: ${quoted} ends at byte ${end}, the file has ${file.length}.`);
    }
    // Copied, because the file may be unaligned in memory and a view would keep the whole file alive.
    const copy = new Uint8Array(file.subarray(start + offset, end));
    return { name, dtype, shape, data: new type(copy.buffer) };
  });
  return { kind, meta, sections };
}

/**
 * Returns a section's data by name and dtype.
 * @throws SoutuError with the owner's code
 */
export function sectionOf<T extends SectionDtype>(
  container: Container,
  name: string,
  dtype: T,
  where: string,
  owner: Owner = BUNDLE,
): InstanceType<(typeof DTYPES)[T]> {
  const section = container.sections.find((candidate) => candidate.name === name);
  if (section?.dtype !== dtype) {
    throw new SoutuError(
      owner.code,
      `${where}: expected a section ${describe(name)} of ${dtype}, got ${describe(section?.dtype)}. ` +
        owner.remedy,
    );
  }
  return section.data as InstanceType<(typeof DTYPES)[T]>;
}

/**
 * Returns a non-negative integer field of the header.
 * @throws SoutuError `BundleError`
 */
export function countOf(container: Container, name: string, where: string): number {
  const value = container.meta[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new SoutuError(
    'BundleError',
    `${where}: "${name}" must be a whole number, got ${describe(value)}. Build the bundle again.`,
  );
}
