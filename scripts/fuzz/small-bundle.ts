/** A bundle by the build's own stages, without a process of its own. */

import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';
import { buildBundle } from '../../src/node/build/build-bundle.ts';
import type { BundleOptions } from '../../src/node/build/bundle-options.ts';
import { BundleWriter } from '../../src/node/build/bundle-writer.ts';
import type { BundleSummary } from '../../src/node/build/summary.ts';
import { readCatalogue } from '../../src/node/catalogue/catalogue.ts';
import { Staging } from '../../src/node/files/staging.ts';
import { openNodeEmbedder } from '../../src/node/model/embedder/embedder-node.ts';
import { loadModel } from '../../src/node/model/load.ts';
import { DEFAULT_MODEL } from '../../src/node/model/model-folder.ts';

const silent = { stage: () => undefined, step: () => undefined, warn: () => undefined };

/**
 * With a graph, however small it is.
 * @param photos a folder or a catalogue.json
 */
export async function smallBundle(
  photos: string,
  out: string,
  options: Partial<BundleOptions> = {},
): Promise<BundleSummary> {
  const model = await loadModel(DEFAULT_MODEL);
  const { embedder } = await openNodeEmbedder(model);
  const staging = new Staging(silent);
  const writer = await BundleWriter.open(out, staging);
  try {
    const summary = await buildBundle(
      await readCatalogue(photos),
      model,
      embedder,
      writer,
      {
        centre: true,
        trim: true,
        maxPixels: DEFAULT_MAX_PIXELS,
        thumbSide: 64,
        fresh: false,
        graphAbove: 0,
        ...options,
      },
      silent,
    );
    await staging.publish();
    await writer.sweep();
    return summary;
  } finally {
    await embedder.dispose();
  }
}
