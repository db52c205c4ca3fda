import { isSameItem, MOST_RECENT, type RecentQueries, type RecentQuery } from './query.ts';

export function memoryQueries(): RecentQueries {
  let queries: readonly RecentQuery[] = [];
  let last = 0;
  return {
    list: async () => queries,

    async keep(asked, instead) {
      const others = queries.filter((query) => {
        return query.key !== instead && !isSameItem(query.asked, asked);
      });
      queries = [{ key: ++last, asked, at: Date.now() }, ...others].slice(0, MOST_RECENT);
      return last;
    },

    async clear() {
      queries = [];
    },
  };
}
