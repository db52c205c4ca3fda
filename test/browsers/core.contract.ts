/** What every supported browser must do, on the sample shop under a strict policy, with an empty console. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import type { BrowserDriver, Visitor } from './support/driver.ts';
import { type Host, startHost } from './support/host.ts';
import { nextOutcome, searchAndKeep, searchPhoto, type Way } from './support/page.ts';

const VASE = 'public/sample/queries/vase-001.jpg';
const BOWL = 'public/sample/queries/bowl-001.jpg';

/** Ends the worker without an event, as a system does that needs its memory. */
const MORTAL = "new BroadcastChannel('end-worker').onmessage = () => self.close();";
const NO_INDEXED_DB =
  "Object.defineProperty(self, 'indexedDB', { configurable: true, get() { throw new DOMException('Access is denied.', 'SecurityError'); } });";

/** A copy of the site that a test may change. */
const release = await tempFolder();

/** @param missing what to install where the browser is not here; the tests are skipped then */
export function browserContract(
  label: string,
  start: () => Promise<BrowserDriver | null>,
  missing: string,
): void {
  describe(label, () => {
    let driver: BrowserDriver | null = null;
    let visitor: Visitor;
    let host: Host;

    beforeAll(async () => {
      driver = await start();
      // In CI a missing browser is a failure, not a reason to skip.
      if (!driver && process.env.CI) throw new Error(`${label} is missing: ${missing}`);
    });

    afterAll(() => driver?.close());

    afterEach(async () => {
      await visitor?.close();
      await host?.stop();
    });

    const visit = async (site: string, worker?: string) => {
      const { prelude, newVisitor } = driver as BrowserDriver;
      host = await startHost(site, { all: prelude, worker });
      visitor = await newVisitor();
      await visitor.goto(host.url);
    };

    /** @param expected messages that the test is about; there must be no others */
    const check = (name: string, run: () => Promise<void>, expected?: RegExp) =>
      test(name, async (context) => {
        if (!driver) return context.skip(`${label} is missing: ${missing}`);
        await run();
        const unexpected = (await visitor.messages()).filter((line) => !expected?.test(line));
        expect(unexpected, `console of ${driver.name}`).toEqual([]);
      });

    check(
      'console messages and uncaught errors reach this suite',
      async () => {
        await visit(inject('sampleSite'));
        await visitor.evaluate(() => {
          // biome-ignore lint/suspicious/noConsole: this is what must be noticed
          console.error('a message of the test');
          setTimeout(() => {
            throw new Error('an error of the test');
          });
        });
        const heard = async () => (await visitor.messages()).join();
        await expect.poll(heard).toMatch(/a message of the test/);
        await expect.poll(heard).toMatch(/an error of the test/);
      },
      /of the test/,
    );

    const NO_SERVER = /Failed to load|NetworkError|Could not connect|network connection|fetch/i;

    for (const way of ['dialog', 'drop', 'paste'] satisfies Way[]) {
      check(`finds the piece of a photo given by ${way}`, async () => {
        await visit(inject('sampleSite'));
        const { groups, embedder, notices } = await searchPhoto(visitor, VASE, way);
        expect(groups[0]).toBe('vase-001');
        expect(notices).toEqual([]);
        // WebKit has no relaxed SIMD and takes the deterministic form.
        expect(embedder).toMatch(/^kernel-(fast|deterministic)$/);
      });
    }

    check('shows each hit with a picture, a title and a link', async () => {
      await visit(inject('sampleSite'));
      await searchPhoto(visitor, VASE);
      const [first, widths] = await visitor.evaluate(async () => {
        const root = document.querySelector('soutu-search')?.shadowRoot as ShadowRoot;
        const images = [...root.querySelectorAll<HTMLImageElement>('[part~=thumb]')];
        const widths = await Promise.all(
          images.map(async (image) => {
            image.loading = 'eager';
            await image.decode();
            return image.naturalWidth;
          }),
        );
        const link = root.querySelector('[part~=link]');
        return [{ href: link?.getAttribute('href'), title: link?.textContent }, widths] as const;
      });
      expect(first.href).toMatch(/#vase-001$/);
      expect(first.title).not.toBe('');
      expect(widths.length).toBeGreaterThan(4);
      expect(Math.min(...widths)).toBeGreaterThan(100);
    });

    check('searches by id, with the button on a hit', async () => {
      await visit(inject('sampleSite'));
      await searchPhoto(visitor, VASE);
      const { groups, embedder } = await nextOutcome(visitor, () => {
        const root = document.querySelector('soutu-search')?.shadowRoot;
        root?.querySelector<HTMLElement>('[part~=hit] [part~=like]')?.click();
      });
      expect(embedder).toBeNull();
      expect(groups.length).toBeGreaterThan(0);
      expect(groups).not.toContain('vase-001');
    });

    check('searches a part of a photo, framed by keyboard', async () => {
      await visit(inject('sampleSite'));
      await searchPhoto(visitor, await twoPieces());
      const press = (key: string, shiftKey: boolean) =>
        nextOutcome(
          visitor,
          async (key: string, shiftKey: boolean) => {
            const root = document.querySelector('soutu-search')?.shadowRoot;
            const frameOf = () => root?.querySelector<HTMLElement>('[part~=crop-frame]');
            if (!frameOf()) root?.querySelector<HTMLElement>('[part~=crop-open]')?.click();
            // Its script is loaded when it is opened first.
            // Without it, nothing has the focus: both are null.
            const isReady = () => frameOf()?.matches(':focus');
            for (let waits = 0; !isReady(); waits++) {
              if (waits === 1000) throw new Error(`Focused: ${root?.activeElement?.outerHTML}`);
              await new Promise((resolve) => setTimeout(resolve, 20));
            }
            for (let presses = 0; presses < 25; presses++) {
              frameOf()?.dispatchEvent(
                new KeyboardEvent('keydown', { key, shiftKey, bubbles: true }),
              );
            }
          },
          key,
          shiftKey,
        );
      expect((await press('ArrowLeft', true)).groups[0]).toBe('vase-001');
      expect((await press('ArrowRight', false)).groups[0]).toBe('bowl-001');
    });

    check('filters by an attribute', async () => {
      await visit(inject('sampleSite'));
      await searchPhoto(visitor, VASE);
      const { groups } = await nextOutcome(visitor, async () => {
        const root = document.querySelector('soutu-search')?.shadowRoot as ShadowRoot;
        const facets = [...root.querySelectorAll<HTMLElement>('[part~=facet]')];
        facets.find((facet) => /kind/i.test(facet.textContent ?? ''))?.click();
        await new Promise((resolve) => setTimeout(resolve, 50));
        const values = [...root.querySelectorAll<HTMLElement>('[part~=value]')];
        const bowl = values.find((value) => /bowl/i.test(value.textContent ?? ''));
        bowl?.querySelector<HTMLElement>('input')?.click();
      });
      expect(groups.length).toBeGreaterThan(0);
      expect(groups.filter((group) => !group.startsWith('bowl-'))).toEqual([]);
    });

    check('asks only for the manifest at the second visit', async () => {
      await visit(inject('sampleSite'));
      await searchPhoto(visitor, VASE);
      host.requests.length = 0;
      await visitor.reload();
      expect((await searchPhoto(visitor, BOWL)).groups[0]).toBe('bowl-001');
      const bundle = host.requests.filter((path) => /^bundle\/(?!thumbs)/.test(path));
      expect(bundle).toEqual(['bundle/manifest.json']);
    });

    check(
      'opens and searches with no network, after one search',
      async () => {
        await visit(inject('sampleSite'));
        await searchAndKeep(visitor, VASE);
        await host.stop();
        await visitor.reload();
        const { groups, notices } = await searchPhoto(visitor, BOWL);
        expect(groups[0]).toBe('bowl-001');
        expect(notices).toEqual(['offline']);
      },
      NO_SERVER,
    );

    check('starts a new worker if the old one has died', async () => {
      await visit(inject('sampleSite'), MORTAL);
      await searchPhoto(visitor, VASE);
      await visitor.evaluate(() => new BroadcastChannel('end-worker').postMessage('now'));
      expect((await searchPhoto(visitor, BOWL)).groups[0]).toBe('bowl-001');
    });

    check('works from memory if the device’s storage is blocked, and says so', async () => {
      await visit(inject('sampleSite'), NO_INDEXED_DB);
      const { groups, notices } = await searchPhoto(visitor, VASE);
      expect(groups[0]).toBe('vase-001');
      expect(notices).toEqual(['memory-only']);
    });

    check('takes up a new release at the next visit', async () => {
      await cp(inject('sampleSite'), release, { recursive: true });
      await visit(release);
      await searchAndKeep(visitor, VASE);
      const change = async (file: string, from: RegExp, to: string) => {
        const before = await readFile(join(release, file), 'utf8');
        expect(before).toMatch(from);
        await writeFile(join(release, file), before.replace(from, to));
      };
      await change('index.html', /<title[^>]*>/, '$&New: ');
      await change('sw.js', /"version":"/, '$&new');
      await visitor.reload();
      expect(await visitor.evaluate(() => document.title)).toMatch(/^New: /);
      expect((await searchPhoto(visitor, BOWL)).groups[0]).toBe('bowl-001');
      await expect
        .poll(() => visitor.evaluate(() => caches.keys()))
        .toContainEqual(expect.stringMatching(/^soutu-shell-new/));
    });
  });
}

/** Vase and bowl side by side. */
async function twoPieces(): Promise<Buffer> {
  const side = (path: string) => sharp(path).resize(256, 256).toBuffer();
  return sharp({ create: { width: 512, height: 256, channels: 3, background: '#fff' } })
    .composite([
      { input: await side(VASE), left: 0, top: 0 },
      { input: await side(BOWL), left: 256, top: 0 },
    ])
    .jpeg({ quality: 95 })
    .toBuffer();
}
