import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createSearch } from 'soutu';
import 'soutu/react';

/** In development, StrictMode runs each effect twice: begin, end, begin. */
function Best() {
  const [best, setBest] = useState('');
  useEffect(() => {
    window.effects = (window.effects ?? 0) + 1;
    const search = createSearch({ bundle: './bundle/' });
    const controller = new AbortController();
    fetch('./query.jpg')
      .then((response) => response.blob())
      .then((photo) => search.search(photo, { minScore: -1 }, { signal: controller.signal }))
      .then(
        ({ hits }) => setBest(hits[0].id),
        (error) => controller.signal.aborted || setBest(String(error)),
      );
    return () => {
      controller.abort();
      search.dispose();
    };
  }, []);
  return <output>{best}</output>;
}

function Shop() {
  const [isShown, setShown] = useState(true);
  return (
    <>
      <button type="button" id="toggle" onClick={() => setShown(!isShown)}>
        Toggle
      </button>
      <Best />
      {isShown && <soutu-search bundle="./bundle/" min-score="-1" />}
    </>
  );
}

window.results = 0;
addEventListener('soutu-results', () => window.results++);
createRoot(document.getElementById('root')).render(
  <StrictMode>
    <Shop />
  </StrictMode>,
);
