'use client';
import { createSearch } from 'soutu';
import 'soutu/react';
import { useEffect } from 'react';

const BUNDLE = '/shop/search/bundle/';

export default function Page() {
  useEffect(() => {
    window.searchFor = async (url, options) => {
      const photo = await (await fetch(url)).blob();
      const search = createSearch({ bundle: BUNDLE, ...options });
      try {
        const { hits, engine } = await search.search(photo, { minScore: -1 });
        return { best: hits[0].id, embedder: engine.embedder };
      } finally {
        search.dispose();
      }
    };
  }, []);
  return <soutu-search bundle={BUNDLE} min-score="-1" />;
}
