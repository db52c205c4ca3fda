/** Places the report of a build: with the release, or alone if nothing is published. */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Bundle } from '../../../core/bundle/bundle.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import { writeAtomically } from '../../files/atomic-write.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { realPathOf } from '../../files/real-path.ts';
import { refuseForeign } from '../../files/refuse-foreign.ts';
import type { Staging } from '../../files/staging.ts';
import { folderSource } from '../../search/folder-source.ts';
import type { ItemOutcome } from '../outcome.ts';
import type { BundleSummary } from '../summary.ts';
import { analyse, type IndexedCatalogue } from './analysis.ts';
import { REPORT_HTML, REPORT_MARK, type Release } from './html/page-parts.ts';
import { checkFailures, type MaxFailures, parseMaxFailures } from './max-failures.ts';
import {
  REPORT_FORMAT,
  REPORT_JSON,
  type ReportHead,
  readReport,
  reportJson,
} from './report-json.ts';

/** Files of ours, by what they contain. */
const MARKS = [
  [REPORT_JSON, REPORT_FORMAT],
  [REPORT_HTML, REPORT_MARK],
] as const;

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
  /** Ids of the items of the previous build that need no other try; null if all are tried. */
  readonly settled: ReadonlySet<string> | null;
  /** Title of the catalogue. */
  title = 'Search by picture';
  readonly #bundleFolder: string;
  readonly #started: number;
  readonly #maxFailures: MaxFailures | undefined;
  #outcomes: readonly ItemOutcome[] | null = null;
  #release: Release | null = null;

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
    for (const [name, mark] of folder === null ? [] : MARKS) {
      await refuseForeign(join(folder as string, name), mark);
    }
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

  /** Call it with the release before it is written; an unchanged one is not. */
  readonly onIndexed = (catalogue: IndexedCatalogue): void => {
    if (this.folder === null) return;
    const { items, thresholds, model } = catalogue;
    this.#release = { items, thresholds, model, analysis: analyse(catalogue) };
  };

  /** Adds the report to the release that is about to be published. */
  async stage(
    staging: Staging,
    { copies, delta, chosenIndex }: Pick<BundleSummary, 'copies' | 'delta' | 'chosenIndex'>,
    warn: (line: string) => void,
  ): Promise<void> {
    if (this.folder === null || !this.#outcomes) return;
    const head = this.#head({
      copies,
      ...(delta ? { delta } : {}),
      ...(chosenIndex ? { chosenIndex } : {}),
    });
    const before = await readFile(join(this.folder, REPORT_JSON), 'utf8').catch(() => '');
    const json = reportJson(this.#outcomes, head);
    await staging.replace(join(this.folder, REPORT_JSON), encode(json));
    const path = join(this.folder, REPORT_HTML);
    // An unchanged release is not analysed again. Its page is still true, unless other photos fail.
    const isTrue = !this.#release && troublesIn(before) === troublesIn(json);
    if (isTrue && (await readFile(path, 'utf8').catch(() => '')).includes(REPORT_MARK)) return;
    const page = await this.#page(head).catch((error: unknown) => {
      warn(
        `${path}: the report cannot be made (${messageOf(error)}). The release does not depend on it.`,
      );
      return null;
    });
    if (page !== null) await staging.replace(path, encode(page));
  }

  /** Deletes the old report in the bundle's folder. Call it after the release is published, which that report is not about. */
  async sweep(): Promise<void> {
    if (this.folder === this.#bundleFolder) return;
    if (
      this.folder !== null &&
      (await realPathOf(this.folder)) === (await realPathOf(this.#bundleFolder))
    ) {
      return;
    }
    for (const [name, mark] of MARKS) {
      const stale = join(this.#bundleFolder, name);
      const text = await readFile(stale, 'utf8').catch(() => '');
      if (text.includes(mark)) await rm(stale, { force: true });
    }
  }

  /** Writes the report of a build whose photos are the reason that nothing is published; other failures leave nothing. */
  async writeFailed(error: unknown, warn: (line: string) => void): Promise<void> {
    const problem = problemOf(error);
    if (this.folder === null || !this.#outcomes || problem === null) return;
    this.#release = null;
    const head = this.#head({ problem });
    try {
      await makeFolder(this.folder);
      await writeAtomically(join(this.folder, REPORT_JSON), reportJson(this.#outcomes, head));
      await writeAtomically(join(this.folder, REPORT_HTML), await this.#page(head));
    } catch (cause) {
      warn(`${this.folder}: the report cannot be written (${messageOf(cause)}).`);
    }
  }

  #head(more: Pick<ReportHead, 'problem' | 'copies' | 'delta' | 'chosenIndex'>): ReportHead {
    const seconds = Math.round(performance.now() - this.#started) / 1000;
    return { built: new Date().toISOString(), seconds, ...more };
  }

  async #page(head: ReportHead): Promise<string> {
    const { renderReport } = await import('./html/page.ts');
    return renderReport({
      title: this.title,
      head,
      outcomes: this.#outcomes ?? [],
      release: this.#release,
      before: await itemsIn(this.#bundleFolder),
      folder: this.#bundleFolder,
    });
  }
}

/** The items of the published release; none if there is none that this version can read. */
async function itemsIn(folder: string): Promise<readonly IndexedItem[]> {
  try {
    return await (await Bundle.open(folderSource(folder))).items();
  } catch {
    return [];
  }
}

/** What a report says about photos that failed, were damaged or are copies. */
function troublesIn(json: string): string {
  try {
    const { items, copies } = JSON.parse(json) as { items: ItemOutcome[]; copies: Copies };
    const troubled = items.filter(
      ({ status, damage, stale }) =>
        status === 'failed' || damage !== undefined || stale !== undefined,
    );
    return JSON.stringify([troubled, copies]);
  } catch {
    return '';
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
