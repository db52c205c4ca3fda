/** The licences of the packages that are built into ours: most ask to be shipped along. */
import { writeFile } from 'node:fs/promises';
import type { Rolldown } from 'vite';

/** Of one package, as Vite writes it. */
interface Licence {
  readonly name: string;
  readonly version: string;
  readonly identifier?: string;
  readonly text?: string;
}

export type Licences = Map<string, Licence>;

/** The file in which Vite lists them. */
export const LICENCES = 'licences.json';

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

/** @returns the files of a build without the list */
export function noteLicences(output: readonly Output[], licences: Licences): Output[] {
  return output.filter((file) => {
    if (file.type !== 'asset' || file.fileName !== LICENCES) return true;
    for (const licence of JSON.parse(file.source.toString()) as Licence[]) {
      licences.set(licence.name, licence);
    }
    return false;
  });
}

export async function writeLicences(path: string, licences: Licences): Promise<void> {
  const sorted = [...licences.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.map(({ name, version, identifier, text }) => {
    const heading = `## ${name} ${version}${identifier ? ` (${identifier})` : ''}`;
    return text ? `${heading}\n\n\`\`\`\n${text}\n\`\`\`` : heading;
  });
  const head = '# Packages that are built into Soutu\n';
  await writeFile(path, `${[head, ...parts].join('\n')}\n`);
}
