/** src/docs/formats.md: the layout of every file, from the head comments of the modules that read and write them. */
import { readFile } from 'node:fs/promises';
import { at } from '../package/paths.ts';

export const FORMATS_PAGE = 'src/docs/formats.md';

const SECTIONS: readonly (readonly [title: string, module: string])[] = [
  ['The manifest', 'core/bundle/manifest.ts'],
  ['Files with rows', 'core/bundle/row-files.ts'],
  ['Where rows are cut', 'core/bundle/cut.ts'],
  ['Edited rows', 'core/bundle/row-edits.ts'],
  ['The container of binary files', 'core/container.ts'],
  ['Vectors', 'core/bundle/vectors.ts'],
  ['Codes: their space', 'core/codes/space.ts'],
  ['Codes: their tables', 'core/codes/tables.ts'],
  ['Codes of rows', 'core/codes/row-codes.ts'],
  ['Index in parts: layers', 'core/parts/layers.ts'],
  ['Index in parts: root', 'core/parts/root.ts'],
  ['Index in parts: shards', 'core/parts/shard-files.ts'],
  ['Index in parts: positions', 'core/parts/positions.ts'],
  ['Index in parts: ids', 'core/parts/id-files.ts'],
  ['Index in parts: details and titles', 'core/parts/blocks.ts'],
  ['Index in parts: list of postings', 'core/parts/postings.ts'],
  ['Index in parts: postings', 'core/parts/posting-files.ts'],
  ['Index in parts: delta', 'core/parts/delta.ts'],
  ['Index in parts: list of files', 'core/parts/listing.ts'],
  ['Columns', 'core/bundle/columns.ts'],
  ['Details', 'core/bundle/details.ts'],
  ['Similar items', 'core/bundle/similar.ts'],
  ['Graph', 'core/bundle/graph.ts'],
  ['Archive', 'core/bundle/archive.ts'],
  ['The report of a build', 'node/build/report/report-json.ts'],
  ['The model', 'core/model/spec.ts'],
  ['Packed weights', 'core/model/packed.ts'],
  ['Entropy coding', 'core/model/rans.ts'],
  ['Safetensors', 'core/model/safetensors.ts'],
];

export async function formatsPage(): Promise<string> {
  const sections = SECTIONS.map(async ([title, module]) => {
    const path = `src/${module}`;
    const comment = headComment(await readFile(at(path), 'utf8'));
    if (!comment) throw new Error(`${path} begins without a comment that describes its format.`);
    return `## ${title}\n\n${comment}\n\nRead and written by [${module}](../${module}).\n`;
  });
  return `${HEADER}\n${(await Promise.all(sections)).join('\n')}`;
}

/** Indented drawings are code blocks in Markdown, too. */
function headComment(code: string): string | null {
  const [, comment] = /^\/\*\*([\s\S]*?)\*\//.exec(code) ?? [];
  if (comment === undefined) return null;
  const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, '').trimEnd());
  return lines.join('\n').trim();
}

const HEADER = `# File formats

<!-- Generated from the head comments of the modules by \`npm run docs\`; change those instead. -->

A bundle is a folder: \`manifest.json\`, and files whose names carry the first 16 digits of their SHA-256, or the set that
they belong to. Numbers are
little endian. Readers check magic, version, shape and bounds, and refuse what they do not know.
`;
