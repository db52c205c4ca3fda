/** A deployed bundle on a web server. The manifest is trusted as the server gives it; every other file by its hash. */
import { lookup } from 'node:dns/promises';
import { MANIFEST_FILE } from '../../../../core/bundle/manifest.ts';
import { messageOf } from '../../../../core/errors.ts';
import type { FileRef } from '../../../../core/file-ref.ts';
import { sha256 } from '../../../files/sha256.ts';
import { isPublicAddress } from '../../../photos/download/address.ts';
import { Requester } from '../../../photos/download/request.ts';
import { BUNDLE_FOLDER } from '../../../search/folder-source.ts';
import { type DeployedRelease, ReleaseProblem } from './deployed-release.ts';

/** A manifest has a few kilobytes for each thousand items; a file of a bundle at most 20 MiB. */
const LIMITS = { idleMs: 20_000, totalMs: 300_000, maxBytes: 32 << 20 };

/** Time for all files together. Photos whose vectors have not arrived by then are embedded. */
const BUDGET_MS = 30 * 60_000;

/**
 * @param url of a site or of its bundle
 * @param allowPrivate connects to private addresses, too; those of the given host itself are always allowed
 */
export async function openHttpRelease(
  url: string,
  allowPrivate: boolean,
): Promise<DeployedRelease> {
  // Redirects must not lead into the owner's network, but the owner may name a host in it.
  const own = new Set(await addressesOf(new URL(url).hostname));
  const isAllowed = (address: string) =>
    allowPrivate || isPublicAddress(address) || own.has(address);
  const requester = new Requester(LIMITS, isAllowed);
  const started = performance.now();
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const get = async (address: URL) => {
    if (performance.now() - started > BUDGET_MS) {
      throw new ReleaseProblem(`it takes longer than ${BUDGET_MS / 60_000} minutes`);
    }
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

/** Empty if the host has none, which the first request says. */
async function addressesOf(host: string): Promise<string[]> {
  const found = await lookup(host.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}
