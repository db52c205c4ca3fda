import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MANIFEST_FILE } from '../../../../core/bundle/manifest.ts';
import { messageOf } from '../../../../core/errors.ts';
import { folderSource, openFolderSource } from '../../../search/folder-source.ts';
import { type DeployedRelease, ReleaseProblem } from './deployed-release.ts';

/** @param folder a site or its bundle, such as a checkout of the deployed pages */
export async function openFolderRelease(folder: string): Promise<DeployedRelease> {
  const problem = (error: unknown): never => {
    throw new ReleaseProblem(messageOf(error).replace(/\.$/, ''));
  };
  const { where } = await openFolderSource(folder).catch(problem);
  const source = folderSource(where);
  return {
    manifest: () => readFile(join(where, MANIFEST_FILE), 'utf8').catch(problem),
    read: (ref) => source.read(ref).catch(problem),
    close: () => undefined,
  };
}
