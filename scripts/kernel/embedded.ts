/** Binaries that are small enough to be part of a script, which saves a request and a file. */
import { encodeBase64 } from '../../src/core/text.ts';

export const EMBEDDED = [
  { entry: 'codes/search.ts', file: 'codes/search-binary.ts' },
  { entry: 'codes/rank.ts', file: 'codes/rank-binary.ts' },
  { entry: 'codes/build.ts', file: 'codes/build-binary.ts' },
] as const;

/** The module that holds a binary. */
export function embeddedModule(entry: string, binary: Uint8Array): string {
  return (
    `/** Compiled from assembly/${entry} by \`npm run kernel\`; change that instead. In base64. */\n` +
    `export const BINARY =\n  '${encodeBase64(binary)}';\n`
  );
}
