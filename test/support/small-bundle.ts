/** A bundle by the build's own stages, without a process of its own. */
import { BundleWriter } from '../../scripts/build/bundle-writer.ts';
import { type BundleSummary, buildBundle } from '../../scripts/build/pipeline.ts';
import { readCatalogue } from '../../scripts/catalogue/catalogue.ts';
import { loadModel } from '../../scripts/model/load.ts';
import { DEFAULT_MODEL } from '../../scripts/model/model-folder.ts';
import { openNodeEmbedder } from '../../scripts/runtime/embedder-node.ts';
import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';

const silent = { stage: () => undefined, step: () => undefined, warn: () => undefined };

/** @param photos a folder or a catalogue.json */
export async function smallBundle(photos: string, out: string): Promise<BundleSummary> {
  const model = await loadModel(DEFAULT_MODEL);
  const { embedder } = await openNodeEmbedder(model);
  try {
    return await buildBundle(
      await readCatalogue(photos),
      model,
      embedder,
      await BundleWriter.open(out),
      { centre: true, maxPixels: DEFAULT_MAX_PIXELS, thumbSide: 64 },
      silent,
    );
  } finally {
    await embedder.dispose();
  }
}
