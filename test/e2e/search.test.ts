/** A visitor finds something: the whole way, from the file to the pictures on the page. */
import { readFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import { withPrelude } from './support/prelude.ts';
import { errorOf, hitsOf, nextEvent, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const query = 'public/sample/queries/vase-001.jpg';

describe('the sample shop', () => {
  test('shows the piece of the photo first, from a sub-path, with pictures and links', async () => {
    const { page, requests, asked } = await visit(site);
    const response = await hitsOf(search(page, query));
    expect(response.hits[0]?.group).toBe('vase-001');
    expect(response.engine).toEqual({ index: 'flat', embedder: 'kernel-fast' });
    // Neither the 14 MB of ONNX Runtime nor its scripts.
    expect(asked.filter((path) => /ort|onnx/.test(path))).toEqual([]);

    const hits = page.locator('soutu-search [part~=hit]');
    expect(await hits.count()).toBe(response.hits.length);
    const first = hits.first();
    expect(await first.textContent()).toContain(response.hits[0]?.item.title);
    expect(await first.locator('a').first().getAttribute('href')).toMatch(/#vase-001$/);
    await expect
      .poll(() => first.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth))
      .toBeGreaterThan(100);
    expect(requests.some((path) => path.startsWith('bundle/thumbs/'))).toBe(true);
  });

  test('takes a dropped and a pasted photo', async () => {
    const { page } = await visit(site);
    const bytes = readFileSync(query).toString('base64');
    for (const type of ['drop', 'paste'] as const) {
      const next = hitsOf(nextEvent(page));
      await page.evaluate(
        ({ base64, kind }) => {
          const data = new DataTransfer();
          const buffer = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          data.items.add(new File([buffer], 'vase.jpg', { type: 'image/jpeg' }));
          const target = document.querySelector('soutu-search');
          const event =
            kind === 'drop'
              ? new DragEvent('drop', {
                  dataTransfer: data,
                  bubbles: true,
                  cancelable: true,
                  composed: true,
                })
              : new ClipboardEvent('paste', {
                  clipboardData: data,
                  bubbles: true,
                  cancelable: true,
                });
          (kind === 'drop' ? target : document)?.dispatchEvent(event);
        },
        { base64: bytes, kind: type },
      );
      expect((await next).hits[0]?.group).toBe('vase-001');
    }
  });

  test('a full page, whatever the scores; a lowest score of the page holds', async () => {
    const { page } = await visit(site);
    const response = await hitsOf(search(page, query));
    expect(response.hits).toHaveLength(12);
    expect(response.hits[0]?.score).toBeGreaterThanOrEqual(response.thresholds.match);
    expect(response.hits.at(-1)?.score).toBeLessThan(response.thresholds.match);
    await expect(page.locator('[part="band"]').textContent()).resolves.toBe('More like this');
    await page
      .locator('soutu-search')
      .evaluate((element) => element.setAttribute('min-score', '1'));
    const none = await hitsOf(search(page, query));
    expect([none.hits.length, none.total, none.bestScore]).toEqual([0, 0, null]);
  });

  test('a liked and a disliked hit change what is found, and are in the address', async () => {
    const { page } = await visit(site);
    const first = await hitsOf(search(page, query));
    const [, liked, disliked] = first.hits;
    if (!liked || !disliked) throw new Error('The sample has more pieces.');
    const press = async (name: string) => {
      const next = hitsOf(nextEvent(page));
      await page.getByRole('button', { name, exact: true }).first().click();
      return next;
    };
    await press(`Also like this: ${liked.item.title}`);
    const answer = await press(`Less like this: ${disliked.item.title}`);
    expect(answer.parts?.map(({ weight, item }) => [weight, item?.id ?? null])).toEqual([
      [1, null],
      [0.75, liked.id],
      [-0.5, disliked.id],
    ]);
    expect(answer.engine.embedder).toBe('kernel-fast');
    const groups = answer.hits.map(({ group }) => group);
    expect(groups).toContain('vase-001');
    expect(groups).not.toContain(liked.group);
    expect(groups).not.toContain(disliked.group);
    const hash = await page.evaluate(() => location.hash);
    expect(hash).toBe(`#soutu.like=${liked.id}&soutu.less=${disliked.id}`);
  });

  test('works without crypto.subtle, where SHA-256 runs in JavaScript', async () => {
    // As on a page without a secure context: the worker finds no crypto.subtle.
    const { page, requests } = await visit(site, { answer: withPrelude(site, NO_SUBTLE) });
    const response = await hitsOf(search(page, query));
    expect(response.hits[0]?.group).toBe('vase-001');
    expect(requests.some((path) => path.startsWith('assets/sha2-'))).toBe(true);
  });

  test('where the kernel cannot run, ONNX Runtime is fetched and answers, and the page says so', async () => {
    const { page, requests } = await visit(site, { answer: withPrelude(site, NO_KERNEL_MEMORY) });
    const response = await hitsOf(search(page, query));
    expect(response.hits[0]?.group).toBe('vase-001');
    expect(response.engine.embedder).toBe('onnxruntime-wasm');
    expect(response.notices.map(({ code }) => code)).toEqual(['engine-fallback']);
    expect(response.notices[0]?.message).toMatch(/the kernel needs \d+ MB of memory, .*no memory/);
    expect(requests.some((path) => /assets\/ort-wasm[\w.-]*\.wasm$/.test(path))).toBe(true);
    await page.getByText('The fastest engine does not run on this device').waitFor();
  });

  test('an engine that was not uploaded gives way to the next; where none was, the page names the file', async () => {
    let missing = /^assets\/(kernel|ort)[\w-]*\.wasm$/;
    const { page, requests } = await visit(site, {
      expectConsole: /404/,
      answer(path, _, response) {
        if (!missing.test(path)) return false;
        response.statusCode = 404;
        response.end();
        return true;
      },
    });
    const words = (name: string) =>
      new RegExp(
        `/assets/${name}[\\w-]*\\.wasm: the server does not have this file of the page\\. Upload the whole site again\\.`,
      );
    const { name, message } = await errorOf(search(page, query));
    expect(name).toBe('ModelError');
    expect(message).toMatch(words('kernel-fast'));
    expect(message).toMatch(words('ort-wasm'));
    await page.getByText(message).first().waitFor();
    // It is no release that was swapped.
    expect(requests.filter((path) => path === 'bundle/manifest.json')).toHaveLength(1);

    missing = /^assets\/kernel[\w-]*\.wasm$/;
    const { hits, engine, notices } = await hitsOf(search(page, query));
    expect([hits[0]?.group, engine.embedder]).toEqual(['vase-001', 'onnxruntime-wasm']);
    expect(notices.map(({ code }) => code)).toEqual(['engine-fallback']);
    expect(notices[0]?.message).toMatch(words('kernel-fast'));
  });

  test('works from memory where IndexedDB is blocked, and says so', async () => {
    const { page } = await visit(site, { answer: withPrelude(site, NO_INDEXED_DB) });
    const response = await hitsOf(search(page, query));
    expect(response.hits[0]?.group).toBe('vase-001');
    expect(response.notices.map(({ code }) => code)).toEqual(['memory-only']);
    expect(await page.locator('soutu-search').textContent()).not.toBeNull();
    await page.getByText('Nothing can be saved for your next visit').waitFor();
  });

  test('works from memory where the storage is full, and says so', async () => {
    const { page, context, url } = await visit(site);
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', {
      origin: new URL(url).origin,
      quotaSize: 1000,
    });
    const response = await hitsOf(search(page, query));
    expect(response.hits[0]?.group).toBe('vase-001');
    expect(response.notices[0]?.message).toMatch(/is blocked or full\. The next visit/);
  });
});

/** Of the kernel's memory, which is told by its maximum, not of ONNX Runtime's. */
const NO_KERNEL_MEMORY =
  'WebAssembly.Memory = class extends WebAssembly.Memory { constructor(limits) { ' +
  "if (limits.maximum === 32768) throw new RangeError('no memory'); super(limits); } };";
const NO_SUBTLE = "Object.defineProperty(crypto, 'subtle', { value: undefined });";
const NO_INDEXED_DB =
  "Object.defineProperty(self, 'indexedDB', { get() { throw new DOMException('Access is denied.', 'SecurityError'); } });";
