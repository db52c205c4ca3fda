/** The thresholds of a build in plain words. */
import type { BuildSummary } from '../../build/options.ts';

type Report = NonNullable<BuildSummary['calibration']>;

const MATCH_FROM: Record<Report['matchFrom'], string> = {
  groups: 'from the scores between photos of different groups',
  folders: 'from the scores between photos of different folders',
  photos:
    'from the scores of photos and their nearest others; no groups say which show the same thing',
  distractors: 'from the scores of photos of other things, which come nearer than usual',
  model: 'copies of a picture have it',
  owner: 'as you set it',
};

const RELATED_FROM: Record<Report['relatedFrom'], string> = {
  distractors: 'from the scores of photos of other things, which come with the model',
  catalogue:
    'estimated from the catalogue, because the model has no photos of other things to compare with',
  model: 'copies of a picture have more',
  owner: 'as you set it',
};

export function calibrationLines(report: Report): string[] {
  const { match, related, matchFrom, relatedFrom, alone, measured, folderAgreement } = report;
  const folders =
    folderAgreement === null
      ? []
      : [
          `Folders: ${percent(folderAgreement)} of the photos are nearest to one of their own folder`,
        ];
  if (matchFrom === 'model') {
    return [
      `Copies of a picture have a score of ${match.toFixed(3)} or more. This search finds nothing else (--engine phash)`,
    ];
  }
  return [
    `Match: a score of ${match.toFixed(3)} or more (${MATCH_FROM[matchFrom]})`,
    `Nothing similar: a best score below ${related.toFixed(3)} (${RELATED_FROM[relatedFrom]})`,
    ...folders,
    `Photos that match no other photo: ${percent(alone)} of ${measured}`,
  ];
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
