import type { BundleInfo, Notice, Thresholds } from '../contract.ts';
import type { Manifest } from './manifest.ts';
import type { ReleaseManifest } from './release-manifest.ts';

export function thresholdsOf({ calibration }: Pick<Manifest['index'], 'calibration'>): Thresholds {
  const { match, related } = calibration;
  return { match, related };
}

/** Summarises a bundle for the page. */
export function infoOf(
  { model, items, index }: ReleaseManifest,
  notices: readonly Notice[],
): BundleInfo {
  const { exif = 'applied', icc = 'applied' } = model.input;
  const isAsShown = exif === 'applied' && icc === 'applied';
  return {
    count: items.count,
    model: model.name,
    dimension: index.dimension,
    thresholds: thresholdsOf(index),
    licence: model.licence,
    attribution: model.attribution,
    ...(model.family === 'phash' ? { finds: 'copies' } : {}),
    ...(isAsShown ? {} : { decode: { exif, icc } }),
    ...(items.attributes ? { attributes: items.attributes } : {}),
    notices,
  };
}
