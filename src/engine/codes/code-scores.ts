/** The rows of an index of codes: all sums of a query at once, in WebAssembly where it runs. */
import type { BundleCodes } from '../../core/bundle/read-codes.ts';
import { type CodeRows, PlainCodeRows } from '../../core/codes/code-rows.ts';
import { QueryCoder, scoreOf } from '../../core/codes/score.ts';
import { vectorOf } from '../../core/codes/vector-of.ts';
import { normalised } from '../../core/vector/arithmetic.ts';
import type { createCodeRanking } from '../../kernel/codes/code-ranking.ts';
import { createWasmCodeRows } from '../../kernel/codes/wasm-code-rows.ts';
import type { RowScores } from '../flat-retriever.ts';

/**
 * @param createRanking for many rows, which searches are faster with; its script is loaded apart. Answers are the same
 * @param create WebAssembly; null if it cannot run here
 * @throws SoutuError `BundleError` if a file is damaged
 */
export async function openCodeScores(
  codes: BundleCodes,
  createRanking: typeof createCodeRanking | null = null,
  create: typeof createWasmCodeRows = createWasmCodeRows,
): Promise<RowScores> {
  const { space, count } = codes;
  const inWasm = await create(space.tables, count);
  const rows: CodeRows = inWasm ?? new PlainCodeRows(space.tables, count);
  codes.fill(rows);
  await rows.trim();
  const ranking = inWasm && createRanking && (await createRanking(inWasm, space));
  const coder = new QueryCoder(space, ranking?.rotate.bind(ranking));
  return {
    count,
    dimension: space.dimension,
    bytes: rows.bytes,
    scorer(unit) {
      const query = coder.code(unit);
      const sums = (ranking ?? rows).sums(query.weights);
      return (row) => scoreOf(sums[row] as number, query);
    },
    fewScorer(unit) {
      const query = coder.code(unit);
      const sumOf = rows.sumOf(query.weights);
      return (row) => scoreOf(sumOf(row), query);
    },
    best: (unit, ...wanted) => ranking?.best(coder.code(unit), ...wanted) ?? null,
    vectorOf: (row) => normalised(vectorOf(rows.codesOf(row), space)),
  };
}
