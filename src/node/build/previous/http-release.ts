/** A deployed bundle on a web server, which may be broken or somebody else's: nothing counts without its hash. */
import { lookup } from 'node:dns/promises';
import { MANIFEST_FILE } from '../../../core/bundle/manifest.ts';
import { messageOf } from '../../../core/errors.ts';
import type { FileRef } from '../../../core/file-ref.ts';
import { sha256 } from '../../files/sha256.ts';
import { isPublicAddress } from '../../photos/download/address.ts';
import { Requester } from '../../photos/download/request.ts';
import { BUNDLE_FOLDER } from '../../search/folder-source.ts';
import { type DeployedRelease, ReleaseProblem } from './deployed-release.ts';

/** A manifest has a few kilobytes for each thousand items; a file of a bundle at most 20 MiB. */
const LIMITS = { idleMs: 20_000, totalMs: 300_000, maxBytes: 32 << 20 };

/**
 * @param url of a site or of its bundle
 * @param allowPrivate connects to private addresses, too; those of the given host are always allowed
 */
export async function openHttpRelease(
  url: string,
  allowPrivate: boolean,
): Promise<DeployedRelease> {
  const isAllowed = allowPrivate || (await isPrivate(new URL(url).hostname));
  const requester = new Requester(LIMITS, isAllowed ? () => true : undefined);
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const get = async (address: URL) => {
    const answer = await requester
      .get(address.href, { 'Accept-Encoding': 'identity' }, async (body) => {
        const pieces: Buffer[] = [];
        for await (const piece of body) pieces.push(piece);
        return Buffer.concat(pieces);
      })
      .catch((error: unknown) => {
        throw new ReleaseProblem(`${address.pathname}: ${messageOf(error)}`);
      });
    if (answer.body) return answer.body;
    throw new ReleaseProblem(
      `${address.pathname}: the server answers ${answer.status}`,
      answer.status,
    );
  };
  let folder: URL | null = null;
  return {
    async manifest() {
      // A site has its bundle in a folder below.
      const places = folder ? [folder] : [new URL(`${BUNDLE_FOLDER}/`, base), base];
      let problem: unknown;
      for (const place of places) {
        try {
          const text = (await get(new URL(MANIFEST_FILE, place))).toString('utf8');
          // Many hosts answer a page instead of 404.
          if (!text.trimStart().startsWith('{')) {
            const start = JSON.stringify(text.trimStart().slice(0, 20));
            throw new ReleaseProblem(
              `${place.pathname}${MANIFEST_FILE}: no manifest: it begins with ${start}`,
            );
          }
          folder = place;
          return text;
        } catch (error) {
          problem = error;
          if (!(error instanceof ReleaseProblem)) throw error;
        }
      }
      throw problem;
    },
    async read({ file, bytes, sha256: hash }: FileRef) {
      const address = new URL(file, folder ?? base);
      const content = await get(address);
      const got = sha256(content);
      if (got === hash) return content;
      throw new ReleaseProblem(
        `${address.pathname}: expected ${bytes} bytes with SHA-256 ${hash.slice(0, 12)}…, got ${content.length} with ` +
          `${got.slice(0, 12)}…`,
      );
    },
    close: () => requester.close(),
  };
}

/** Whether the owner named a host in a private network. */
async function isPrivate(host: string): Promise<boolean> {
  const addresses = await lookup(host.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  return addresses.length > 0 && addresses.every(({ address }) => !isPublicAddress(address));
}
