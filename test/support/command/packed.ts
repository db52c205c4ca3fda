/** The command line that pack.ts has packed, for processes of its own. */

/** The path of its soutu.js, from the global set-up to workers. */
export const COMMAND_VARIABLE = 'SOUTU_TEST_COMMAND';

/** Arguments of `node` that run it. */
export function soutuArgs(args: readonly string[]): string[] {
  const script = process.env[COMMAND_VARIABLE];
  if (!script) throw new Error(`${COMMAND_VARIABLE} is missing: pack.ts is no global set-up here`);
  return [script, ...args];
}
