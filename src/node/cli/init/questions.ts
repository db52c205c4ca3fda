/** Asks on the terminal, line by line. Answers may also come from a pipe. */
import { createInterface, type Interface } from 'node:readline';
import { SoutuError } from '../../../core/errors.ts';
import { printable } from '../terminal.ts';

export class Questions {
  readonly #interface: Interface;
  readonly #lines: AsyncIterator<string>;

  constructor(input: NodeJS.ReadableStream = process.stdin) {
    this.#interface = createInterface({ input });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /**
   * @param initial the answer if the line is empty; empty: there is none, and the question is asked again
   * @param fault what is wrong with an answer; null if nothing is
   * @throws SoutuError `UsageError` if there are no more lines
   */
  async ask(
    question: string,
    initial = '',
    fault: (answer: string) => string | null = () => null,
  ): Promise<string> {
    for (;;) {
      const hint = initial === '' ? '' : ` [${initial}]`;
      process.stderr.write(printable(`${question}${hint}: `));
      const { value, done } = await this.#lines.next();
      if (done) {
        throw new SoutuError(
          'UsageError',
          'The input ended before all questions were answered. Answer all, or add --yes to accept the defaults in brackets.',
        );
      }
      const answer = String(value).trim() || initial;
      const what = answer === '' ? 'An answer is needed.' : fault(answer);
      if (what === null) return answer;
      process.stderr.write(`${printable(what)}\n`);
    }
  }

  close(): void {
    this.#interface.close();
  }
}
