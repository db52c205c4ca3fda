import type { FormRow } from './convert.ts';

/**
 *     form    bytes       cosine    least     top-10 same  decode
 *     f32     58,862,840  1.000000  1.000000  100 %        0.1 ms
 *     …
 *
 *     cosine by layer  f32       f16       int8      packed
 *     block1_conv1     1.000000  …
 */
export function formTable(rows: readonly FormRow[]): string {
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
  return `${aligned(forms)}\n\n${aligned(layers)}`;
}

const percent = (share: number) => `${(100 * share).toFixed(share === 1 ? 0 : 1)} %`;

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
