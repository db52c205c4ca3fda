/** The page contains the element and pictures to try it with. */
import { SoutuSearch } from '../widget/define.ts';

/** Other pages load this script for the element alone (`widget.js`), and may have such attributes of their own. */
const status = document.querySelector('.status[data-status]');
const page = status?.parentElement;

/** A button of the page searches with its own picture, or with the first picture of its item. */
page?.addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest('[data-search]');
  const search = document.querySelector('soutu-search');
  if (!button || !(search instanceof SoutuSearch)) return;
  const image = button.querySelector('img') ?? button.closest('li')?.querySelector('img');
  if (image) void searchFor(image, search);
});

/** An open piece gets a row of similar items, above its buttons. */
function showSimilar(): void {
  const piece = document.querySelector<HTMLElement>('.piece:target');
  const buttons = piece?.querySelector('.opened > p');
  if (!piece || !buttons || piece.querySelector('soutu-similar')) return;
  const row = document.createElement('soutu-similar');
  row.setAttribute('bundle', './bundle/');
  row.setAttribute('item', piece.dataset.item ?? '');
  buttons.before(row);
  void import('../widget/similar/define.ts');
}
if (page) {
  showSimilar();
  addEventListener('hashchange', showSimilar);
}

async function searchFor(image: HTMLImageElement, search: SoutuSearch): Promise<void> {
  if (status) status.textContent = '';
  search.scrollIntoView({ block: 'start' });
  try {
    const response = await fetch(image.currentSrc || image.src);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    await search.searchPhoto(await response.blob());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (status) status.textContent = `This picture could not be loaded (${reason}). Try again.`;
    else throw error;
  }
}
