import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SoutuError } from '../../src/core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';
import { BundleWriter } from '../build/bundle-writer.ts';
import { type BundleSummary, buildBundle } from '../build/pipeline.ts';
import { refuseForeign } from '../build/refuse-foreign.ts';
import { readCatalogue } from '../catalogue/catalogue.ts';
import { DEFAULT_MODEL, loadModel } from '../model/model-folder.ts';
import { BUNDLE_FOLDER } from '../runtime/folder-source.ts';
import { createNodeEmbedder } from '../runtime/onnx-node.ts';
import { type Command, flag, number, positionals, requiredText, text } from './command.ts';
import { ProgressReporter } from './progress.ts';

const DEFAULT_THUMB_SIDE = 320;

export const command: Command = {
  help: `soutu build PHOTOS --out DIR

PHOTOS is a folder of JPEG, PNG, WebP, GIF or AVIF photos (sub-folders too; their names become the
attribute "folder"), or a catalogue.json: a list of items { id, image, group, title, url, attributes },
images relative to the file. DIR becomes a site that any static host serves.

  --out DIR         where the site goes; a site that is there stays valid until the new one is whole
  --bundle-only     write the bundle into DIR itself, without the search page
  --model M         name or folder of a model (default ${DEFAULT_MODEL})
  --no-centre       plain cosine: do not subtract the catalogue's mean vector
  --thumb-size N    longest side of the thumbnails in pixels (default ${DEFAULT_THUMB_SIDE})
  --max-pixels N    skip photos with more pixels (default ${DEFAULT_MAX_PIXELS})
  --json            print one summary object on stdout`,

  options: {
    out: { type: 'string' },
    'bundle-only': { type: 'boolean' },
    model: { type: 'string' },
    'no-centre': { type: 'boolean' },
    'thumb-size': { type: 'string' },
    'max-pixels': { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const [photos] = positionals(parsed, ['PHOTOS']) as [string];
    const out = resolve(requiredText(parsed, 'out', 'DIR'));
    const options = {
      centre: !flag(parsed, 'no-centre'),
      maxPixels: number(parsed, 'max-pixels', { min: 1 }) ?? DEFAULT_MAX_PIXELS,
      thumbSide: number(parsed, 'thumb-size', { min: 16, max: 2048 }) ?? DEFAULT_THUMB_SIDE,
    };
    const started = performance.now();
    if ((await realpath(photos).catch(() => null)) === (await realpath(out).catch(() => ''))) {
      throw new SoutuError(
        'UsageError',
        `--out ${out} is the folder of the photos themselves; choose another, perhaps below it.`,
      );
    }
    const catalogue = await readCatalogue(photos, out);
    const bundleOnly = flag(parsed, 'bundle-only');
    const model = await loadModel(text(parsed, 'model') ?? DEFAULT_MODEL);
    if (!bundleOnly) await refuseForeign(join(out, 'index.html'), '<soutu-search');
    const writer = await BundleWriter.open(bundleOnly ? out : join(out, BUNDLE_FOLDER));
    const embedder = await createNodeEmbedder(model.spec, model.weights);
    const reporter = new ProgressReporter(process.stderr);
    const bundle = await buildBundle(catalogue, model, embedder, writer, options, reporter);
    await embedder.dispose();
    // Imported when needed: Vite takes a second to load.
    const page = bundleOnly
      ? null
      : await (await import('../build/page.ts')).writePage(out, catalogue.title);
    const seconds = Math.round(performance.now() - started) / 1000;
    const summary = {
      out,
      model: model.spec.name,
      ...bundle,
      bytes: { ...bundle.bytes, page: page?.bytes ?? 0 },
      seconds: { ...bundle.seconds, page: page?.seconds ?? 0, total: seconds },
    };
    if (flag(parsed, 'json')) console.log(JSON.stringify(summary));
    else console.error(describe(summary, out));
  },
};

type Summary = BundleSummary & { readonly seconds: Readonly<Record<string, number>> };

function describe({ counts, calibration, bytes, seconds }: Summary, out: string): string {
  const { minScore, sameGroupPairs, sameGroupAbove } = calibration;
  const parts = Object.entries(bytes)
    .filter(([, size]) => size > 0)
    .map(([part, size]) => `${part} ${megabytes(size)}`);
  const lines = [
    `${counts.indexed} of ${counts.photos} photos indexed` +
      (counts.failed > 0 ? `, ${counts.failed} skipped (reasons above)` : '') +
      ` in ${seconds.total} s: ${out}`,
    `Bytes: ${parts.join(', ')}`,
    `Cut-off: ${minScore.toFixed(3)}` +
      (sameGroupPairs > 0
        ? `; ${((100 * sameGroupAbove) / sameGroupPairs).toFixed(0)} % of ${sameGroupPairs} pairs of one group lie above`
        : ''),
    `Look at it: npm run soutu -- preview ${out}`,
  ];
  return lines.join('\n');
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
