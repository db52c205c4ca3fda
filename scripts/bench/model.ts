/**
 * `npm run bench -- model [FOLDER]`: compares every form of VGG16's stand-in, as made by `soutu model convert`, with
 * PyTorch. FOLDER is `shared/models`.
 */
import { join, resolve } from 'node:path';
import { median } from '../../src/core/median.ts';
import type { Pooling } from '../../src/core/model/spec.ts';
import { readWeights } from '../../src/core/model/weights.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { ProgressReporter } from '../../src/node/cli/progress.ts';
import { convertModel } from '../../src/node/model/convert.ts';
import { openTappedStack } from '../../src/node/model/embedder/tapped-stack.ts';
import { FORMS } from '../../src/node/model/forms.ts';
import { type Reference, readReferences, worstOfBlock3 } from './support/standin.ts';

const POOLINGS: readonly Extract<Pooling, 'max' | 'avg'>[] = ['max', 'avg'];

interface Row {
  readonly form: string;
  readonly bytes: number;
  /** Lowest cosine to PyTorch's vectors. */
  readonly max: number;
  readonly avg: number;
  readonly block3: number;
  readonly decodeMs: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const models = resolve(args.find((arg) => !arg.startsWith('--')) ?? '../shared/models');
  const references = await readReferences(models);
  const rows: Row[] = [];
  for (const form of FORMS) rows.push(await measure(models, form, references));
  console.log('form    bytes       max       avg       block 3   decode');
  for (const { form, bytes, max, avg, block3, decodeMs } of rows) {
    console.log(
      `${form.padEnd(6)}  ${String(bytes).padEnd(10)}  ${max.toFixed(6)}  ${avg.toFixed(6)}  ` +
        `${block3.toExponential(1)}   ${decodeMs.toFixed(1)} ms`,
    );
  }
  if (args.includes('--json')) console.log(JSON.stringify({ forms: rows }));
}

async function measure(
  models: string,
  form: (typeof FORMS)[number],
  references: readonly Reference[],
): Promise<Row> {
  const reporter = new ProgressReporter(process.stderr);
  const { spec, files } = await convertModel({
    source: join(models, 'vgg16-standin.h5'),
    form,
    reporter,
  });
  const bytes = spec.weights.files.reduce((sum, file) => sum + file.bytes, 0);
  const times = Array.from({ length: 5 }, () => {
    const started = performance.now();
    readWeights(spec, files);
    return performance.now() - started;
  });
  const least = { max: 1, avg: 1 };
  let block3 = 0;
  for (const pooling of POOLINGS) {
    const stack = await openTappedStack({ ...spec, pooling }, readWeights(spec, files), [
      'block3_conv3',
    ]);
    for (const reference of references) {
      const { vector, layers } = await stack.run(reference.photo);
      least[pooling] = Math.min(least[pooling], cosine(vector, reference[pooling]));
      const map = layers.get('block3_conv3') as Float32Array;
      block3 = Math.max(block3, worstOfBlock3(map, reference));
    }
    await stack.dispose();
  }
  return { form, bytes, ...least, block3, decodeMs: median(times) };
}
