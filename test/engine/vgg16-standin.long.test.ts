/**
 * VGG16 in the layout of Keras' file against PyTorch: `../shared/models/vgg16-standin` (true weights in blocks 1
 * to 3). Two photos here; all 20, all forms and both poolings in `npm run bench -- model`.
 */
import { expect } from 'vitest';
import { readReferences, worstOfBlock3 } from '../../scripts/bench/support/standin.ts';
import type { VggSpec } from '../../src/core/model/spec.ts';
import { cosine } from '../../src/core/vector/arithmetic.ts';
import { openTappedStack } from '../../src/node/model/embedder/tapped-stack.ts';
import { toF32 } from '../../src/node/model/float-tensors.ts';
import { readSource } from '../../src/node/model/import/source.ts';
import { quantise } from '../../src/node/model/quantise.ts';
import { withShared } from '../support/shared.ts';

withShared(
  'f32 and int8 from Keras’ HDF5, by ONNX Runtime',
  async (shared) => {
    const models = `${shared}/models`;
    const { template, floats } = await readSource(`${models}/vgg16-standin.h5`);
    const spec: VggSpec = { ...template, canary: null, weights: { dtype: 'F32', files: [] } };
    const references = await readReferences(models, 2);
    for (const [tensors, least] of [
      [toF32(floats), 0.999999],
      [quantise(floats), 0.9995],
    ] as const) {
      const stack = await openTappedStack(spec, tensors, ['block3_conv3']);
      for (const reference of references) {
        const { vector, layers } = await stack.run(reference.photo);
        expect(cosine(vector, reference.max)).toBeGreaterThanOrEqual(least);
        if (least < 0.999999) continue;
        const map = layers.get('block3_conv3') as Float32Array;
        expect(worstOfBlock3(map, reference)).toBeLessThan(1e-4);
      }
      await stack.dispose();
    }
  },
  300_000,
);
