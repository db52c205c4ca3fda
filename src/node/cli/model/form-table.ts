import type { FormRow } from '../../model/convert.ts';
import { aligned } from '../aligned.ts';

/**
 *     form    bytes       cosine    least     top-10 same  decode
 *     f32     58,862,840  1.000000  1.000000  100 %        0.1 ms
 *     …
 *
 *     cosine by layer  f32       f16       int8      packed
 *     block1_conv1     1.000000  …
 */
export function formTable(rows: readonly FormRow[]): string[] {
  const forms = [
    ['form', 'bytes', 'files', 'cosine', 'least', 'same top-10', 'overlap', 'decode'],
    ...rows.map(({ form, bytes, files, decodeMs, comparison }) => [
      form,
      bytes.toLocaleString('en'),
      String(files),
      comparison.mean.toFixed(6),
      comparison.least.toFixed(6),
      percent(comparison.sameTop10),
      percent(comparison.overlap10),
      `${decodeMs.toFixed(decodeMs < 10 ? 1 : 0)} ms`,
    ]),
  ];
  const layers = [
    ['cosine by layer', ...rows.map(({ form }) => form)],
    ...(rows[0]?.comparison.layers ?? []).map(({ name }, i) => [
      name,
      ...rows.map(({ comparison }) => (comparison.layers[i]?.cosine ?? 0).toFixed(6)),
    ]),
  ];
  return [...aligned(forms), '', ...aligned(layers)];
}

const percent = (share: number) => `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;
