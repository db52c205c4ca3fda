/** The part of a manifest that a release in a store carries: all that a search needs to know, without any file. */
import { isRecord } from '../check-record.ts';
import { describe } from '../describe.ts';
import { messageOf, SoutuError } from '../errors.ts';
import type { ModelSpec } from '../model/spec.ts';
import type { Manifest } from './manifest.ts';

export interface ReleaseManifest {
  readonly model: Pick<
    ModelSpec,
    'name' | 'family' | 'dimension' | 'input' | 'licence' | 'attribution' | 'colour'
  >;
  readonly items: Pick<Manifest['items'], 'count' | 'attributes' | 'trimmed'>;
  readonly index: Pick<
    Manifest['index'],
    'dimension' | 'metric' | 'centre' | 'colourWeight' | 'calibration'
  >;
}

export function releaseManifestOf({ model, items, index }: Manifest): ReleaseManifest {
  const { name, family, dimension, input, licence, attribution, colour } = model;
  const { count, attributes, trimmed } = items;
  const { metric, centre, colourWeight, calibration } = index;
  return {
    model: {
      ...{ name, family, dimension, input, licence, attribution },
      ...(colour ? { colour } : {}),
    },
    items: {
      count,
      ...(attributes ? { attributes } : {}),
      ...(trimmed === undefined ? {} : { trimmed }),
    },
    index: {
      ...{ dimension, metric, centre, calibration },
      ...(colourWeight === undefined ? {} : { colourWeight }),
    },
  };
}

/**
 * @param where the store and the release, for errors
 * @throws SoutuError `StoreError`
 */
export function parseReleaseManifest(json: string, where: string): ReleaseManifest {
  const bad = (what: string): never => {
    throw new SoutuError(
      'StoreError',
      `${where}: ${what} Push the bundle again: soutu push DIR --to URL`,
    );
  };
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch (error) {
    return bad(`the manifest of the release is not JSON (${messageOf(error)}).`);
  }
  const { model, items, index }: Partial<Record<string, unknown>> = isRecord(raw) ? raw : {};
  if (!isRecord(model) || !isRecord(items) || !isRecord(index)) {
    return bad(`expected a manifest with "model", "items" and "index", got ${describe(raw)}.`);
  }
  if (!isRecord(model.input) || !isRecord(index.calibration)) {
    return bad('the manifest lacks "model.input" or "index.calibration".');
  }
  return raw as unknown as ReleaseManifest;
}
