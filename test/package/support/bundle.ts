import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

const run = promisify(execFile);

/** The command line as it was installed. */
export async function soutu(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const cwd = inject('project');
  const { VITEST: _, NODE_ENV: __, ...env } = process.env;
  return run(process.execPath, [join(cwd, 'node_modules/.bin/soutu'), ...args], { cwd, env });
}

/** A site of the project's photos, made by the installed command line; once for all files of tests. */
export async function builtSite(): Promise<string> {
  const site = join(inject('project'), 'site');
  if (!existsSync(join(site, 'index.html'))) await soutu('build', 'photos', '--out', 'site');
  return site;
}
