/** A search in a loaded bundle against hnswlib-wasm, HNSW over codes against all codes, and what 12 hits cost besides. */
import { againstHnswlib } from './against-hnswlib.ts';
import { detailsCost } from './details.ts';
import { linkedCodes } from './linked-codes.ts';
import type { Section } from './section.ts';
import { loadVectors } from './vectors.ts';

const SMALL = 10_000;
/** Links take 40 bytes a picture, so the codes are those of 0.95. */
const LINKED = { count: 20_000, recall: 0.95 };
const MOST = {
  searchRatio: 0.6,
  memoryRatio: 0.2,
  linkedBytes: 110,
  detailBytes: 20_000,
  thumbBytes: 30_000,
};
const LEAST_LINKED_RECALL = 0.97;

export async function measureSearches(): Promise<Section> {
  const small = await againstHnswlib(await loadVectors('centred cosine', SMALL));
  const { codes, hnswlib } = small;
  console.log(
    `10,000, centred cosine: search ${codes.ms.toFixed(3)} ms at recall ${codes.recall10.toFixed(4)}, hnswlib-wasm ` +
      `${hnswlib.ms.toFixed(3)} ms at ${hnswlib.recall10.toFixed(4)} (ef ${hnswlib.ef}): ratio ${small.searchRatio.toFixed(2)} ` +
      `(at most ${MOST.searchRatio}); memory ${(codes.bytes / 1e6).toFixed(1)} and ${(hnswlib.bytes / 1e6).toFixed(1)} MB: ` +
      `ratio ${small.memoryRatio.toFixed(2)} (at most ${MOST.memoryRatio})`,
  );
  const linked = await linkedCodes(
    await loadVectors('centred cosine', LINKED.count),
    LINKED.recall,
  );
  console.log(
    `20,000, centred cosine, links between codes: recall@10 at ef 64 ${linked.recall10.toFixed(4)} of all codes' own (at ` +
      `least ${LEAST_LINKED_RECALL}), ${linked.bytesPerPicture.toFixed(1)} B a picture (at most ${MOST.linkedBytes}), ` +
      `${linked.linkBytes.toFixed(1)} of them links; ${linked.linksMs.toFixed(3)} ms, all codes ${linked.flatMs.toFixed(3)} ms: ` +
      `${linked.timeRatio.toFixed(2)} times`,
  );
  const details = await detailsCost();
  console.log(
    `12 hits of 10,000: details ${details.bytes.toFixed(0)} B in ${details.requests.toFixed(1)} files (at most ` +
      `${MOST.detailBytes}), thumbnails of 96 pixels ${details.thumbBytes.toFixed(0)} B (at most ${MOST.thumbBytes}); ` +
      `${details.files110k} files with details of 110,000 items`,
  );
  return {
    isMet:
      small.searchRatio <= MOST.searchRatio &&
      small.memoryRatio <= MOST.memoryRatio &&
      linked.recall10 >= LEAST_LINKED_RECALL &&
      linked.bytesPerPicture <= MOST.linkedBytes &&
      details.bytes <= MOST.detailBytes &&
      details.thumbBytes <= MOST.thumbBytes,
    figures: {
      details,
      searchRatio10k: small.searchRatio,
      memoryRatio10k: small.memoryRatio,
      against10k: small,
      hnsw20k: linked,
    },
  };
}
