import { checkRecord, isText, type Rule, type RulesFor } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { OpenOptions } from '../open-store.ts';
import type { RowFailure } from '../store.ts';

export interface PushReporter {
  /** A stage begins; `total` is given if its length is known. */
  stage(name: string, total?: number, unit?: 'items'): void;
  /** Items of the stage that are done. */
  step(done: number): void;
  warn(line: string): void;
}

export interface PushOptions
  extends Omit<OpenOptions, 'option' | 'warn' | 'connections' | 'queryTimeoutMs'> {
  /** A site made by `soutu build`, or the folder of a bundle. */
  readonly folder: string;
  /**
   * The address of the engine, such as `postgres://user@host/database` (all forms: `soutu push --help`), or `env:NAME`.
   * Passwords come from the environment.
   */
  readonly to: string;
  /** Publishes nothing if the engine refuses more items than these: a number, or a share such as `2%`. Default 0. */
  readonly maxFailures?: number | `${number}%`;
  /** Deletes all other releases once this one is published. Default false. */
  readonly dropOld?: boolean;
  /** Publishes vectors of another model than those of the current release. Default false: they are refused. */
  readonly newModel?: boolean;
  readonly reporter?: PushReporter;
}

export interface PushSummary {
  /** The address without credentials. */
  readonly store: string;
  readonly release: string;
  /** False if the store answers from this very release already. */
  readonly published: boolean;
  readonly items: number;
  /** Items that were sent, because they are new or have changed. */
  readonly sent: number;
  /** Items that were in the engine already. */
  readonly unchanged: number;
  /** Items that are no longer in the catalogue. */
  readonly removed: number;
  /** Items that the engine refused; they cannot be found. */
  readonly failures: readonly RowFailure[];
  /** Names of the releases that were deleted. */
  readonly dropped: readonly string[];
  readonly seconds: number;
}

const TEXT: Rule = [(value) => isText(value) && value !== '', 'a text'];
const YES_OR_NO: Rule = [(value) => typeof value === 'boolean', 'true or false'];
const whole = (least: number, most: number): Rule => [
  (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  `a whole number from ${least} to ${most}`,
];

const RULES: RulesFor<PushOptions> = {
  folder: TEXT,
  to: TEXT,
  name: TEXT,
  maxFailures: [
    (value) =>
      (Number.isSafeInteger(value) && (value as number) >= 0) ||
      (isText(value) && /^\d+(\.\d+)?%$/.test(value) && Number.parseFloat(value) <= 100),
    'a whole number of items, or a share such as "2%"',
  ],
  dropOld: YES_OR_NO,
  newModel: YES_OR_NO,
  m: whole(2, 100),
  efConstruction: whole(4, 1000),
  shards: whole(1, 1000),
  replicas: whole(0, 100),
  reporter: [
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      ['stage', 'step', 'warn'].every(
        (name) => typeof (value as Record<string, unknown>)[name] === 'function',
      ),
    'an object with the functions stage, step and warn',
  ],
};

/** @throws SoutuError `UsageError` that names the option, what it accepts and what it got */
export function checkPushOptions(options: unknown): asserts options is PushOptions {
  checkRecord(options, RULES, 'Push option');
  for (const name of ['folder', 'to'] as const) {
    if ((options as Partial<PushOptions>)[name] === undefined) {
      throw new SoutuError('UsageError', `Push option "${name}" is missing.`);
    }
  }
}
