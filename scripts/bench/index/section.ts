/** What each part of `npm run bench -- index` gives. */
export interface Section {
  readonly isMet: boolean;
  /** By the names in the object that `--json` prints. */
  readonly figures: Readonly<Record<string, unknown>>;
}

/** Prints a figure beside its bar. */
export function printRow(name: string, value: string, bar: string, isMet: boolean): void {
  console.log(`${name.padEnd(44)}${value.padEnd(10)}${bar}${isMet ? '' : ': MISSED'}`);
}
