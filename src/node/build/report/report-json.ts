/**
 * `report.json`: what became of each item in the last build. It lies next to the bundle's manifest, or in the folder of
 * `--report`. Pages never load it, but it is published with the bundle if it lies there, so it holds no absolute paths and
 * no passwords. Two builds from the same input and the same previous release differ in `built` and `seconds` only.
 *
 *     { "format": "soutu-report", "version": 1,
 *       "built": "2026-11-27T03:00:12.000Z", "seconds": 12.3,
 *       "published": true,                     false: the build ended with `problem`, and the previous release stays
 *       "counts": { "photos": 3, "ok": 1, "unchanged": 1, "failed": 1, "damaged": 0 },
 *       "copies": [["a", "b"]],                the ids of items with one picture, a list for each such picture
 *       "delta": { "added": 9, "removed": 2, "bytes": 4100 },     if the index in parts of an earlier release stays
 *       "items": [                             sorted by id, one a line
 *         { "id": "a", "path": "a.jpg", "status": "ok" },
 *         { "id": "b", "path": "b.jpg", "status": "unchanged" },       neither decoded nor embedded again
 *         { "id": "c", "path": "c.jpg", "status": "failed", "reason": "no such file. Check the path." } ] }
 *
 * An item of which only a part could be decoded has its `damage`, the decoder's error. An item whose server failed, so
 * that the copy of an earlier download is used, has the reason as `stale`.
 */
import { readFile } from 'node:fs/promises';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import type { IndexChoice } from '../index/why-index.ts';
import type { ItemOutcome } from '../outcome.ts';

export const REPORT_JSON = 'report.json';
export const REPORT_FORMAT = 'soutu-report';
const VERSION = 1;

export interface OutcomeCounts {
  readonly photos: number;
  readonly ok: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly damaged: number;
}

export interface ReportHead {
  /** When the build ended; ISO 8601. */
  readonly built: string;
  readonly seconds: number;
  /** Why nothing was published; missing if the release is published. */
  readonly problem?: string;
  readonly copies?: readonly (readonly string[])[];
  /** What was added to an index in parts that stays. */
  readonly delta?: { readonly added: number; readonly removed: number; readonly bytes: number };
  /** Which index the build chose, and why; missing if the index stays as it is. */
  readonly chosenIndex?: IndexChoice;
}

export function countsOf(outcomes: readonly ItemOutcome[]): OutcomeCounts {
  const having = (status: ItemOutcome['status']) =>
    outcomes.filter((outcome) => outcome.status === status).length;
  return {
    photos: outcomes.length,
    ok: having('ok'),
    unchanged: having('unchanged'),
    failed: having('failed'),
    damaged: outcomes.filter(({ damage }) => damage !== undefined).length,
  };
}

export function reportJson(
  outcomes: readonly ItemOutcome[],
  { built, seconds, problem, copies = [], delta, chosenIndex }: ReportHead,
): string {
  const head = {
    format: REPORT_FORMAT,
    version: VERSION,
    built,
    seconds,
    published: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
    counts: countsOf(outcomes),
    copies,
    ...(delta ? { delta } : {}),
    ...(chosenIndex ? { chosenIndex } : {}),
  };
  const sorted = [...outcomes].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  const lines = sorted.map((item) => JSON.stringify(item)).join(',\n');
  return `${JSON.stringify(head).slice(0, -1)},"items":[\n${lines}\n]}\n`;
}

/**
 * The outcomes of the last build.
 * @throws SoutuError `OutputError` if there are none, with what to do
 */
export async function readReport(path: string): Promise<ItemOutcome[]> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new SoutuError(
      'OutputError',
      `--retry-failed: ${path} ${what} Build without --retry-failed first.`,
      { cause },
    );
  };
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' || error.code === 'ENOTDIR'
      ? refuse('does not exist, so there is no record of failures.')
      : refuse(`cannot be read (${messageOf(error)}).`, error),
  );
  let report: { format?: unknown; version?: unknown; items?: unknown } | null = null;
  try {
    report = JSON.parse(text);
  } catch (error) {
    refuse(`is not JSON (${messageOf(error)}).`, error);
  }
  if (report?.format !== REPORT_FORMAT || !Array.isArray(report.items)) {
    return refuse(`is no report: expected "format": "${REPORT_FORMAT}" and a list of "items".`);
  }
  if (report.version !== VERSION) {
    return refuse(`is of version ${String(report.version)}, expected ${VERSION}.`);
  }
  return report.items.filter(isOutcome);
}

function isOutcome(value: unknown): value is ItemOutcome {
  const { id, status } = (value ?? {}) as Partial<ItemOutcome>;
  return typeof id === 'string' && ['ok', 'unchanged', 'failed'].includes(status ?? '');
}
