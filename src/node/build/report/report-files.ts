/** Places the report of a build: with the release, or alone if nothing is published. */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { writeAtomically } from '../../files/atomic-write.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { realPathOf } from '../../files/real-path.ts';
import { refuseForeign } from '../../files/refuse-foreign.ts';
import type { Staging } from '../../files/staging.ts';
import type { ItemOutcome } from '../outcome.ts';
import type { BundleSummary } from '../pipeline.ts';
import { checkFailures, type MaxFailures, parseMaxFailures } from './max-failures.ts';
import {
  REPORT_FORMAT,
  REPORT_JSON,
  type ReportHead,
  readReport,
  reportJson,
} from './report-json.ts';

type Copies = BundleSummary['copies'];

export interface ReportOptions {
  /** The folder of the report; false for none; true or missing for the bundle's folder. */
  readonly report?: boolean | string | undefined;
  readonly maxFailures?: MaxFailures | undefined;
  readonly retryFailed?: boolean | undefined;
}

export class ReportFiles {
  /** The folder of the report; null without one. */
  readonly folder: string | null;
  /** Ids of the items of the last build that need no other try; null if all are tried. */
  readonly settled: ReadonlySet<string> | null;
  readonly #bundleFolder: string;
  readonly #started: number;
  readonly #maxFailures: MaxFailures | undefined;
  #outcomes: readonly ItemOutcome[] | null = null;

  private constructor(
    folder: string | null,
    bundleFolder: string,
    started: number,
    maxFailures: MaxFailures | undefined,
    settled: ReadonlySet<string> | null,
  ) {
    this.folder = folder;
    this.#bundleFolder = bundleFolder;
    this.#started = started;
    this.#maxFailures =
      maxFailures === undefined ? undefined : parseMaxFailures(maxFailures, 'build: "maxFailures"');
    this.settled = settled;
  }

  /**
   * @param started `performance.now()` at the beginning of the build
   * @throws SoutuError `OutputError` if the owner has other files of these names, or `retryFailed` finds no report
   */
  static async open(
    { report = true, maxFailures, retryFailed = false }: ReportOptions,
    bundleFolder: string,
    started: number,
  ): Promise<ReportFiles> {
    const folder =
      report === false ? null : typeof report === 'string' ? resolve(report) : bundleFolder;
    if (folder !== null) await refuseForeign(join(folder, REPORT_JSON), REPORT_FORMAT);
    const last = retryFailed ? await readReport(join(folder ?? bundleFolder, REPORT_JSON)) : null;
    return new ReportFiles(
      folder,
      bundleFolder,
      started,
      maxFailures,
      last && new Set(last.filter(isSettled).map(({ id }) => id)),
    );
  }

  /**
   * Call it when the outcome of every item is known.
   * @throws SoutuError `FailuresError` if too many have failed
   */
  readonly onOutcomes = (outcomes: readonly ItemOutcome[], withoutPhoto = 0): void => {
    this.#outcomes = outcomes;
    const where = this.path === null ? 'The reasons are above.' : `Reasons: ${this.path}`;
    checkFailures(outcomes, { max: this.#maxFailures, withoutPhoto, where });
  };

  /** The path of `report.json`; null without one. */
  get path(): string | null {
    return this.folder === null ? null : join(this.folder, REPORT_JSON);
  }

  /** Adds the report to the release that is about to be published. */
  async stage(staging: Staging, copies: Copies): Promise<void> {
    if (this.folder === null || !this.#outcomes) return;
    const json = this.#json(this.#outcomes, { copies });
    await staging.replace(join(this.folder, REPORT_JSON), encode(json));
  }

  /** After the release is published: an old report in the bundle's folder says nothing about it. */
  async sweep(): Promise<void> {
    if (this.folder === this.#bundleFolder) return;
    const stale = join(this.#bundleFolder, REPORT_JSON);
    if (
      this.folder !== null &&
      (await realPathOf(this.folder)) === (await realPathOf(this.#bundleFolder))
    ) {
      return;
    }
    const text = await readFile(stale, 'utf8').catch(() => '');
    if (text.includes(REPORT_FORMAT)) await rm(stale, { force: true });
  }

  /** Writes the report of a build whose photos are the reason that nothing is published; other failures leave nothing. */
  async writeFailed(error: unknown, warn: (line: string) => void): Promise<void> {
    if (this.folder === null || !this.#outcomes) return;
    const path = join(this.folder, REPORT_JSON);
    const problem = problemOf(error);
    if (problem === null) return;
    try {
      await makeFolder(this.folder);
      await writeAtomically(path, this.#json(this.#outcomes, { problem }));
    } catch (cause) {
      warn(`${path}: the report cannot be written (${messageOf(cause)}).`);
    }
  }

  #json(outcomes: readonly ItemOutcome[], more: Pick<ReportHead, 'problem' | 'copies'>): string {
    return reportJson(outcomes, {
      built: new Date().toISOString(),
      seconds: Math.round(performance.now() - this.#started) / 1000,
      ...more,
    });
  }
}

function problemOf(error: unknown): string | null {
  const name = error instanceof SoutuError ? error.name : null;
  if (name === 'FailuresError') return 'Too many photos failed.';
  return name === 'CatalogueError' ? 'No photo could be used.' : null;
}

/** Items that failed are tried again, those of which only a part could be read, and those from an old copy. */
function isSettled({ status, damage, stale }: ItemOutcome): boolean {
  return status !== 'failed' && damage === undefined && stale === undefined;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
