/** What `soutu eval` prints. */
import type { Spread } from '../../eval/cold-search.ts';
import { sizeOf } from '../../eval/page/size-of.ts';
import { bandLines } from './bands.ts';
import type { Evaluated } from './evaluated.ts';

export function describe({ index, groups, recall, cold, bands }: Evaluated, ef: number): string[] {
  const { recall1, recall10, recall50 } = recall;
  const spread = ({ median, p95 }: Spread, form: (value: number) => string) =>
    median === p95 ? form(median) : `${form(median)} (95 %: ${form(p95)})`;
  return [
    ...(groups
      ? [
          `queries     ${groups.queries} (${groups.answerable} with another photo of their group)`,
          `top-1       ${groups.top1.toFixed(3)}`,
          `mAP         ${groups.mAP.toFixed(3)}`,
        ]
      : []),
    `index       ${index}: recall@1 ${recall1.toFixed(3)}, recall@10 ${recall10.toFixed(3)}, recall@50 ${recall50.toFixed(3)} of what the ` +
      'exact vectors find',
    `first       a first search downloads ${spread(cold.bytes, sizeOf)} in ${spread(cold.requests, String)} requests and ${spread(cold.rounds, String)} rounds`,
    `search      ${cold.ms.toFixed(2)} ms`,
    ...(groups ? timeLines(groups, ef) : []),
    ...(bands ? bandLines(bands) : []),
  ];
}

function timeLines(
  { recall10, flatMs, hnswMs }: NonNullable<Evaluated['groups']>,
  ef: number,
): string[] {
  const all = `flat scan   ${flatMs.toFixed(2)} ms per search`;
  if (recall10 === null || hnswMs === null) {
    return [all, 'HNSW        no graph: only builds with --index hnsw have one'];
  }
  const found = `${hnswMs.toFixed(2)} ms per search, recall@10 ${recall10.toFixed(3)} at ef ${ef}`;
  return [all, `HNSW        ${found}`];
}

/** For `--json`. */
export function summary({ index, groups, recall, cold, bands }: Evaluated) {
  return {
    index,
    ...(groups ?? {}),
    ...{ recall, cold },
    ...(bands
      ? {
          bands: {
            ...bands,
            scores: {
              own: quantiles(bands.scores.own),
              other: quantiles(bands.scores.other),
              far: quantiles(bands.scores.far),
            },
          },
        }
      : {}),
  };
}

const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];

/** The scores below which these shares of all are; null if there are none. */
function quantiles(scores: readonly number[]): number[] | null {
  const sorted = [...scores].sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  return SHARES.map((share) => sorted[Math.floor(share * (sorted.length - 1))] as number);
}
