/** Reads a file's colour space from its tags, with Chromium's precedence and tolerance. */
import { inflateSync } from 'node:zlib';
import { pngChunks } from '../../../core/image/png-chunks.ts';
import { type Chromaticities, matrixBetween, primariesOf, SRGB } from './primaries.ts';
import type { ColourSpace } from './to-srgb.ts';
import { transferOf, transferOfGamma } from './transfer.ts';

/**
 * `profile`: the file's ICC profile applies; without a profile, the values are sRGB.
 * `none`: the values are sRGB, and any profile is ignored.
 */
export type Tagged = 'profile' | 'none' | ColourSpace;

/** PNG's greyscale colour types. */
export const GREY_TYPES: readonly number[] = [0, 4];

/** Order of precedence: cICP, iCCP, sRGB, gAMA with cHRM. */
export function colourOfPng(bytes: Uint8Array): Tagged {
  const chunks = new Map<string, DataView>();
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'IDAT') break;
    chunks.set(type, new DataView(data.buffer, data.byteOffset, data.byteLength));
  }
  const byCodePoints = chunks.get('cICP');
  if (byCodePoints && byCodePoints.byteLength >= 4) {
    const space = spaceOf(byCodePoints.getUint8(0), byCodePoints.getUint8(1));
    if (space) return space;
  }
  const profile = chunks.get('iCCP');
  if (profile) {
    const kind = profileSpaceOfPng(
      new Uint8Array(profile.buffer, profile.byteOffset, profile.byteLength),
    );
    const isGrey = GREY_TYPES.includes(chunks.get('IHDR')?.getUint8(9) ?? 2);
    if (kind === (isGrey ? 'GRAY' : 'RGB ')) return 'profile';
  }
  if (chunks.has('sRGB')) return 'none';
  return ofGamma(chunks.get('gAMA'), chunks.get('cHRM')) ?? 'none';
}

/** Reads AVIF's `nclx` box. A profile takes precedence over it; without either, the values are sRGB. */
export function colourOfAvif(bytes: Uint8Array): Tagged {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (/colr(prof|rICC)/.test(head.toString('latin1', 0, META_BYTES))) return 'profile';
  const at = head.subarray(0, META_BYTES).indexOf('colrnclx');
  if (at < 0 || at + 12 > head.length) return 'none';
  return spaceOf(head.readUInt16BE(at + 8), head.readUInt16BE(at + 10)) ?? 'none';
}

/** An AVIF's metadata precedes its pixels; profiles are the largest part of it. */
const META_BYTES = 1 << 16;

function spaceOf(primaryCode: number, transferCode: number): Tagged | null {
  const primaries = primariesOf(primaryCode);
  const transfer = transferOf(transferCode);
  if (!primaries || !transfer) return null;
  return primaryCode === 1 && transferCode === 13 ? 'none' : { primaries, transfer };
}

/** Chromium ignores a gamma close to sRGB's unless the file also has chromaticities. */
const SRGB_GAMMA = 1 / 2.2;
const TOLERANCE = 0.05;

function ofGamma(gamma: DataView | undefined, corners: DataView | undefined): ColourSpace | null {
  if (!gamma || gamma.byteLength < 4) return null;
  const encoding = gamma.getUint32(0) / 100_000;
  if (encoding === 0) return null;
  const transfer = transferOfGamma(encoding);
  if (corners && corners.byteLength >= 32) {
    const xy = Array.from({ length: 8 }, (_, i) => corners.getUint32(i * 4) / 100_000);
    const primaries = xy as unknown as Chromaticities;
    return matrixBetween(primaries, SRGB) && { primaries, transfer };
  }
  const isNearlySrgb = Math.abs(encoding / SRGB_GAMMA - 1) < TOLERANCE;
  return isNearlySrgb ? null : { primaries: SRGB, transfer };
}

const MAX_PROFILE_BYTES = 16 << 20;

/** The colour space of an iCCP chunk's profile: name, 0, method, then deflated; null for a broken one. */
export function profileSpaceOfPng(chunk: Uint8Array): string | null {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  try {
    const packed = bytes.subarray(bytes.indexOf(0) + 2);
    return spaceOfProfile(inflateSync(packed, { maxOutputLength: MAX_PROFILE_BYTES }));
  } catch {
    return null;
  }
}

/** The profile's colour space: "RGB ", "GRAY" or "CMYK"; null if the bytes are not an ICC profile. */
export function spaceOfProfile(icc: Uint8Array | undefined): string | null {
  if (!icc || icc.length < 132) return null;
  const text = (from: number) => String.fromCharCode(...icc.subarray(from, from + 4));
  return text(36) === 'acsp' ? text(16) : null;
}
