/** The schemas of files that owners write, for their editors. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOGUE_SCHEMA } from '../../src/node/catalogue/catalogue-schema.ts';
import { CONFIG_SCHEMA } from '../../src/node/config/fields.ts';

export async function packSchemas(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  for (const [name, schema] of [
    ['config', CONFIG_SCHEMA],
    ['catalogue', CATALOGUE_SCHEMA],
  ] as const) {
    await writeFile(join(out, `${name}.json`), `${JSON.stringify(schema)}\n`);
  }
}
