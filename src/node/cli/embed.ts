import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import { openNodeEmbedder } from '../model/embedder/embedder-node.ts';
import { threadsOf } from '../model/embedder/embedder-pool.ts';
import { loadModel } from '../model/load.ts';
import { DEFAULT_MODEL } from '../model/model-folder.ts';
import { decodePhoto } from '../photos/decode.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { type Command, flag, number, text } from './command.ts';
import { MODEL_HELP, MODEL_OPTIONS, variantOf } from './model-options.ts';
import { ProgressReporter } from './progress.ts';

export const command: Command = {
  help: `soutu embed PHOTO...

Prints the vector of each photo: plain (not centred), of unit length.

  --model M         ${DEFAULT_MODEL} (default), vgg16 (pulled where it is not here yet), a model folder, or an
                    .onnx file with its spec
${MODEL_HELP}
  --max-pixels N    refuse a photo with more pixels (default ${DEFAULT_MAX_PIXELS})
  --json            print one object: { model, dimension, photos: [{ path, vector }] }`,

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
      warn: (line) => console.error(line),
    });
    for (const reason of failures) console.error(`A slower engine is used: ${reason}`);
    const photos: { path: string; vector: number[] }[] = [];
    const embedOne = async (path: string) => {
      const { image, damage } = await decodePhoto(path, maxPixels, spec.input);
      return { damage, vector: Array.from(await embedder.embed(image)) };
    };
    const ahead = threadsOf(embedder) + 1;
    try {
      for await (const { input: path, result } of mapAhead(parsed.positionals, ahead, embedOne)) {
        if ('error' in result) throw result.error;
        const { damage, vector } = result.value;
        if (damage) console.error(`Damaged, used as far as it goes: ${path} (${damage})`);
        if (flag(parsed, 'json')) photos.push({ path, vector });
        else console.log(`${path}\t${vector.map((x) => x.toFixed(6)).join(' ')}`);
      }
    } finally {
      await embedder.dispose();
    }
    if (flag(parsed, 'json')) {
      console.log(JSON.stringify({ model: spec.name, dimension: spec.dimension, photos }));
    }
  },
};
