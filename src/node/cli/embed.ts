import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import type { Failure } from '../build/summary.ts';
import { openNodeEmbedder } from '../model/embedder/embedder-node.ts';
import { photosAtOnce } from '../model/embedder/embedder-pool.ts';
import { loadModel } from '../model/load.ts';
import { DEFAULT_MODEL } from '../model/model-folder.ts';
import { decodePhoto } from '../photos/decode.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { type Command, flag, number, text } from './command.ts';
import { MODEL_HELP, MODEL_OPTIONS, variantOf } from './model-options.ts';
import { ProgressReporter } from './progress.ts';
import { printJson, printRow, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu embed PHOTO...

Prints the vector of each photo: plain (not centred), of unit length. Photos that cannot be read are reported on
stderr; the others are printed, and the exit code is 1.

  --model M         ${DEFAULT_MODEL} (default), vgg16 (downloaded on first use), a model folder, or an
                    .onnx file with its spec
${MODEL_HELP}
  --max-pixels N    refuse a photo with more pixels (default ${DEFAULT_MAX_PIXELS})
  --json            print one object: { model, dimension, photos: [{ path, vector, damage }],
                    failures: [{ path, reason }] }`,

  options: {
    ...MODEL_OPTIONS,
    'max-pixels': { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    if (parsed.positionals.length === 0) {
      throw new SoutuError('UsageError', 'Expected PHOTO..., got nothing. See --help.');
    }
    const maxPixels = number(parsed, 'max-pixels', { min: 1 }) ?? DEFAULT_MAX_PIXELS;
    const specFile = text(parsed, 'spec');
    const model = await loadModel(text(parsed, 'model') ?? DEFAULT_MODEL, {
      ...(specFile === undefined ? {} : { spec: specFile }),
      ...variantOf(parsed),
      reporter: new ProgressReporter(process.stderr),
    });
    const { spec } = model;
    const { embedder, failures } = await openNodeEmbedder(model, 'deterministic', {
      photos: parsed.positionals.length,
      warn: tell,
    });
    for (const reason of failures) tell(`A slower engine is used: ${reason}`);
    const isJson = flag(parsed, 'json');
    const photos: { path: string; vector: number[]; damage: string | null }[] = [];
    const bad: Failure[] = [];
    const embedOne = async (path: string) => {
      const { image, damage } = await decodePhoto(path, maxPixels, spec.input);
      return { damage, vector: Array.from(await embedder.embed(image)) };
    };
    const ahead = photosAtOnce(embedder) + 1;
    try {
      for await (const { input: path, result } of mapAhead(parsed.positionals, ahead, embedOne)) {
        if ('error' in result) {
          const { error } = result;
          // A photo that cannot be read does not concern the others.
          if (!(error instanceof SoutuError && error.name === 'PhotoError')) throw error;
          bad.push({ path, reason: error.message });
          tell(`soutu embed: ${error.message}`);
          continue;
        }
        const { damage, vector } = result.value;
        if (damage) tell(`Damaged, used as far as it can be decoded: ${path} (${damage})`);
        if (isJson) photos.push({ path, vector, damage });
        else printRow(path, vector.map((x) => x.toFixed(6)).join(' '));
      }
    } finally {
      await embedder.dispose();
    }
    if (isJson) {
      printJson({ model: spec.name, dimension: spec.dimension, photos, failures: bad });
    }
    return bad.length > 0 ? 1 : 0;
  },
};
