/** What a build says with --verbose, for people who tune an index. */
import { describeChoice } from '../../build/index/why-index.ts';
import type { BuildSummary } from '../../build/options.ts';
import { calibrationLines } from './calibration-lines.ts';
import { describeColour, describeNeighbours, describeRotations } from './describe-choices.ts';
import { sizeOf } from './size-of.ts';

export function describeDetails(summary: BuildSummary): string[] {
  const { counts, threads, kept, calibration, colour, neighbours, chosenIndex, bytes } = summary;
  const parts = Object.entries(bytes)
    .filter(([, size]) => size > 0)
    .map(([part, size]) => `${part} ${sizeOf(size)}`);
  return [
    `Size: ${parts.join(', ')}`,
    ...(threads > 1 ? [`Threads: ${threads}`] : []),
    ...(counts.trimmed > 0
      ? [
          `Borders were cut away from ${counts.trimmed} ${counts.trimmed === 1 ? 'photo' : 'photos'}.`,
        ]
      : []),
    ...(chosenIndex ? [describeChoice(chosenIndex)] : []),
    ...describeIndex(summary),
    ...(calibration ? calibrationLines(calibration) : []),
    ...describeColour(colour),
    ...(neighbours ? describeNeighbours(neighbours) : []),
    ...describeRotations(summary.rotations),
    ...softLine(summary),
    ...(kept ? ['Thresholds and weights were not measured again; --fresh does that.'] : []),
  ];
}

function softLine({ engine, bytes }: BuildSummary): string[] {
  if (engine === 'phash') return [];
  return [
    bytes.soft > 0
      ? 'Blurred and small photos: compared with a second vector for each item, which pages download only for them'
      : 'Blurred and small photos: no second vector for each item (--soft makes them)',
  ];
}

function describeIndex({ codes, cold: parts, delta, counts, bytes }: BuildSummary): string[] {
  if (!codes) return [];
  const each = (bytes.vectors / counts.indexed).toFixed(0);
  if (parts) {
    return [
      `Index: parts of ${each} bytes a photo. ${recallOf(codes, delta)}. A first ` +
        `search downloads ${(parts.bytes / 1000).toFixed(0)} kB of the index in about ${parts.requests.toFixed(0)} requests. The ` +
        `scores of hits whose finer codes it reads are right to ${codes.error.toFixed(4)} (root mean square)`,
      ...(delta ? [deltaLine(delta)] : []),
    ];
  }
  return [
    `Index: codes of ${each} bytes a photo, which find ${(100 * codes.recall10).toFixed(1)} % of the ten nearest; ` +
      `scores are right to ${codes.error.toFixed(4)} (root mean square)`,
  ];
}

/** A delta keeps the recall of its shards: that of the added items is not measured. */
function recallOf({ recall10 }: NonNullable<BuildSummary['codes']>, delta: BuildSummary['delta']) {
  const found = `${(100 * recall10).toFixed(1)} % of the ten nearest`;
  return delta ? `When its shards were made, a search found ${found}` : `A search finds ${found}`;
}

function deltaLine({ added, removed, bytes }: NonNullable<BuildSummary['delta']>): string {
  const items = (count: number) => `${count} ${count === 1 ? 'item' : 'items'}`;
  return (
    `Delta: ${items(added)} added and ${removed} removed since the shards were made (a changed item is both). Visitors who ` +
    `come back download at most ${sizeOf(bytes)} of it, and the shards stay; --fresh makes them anew`
  );
}
