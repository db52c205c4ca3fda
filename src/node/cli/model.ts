import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_FLOOR } from '../model/convert.ts';
import type { Command, ExitCode, Parsed } from './command.ts';
import { MODEL_OPTIONS } from './model-options.ts';

const ACTIONS: Record<
  string,
  () => Promise<(parsed: Parsed) => Promise<ExitCode> | Promise<void>>
> = {
  pull: async () => (await import('./model/pull.ts')).pull,
  convert: async () => (await import('./model/convert.ts')).convert,
  list: async () => (await import('./model/cached.ts')).list,
  verify: async () => (await import('./model/cached.ts')).verify,
  remove: async () => (await import('./model/cached.ts')).remove,
};

export const command: Command = {
  help: `soutu model pull vgg16           download VGG16 (Keras' ImageNet weights) into your cache
soutu model convert IN --out DIR  make a model folder from your own weights
soutu model list                  list the models on this machine
soutu model verify [NAME...]      check every file, and embed the test picture
soutu model remove NAME           delete a model from the cache

pull takes the 59 MB from Keras' own folder if they are there, otherwise from the network, and resumes an
interrupted download. It reads HDF5 with the package h5wasm; behind a proxy (HTTPS_PROXY) it also needs undici.
IN is Keras' HDF5 of VGG16, safetensors (our names or torchvision's), an ONNX file of plain 3×3 convolutions, or
a model folder.

  --dtype F         f32, f16, int8, or packed: as few bits per layer as --min-cosine allows (default packed)
  --pooling P       max, avg, rmac or rgem (default: the model's own; VGG16's is max)
  --preset P        how photos become pixels: default, or keras (Pillow's nearest neighbour, no EXIF, no alpha)
  --photos DIR      photos like yours: compare all forms on them, and print a table
  --min-cosine X    refuse a form whose mean cosine to f32 on these photos is lower (default ${DEFAULT_FLOOR})
  --from FILE       pull: a copy of Keras' file; one of another size or MD5 is used with a warning
  --out DIR         convert: the folder to write
  --spec FILE       convert: JSON with fields of model.json that IN lacks: input, pooling, licence …
  --projection FILE convert: safetensors with a projection that replaces that of IN
  --name NAME       convert: the model's name
  --json            print one object

The cache is SOUTU_CACHE, or the system's cache folder (~/.cache/soutu).`,

  words: Object.keys(ACTIONS),

  options: {
    ...MODEL_OPTIONS,
    dtype: { type: 'string' },
    photos: { type: 'string' },
    'min-cosine': { type: 'string' },
    from: { type: 'string' },
    out: { type: 'string' },
    name: { type: 'string' },
    projection: { type: 'string' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const [name = ''] = parsed.positionals;
    const load = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (!load) {
      const got = name ? `"${name}"` : 'nothing';
      throw new SoutuError(
        'UsageError',
        `Expected one of ${Object.keys(ACTIONS).join(', ')}, got ${got}. See --help.`,
      );
    }
    return (await (await load())(parsed)) ?? 0;
  },
};
