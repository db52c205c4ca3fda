/** A part of `npm run check`: no dead links, no sample that cannot run, no generated page that is out of date. */
import { readdir, readFile } from 'node:fs/promises';
import { at } from '../package/paths.ts';
import { API_PAGE, apiPage } from './api.ts';
import { CLI_PAGE, cliPage } from './cli.ts';
import { wrongCommands } from './commands.ts';
import { sampleErrors } from './compile.ts';
import { readDocument } from './documents.ts';
import { FORMATS_PAGE, formatsPage } from './formats.ts';
import { deadLinks } from './links.ts';

const FOLDERS = ['.', '.github', 'src/docs', 'src/kernel', 'scripts/sample'];

async function markdownFiles(): Promise<string[]> {
  const lists = FOLDERS.map(async (folder) => {
    const names = await readdir(at(folder)).catch(() => []);
    return names.filter((name) => name.endsWith('.md')).map((name) => `${folder}/${name}`);
  });
  return (await Promise.all(lists)).flat().map((path) => path.replace(/^\.\//, ''));
}

const documents = await Promise.all((await markdownFiles()).map(readDocument));
const samples = documents.flatMap((document) => document.samples);
const generated = [
  [API_PAGE, apiPage()],
  [CLI_PAGE, await cliPage()],
  [FORMATS_PAGE, await formatsPage()],
] as const;

/** Generated pages that are not what the source gives now. */
async function outOfDate(): Promise<string[]> {
  const lists = generated.map(async ([path, text]) => {
    const current = await readFile(at(path), 'utf8').catch(() => '');
    return current === text ? [] : [`${path} is out of date. Run: npm run docs`];
  });
  return (await Promise.all(lists)).flat();
}

const faults = [
  ...deadLinks(documents),
  ...(await wrongCommands(samples)),
  ...sampleErrors(samples),
  ...(await outOfDate()),
];
for (const fault of faults) console.error(fault);
const links = documents.reduce((sum, document) => sum + document.links.length, 0);
console.error(
  `Documents: ${documents.length} files, ${links} links, ${samples.length} samples, ${faults.length} faults.`,
);
process.exitCode = faults.length > 0 ? 1 : 0;
