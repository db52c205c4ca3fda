/**
 * What vectors and thumbnails depend on besides the photo. Those of a previous build are reused only if all of it is
 * the same, so that the bundle has the same bytes as without them.
 */
import type { MadeSettings, MadeWith } from '../../../core/bundle/archive.ts';
import { type ModelSpec, modelContent } from '../../../core/model/spec.ts';
import { encodeUtf8 } from '../../../core/text.ts';
import { sha256 } from '../../files/sha256.ts';
import { DECODER_VERSION } from '../../photos/decoder-version.ts';

/**
 * Raise it with every change of decoding, of `trimFrame`, `fingerprintOf`, `lowPass`, `isSoft`, `preprocess` or the kernel that changes
 * a bit of a vector. A test compares the vectors of some photos with those of this version.
 */
export const VECTORS_VERSION = 3;

/** Raise it with every change of `makeThumb` that changes a byte of a thumbnail. */
export const THUMBS_VERSION = 2;

export interface PhotoSettings {
  readonly trim: boolean;
  readonly thumbSide: number;
}

/** @param engine the name of the engine that embeds; each computes other last digits */
export function madeWith(
  spec: ModelSpec,
  engine: string,
  { trim, thumbSide }: PhotoSettings,
): MadeWith {
  const { exif = 'applied', icc = 'applied' } = spec.input;
  return {
    vectors: {
      version: VECTORS_VERSION,
      model: spec.name,
      weights: sha256(encodeUtf8(modelContent(spec))),
      engine,
      trim,
      decoder: DECODER_VERSION,
    },
    thumbs: {
      version: THUMBS_VERSION,
      side: thumbSide,
      // Such models see the photo as stored; then a photo is decoded once more for its thumbnail.
      upright: exif === 'applied' && icc === 'applied',
      decoder: DECODER_VERSION,
    },
  };
}

/** A name for the settings. */
export function fingerprint(settings: MadeSettings): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(encodeUtf8(JSON.stringify(sorted)));
}

const NAMES: Readonly<Record<string, string>> = {
  version: 'the version of the arithmetic',
  model: 'the model',
  weights: 'the weights or settings of the model',
  engine: 'the engine',
  decoder: 'the decoder of photos',
  side: 'the size of thumbnails',
  upright: 'the orientation of thumbnails',
};

const onOff = (value: unknown) => (value === true ? 'on' : 'off');

/** @returns a part of a sentence: `the model was "a", now "b"`; null if all settings are the same */
export function difference(before: MadeSettings, now: MadeSettings): string | null {
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])];
  const changed = names.filter((name) => before[name] !== now[name]);
  // The hash of the weights says nothing where the name says it all.
  const named = changed.includes('model') ? changed.filter((name) => name !== 'weights') : changed;
  if (named.length === 0) return null;
  const parts = named.map((name) => {
    const what = NAMES[name] ?? name;
    if (name === 'weights') return `${what} have changed`;
    if (name === 'trim')
      return `trimming borders was ${onOff(before[name])}, is now ${onOff(now[name])}`;
    return `${what} was ${JSON.stringify(before[name] ?? null)}, is now ${JSON.stringify(now[name] ?? null)}`;
  });
  return parts.join('; ');
}
