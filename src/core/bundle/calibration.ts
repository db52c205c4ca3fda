import type { Thresholds } from '../contract.ts';

/** The thresholds of a bundle and where they come from. */
export interface Calibration extends Thresholds {
  /**
   * `groups`, `folders`: the scores between photos of different groups, or folders. `photos`: the scores of photos and
   * their nearest others, because nothing says which of them show the same thing.
   * `distractors`: photos of other things come nearer than any of these. `model`: copies have at least this score.
   * `owner`: `catalogue.json`, or an option of the build.
   */
  readonly matchFrom: 'groups' | 'folders' | 'photos' | 'distractors' | 'model' | 'owner';
  /**
   * `distractors`: photos of other things, which come with the model. `catalogue`: an estimate from the scores between
   * photos of the catalogue, for models without distractors. `model`: as `match`. `owner`: `catalogue.json`, or an option of the build.
   */
  readonly relatedFrom: 'distractors' | 'catalogue' | 'model' | 'owner';
}
