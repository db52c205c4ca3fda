/** Measures of retrieval, leave-one-out: each photo is a query against all the others. */

/** Share of the query's relevant items at each rank where one stands, averaged: AP (Manning et al. 2008, 8.4). */
export function averagePrecision(relevant: readonly boolean[]): number {
  let found = 0;
  let sum = 0;
  relevant.forEach((isRelevant, i) => {
    if (!isRelevant) return;
    found++;
    sum += found / (i + 1);
  });
  return found > 0 ? sum / found : 0;
}

/** Share of the exact list that the approximate one holds. */
export function recall<T>(exact: readonly T[], approximate: readonly T[]): number {
  const got = new Set(approximate);
  return exact.length > 0 ? exact.filter((one) => got.has(one)).length / exact.length : 1;
}

export function mean(values: readonly number[]): number {
  return values.length > 0 ? values.reduce((sum, v) => sum + v, 0) / values.length : 0;
}
