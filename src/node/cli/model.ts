import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_FLOOR } from '../model/convert.ts';
import type { Command, Parsed } from './command.ts';
import { MODEL_OPTIONS } from './model-options.ts';

const ACTIONS: Record<string, () => Promise<(parsed: Parsed) => Promise<void>>> = {
  pull: async () => (await import('./model/pull.ts')).pull,
  convert: async () => (await import('./model/convert.ts')).convert,
  list: async () => (await import('./model/cached.ts')).list,
  verify: async () => (await import('./model/cached.ts')).verify,
  remove: async () => (await import('./model/cached.ts')).remove,
};

export const command: Command = {
  help: `soutu model pull vgg16           true VGG16 (Keras' ImageNet weights), into this user's cache
soutu model convert IN --out DIR  a model folder from weights of your own
soutu model list                  the models on this machine
soutu model verify [NAME...]      read every file again, and embed the test picture
soutu model remove NAME           give the disk back

pull takes the 59 MB from Keras' own folder where they are, else from the network (HTTPS_PROXY counts), and
goes on where it broke off. IN is Keras' HDF5 of VGG16, safetensors (our names or torchvision's), an ONNX file
of plain 3×3 convolutions, or a model folder.

  --dtype F         f32, f16, int8, or packed: as few bits a layer as the answers allow (default packed)
  --pooling P       max, avg or rmac (default: the model's own; VGG16's is max)
  --preset P        from photo to pixels: default, or keras (Pillow's nearest neighbour, no EXIF, no alpha)
  --photos DIR      photos like yours: the forms are chosen by them, and a table shows what each changes
  --min-cosine X    refuse a form whose mean cosine to f32 on these photos is lower (default ${DEFAULT_FLOOR})
  --from FILE       pull: a copy of Keras' file; one of another size or MD5 is used with a warning
  --out DIR         convert: where the model folder goes
  --spec FILE       convert: JSON with fields of model.json that IN cannot tell: input, pooling, licence …
  --name NAME       convert: the model's name
  --json            print one object

The cache is SOUTU_CACHE, or the system's folder for such files (~/.cache/soutu).`,

  options: {
    ...MODEL_OPTIONS,
    dtype: { type: 'string' },
    photos: { type: 'string' },
    'min-cosine': { type: 'string' },
    from: { type: 'string' },
    out: { type: 'string' },
    name: { type: 'string' },
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
    await (await load())(parsed);
  },
};
