import { createSearch } from 'soutu';
import 'soutu/widget';

/** Searches for one of the page's own pictures; the test itself hands a file to the element. */
window.searchFor = async (url, options) => {
  const photo = await (await fetch(url)).blob();
  const search = createSearch({ bundle: './bundle/', ...options });
  try {
    const { hits, engine } = await search.search(photo, { minScore: -1 });
    return { best: hits[0].id, embedder: engine.embedder };
  } finally {
    search.dispose();
  }
};
