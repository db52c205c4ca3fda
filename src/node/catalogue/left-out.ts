/** The files of a folder that are not indexed: counted by reason, so that nothing is left out silently. */

/** Names in a line; more are counted. */
const MAX_NAMES = 3;

export class LeftOut {
  readonly #byReason = new Map<string, string[]>();

  /** Items that the source lists, but without a photo. */
  withoutPhoto = 0;

  /** @param reason what is wrong and what to do, as the end of a sentence */
  add(reason: string, name: string): void {
    const names = this.#byReason.get(reason) ?? [];
    names.push(name);
    this.#byReason.set(reason, names);
  }

  /** One line for each reason. */
  lines(): string[] {
    return [...this.#byReason].map(([reason, names]) => {
      const count = names.length === 1 ? '1 left out' : `${names.length} left out`;
      const shown = names.slice(0, MAX_NAMES).join(', ');
      const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
      return `${count} (${shown}${more}): ${reason}.`;
    });
  }
}
