/** The stack whose layers can be read: it must not change because someone reads it. */
import { expect, test } from 'vitest';
import { openTappedStack } from '../../../../src/node/model/embedder/tapped-stack.ts';
import { tinyModel } from '../../../support/tiny-model.ts';

const photo = {
  width: 40,
  height: 30,
  data: Uint8ClampedArray.from({ length: 40 * 30 * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (i * 7) % 251,
  ),
};

test.each([
  ['max', '2x2'],
  ['max', 'none'],
  ['rgem', '2x2'],
  ['rgem', 'none'],
] as const)(
  'pooling %s, final pool %s: with all layers read, the same vector',
  async (pooling, finalPool) => {
    const { spec, tensors } = tinyModel({ widths: [[4], [8, 8]], pooling, finalPool });
    const read = await openTappedStack(spec, tensors);
    const unread = await openTappedStack(spec, tensors, []);
    const { vector, layers } = await read.run(photo);
    expect(vector).toEqual((await unread.run(photo)).vector);
    expect([...layers].map(([name, values]) => [name, values.length])).toEqual([
      ['block1_conv1', 4 * spec.input.width * spec.input.height],
      ['block2_conv1', 2 * spec.input.width * spec.input.height],
      ['block2_conv2', 2 * spec.input.width * spec.input.height],
    ]);
    await read.dispose();
    await unread.dispose();
  },
);
