/** The part of `soutu eval` that modifies photos. */
import type { SearchEngine } from '../../../engine/search-engine.ts';
import type { EvalRow } from '../../eval/leave-one-out.ts';
import { measureRobustness, type Robustness, type RobustnessRow } from '../../eval/robustness.ts';
import { openFolderSource } from '../../search/folder-source.ts';
import { ProgressReporter } from '../progress.ts';

export const DEFAULT_SAMPLE = 50;

export async function robustnessOf(
  engine: SearchEngine,
  folder: string,
  rows: readonly EvalRow[],
  { photos, sample }: { readonly photos: string | null; readonly sample: number },
): Promise<Robustness> {
  const known = rows.filter(({ group }) => group !== null).length;
  const progress = new ProgressReporter(process.stderr);
  progress.stage('Modifying', Math.min(sample, known));
  const bundle = (await openFolderSource(folder)).where;
  return measureRobustness(engine, rows, {
    photos,
    bundle,
    sample,
    onStep: (done) => progress.step(done),
  });
}

export function robustLines(
  { photos, unchanged, modifications, mean }: Robustness,
  source: string | null,
): string[] {
  const rows: Pick<RobustnessRow, 'words' | 'own' | 'same'>[] = [
    unchanged,
    ...modifications,
    { words: 'mean of the modifications', ...mean },
  ];
  const width = Math.max(...rows.map(({ words }) => words.length));
  const share = (value: number | null) => (value === null ? '    –' : value.toFixed(3));
  return [
    `${photos} ${photos === 1 ? 'photo' : 'photos'}, from ${source ?? "the bundle's thumbnails"}`,
    `${''.padEnd(width)}  itself  same thing`,
    ...rows.map(({ words, own, same }) => `${words.padEnd(width)}  ${share(own)}   ${share(same)}`),
  ];
}
