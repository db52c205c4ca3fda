/** A table in memory, whatever file it came from. */
export interface Table {
  /** Names of the columns, each once. */
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** True if all cells are texts, whose types must be recognised. */
  readonly isText: boolean;
  /** True if a comma in a number is the decimal sign, as in files with semicolons between cells. */
  readonly hasDecimalComma: boolean;
  /** How the file was read, a line each. */
  readonly notes: readonly string[];
}

export interface Row {
  /** For messages: `row 17`, as the spreadsheet numbers it. */
  readonly name: string;
  /** In the order of the columns; undefined where the row has none. */
  readonly cells: readonly unknown[];
}

/** Whether a cell says nothing. */
export function isEmpty(cell: unknown): boolean {
  return cell === undefined || cell === null || cell === '';
}
