/** Soutu's own index in the table of peers: codes in one file. */
import { codeFiles, makeCodes } from '../../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { scanOf } from '../index/linked-codes.ts';
import type { Peer } from './peer.ts';

const TEN = 10;

export function codesPeer(recall: number): Peer {
  return {
    ...{ name: `Soutu, codes for ${recall}`, version: 'this one', runs: 'WebAssembly' },
    async build(vectors, dimension) {
      const made = await makeCodes(rowSourceOf(vectors, dimension), {
        recall,
        ranges: [[0, vectors.length / dimension]],
      });
      if (!made) throw new Error(`No codes have a recall of ${recall}.`);
      const files = codeFiles(made).reduce((sum, { bytes }) => sum + bytes.length, 0);
      return {
        bytes: made.spaceBytes.length + files,
        async load() {
          const scan = await scanOf(made, dimension);
          return {
            async search(query) {
              const { rows } = await scan.nearest(query, {
                ...{ k: TEN, ef: TEN, filter: {}, exact: false, everyMatch: false },
                minScore: Number.NEGATIVE_INFINITY,
              });
              return rows.map(({ row }) => Number(row.id));
            },
          };
        },
      };
    },
  };
}
