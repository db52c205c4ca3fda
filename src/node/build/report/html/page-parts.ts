/** What report.html is about; the page itself is loaded when it is written. */
import type { Thresholds } from '../../../../core/contract.ts';
import type { IndexedItem } from '../../../../core/item.ts';
import type { Analysis } from '../analysis.ts';

export const REPORT_HTML = 'report.html';
/** Every report contains it; other files of this name are the owner's. */
export const REPORT_MARK = '<meta name="generator" content="soutu report">';

export interface Release {
  readonly items: readonly IndexedItem[];
  readonly analysis: Analysis;
  readonly thresholds: Thresholds;
  readonly model: string;
}
