/** Firefox and Chromium by WebDriver BiDi. */
import { existsSync } from 'node:fs';
import puppeteer, { type LaunchOptions } from 'puppeteer-core';
import { findBrowser, LAUNCH_ARGS } from '../../../scripts/browser/find.ts';
import { asScript, type BrowserDriver, readResult, type Visitor } from './driver.ts';

const FIREFOX = [
  process.env.SOUTU_FIREFOX,
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];

/** @returns null if there is no Firefox here; SOUTU_FIREFOX names one elsewhere */
export async function startFirefox(): Promise<BrowserDriver | null> {
  const executablePath = FIREFOX.find((path) => path && existsSync(path));
  return executablePath ? start({ browser: 'firefox', executablePath }) : null;
}

/** @returns null if there is no Chromium, Chrome or Edge here */
export async function startChromium(): Promise<BrowserDriver | null> {
  const executablePath = findBrowser();
  return executablePath
    ? start({ browser: 'chrome', executablePath, args: [...LAUNCH_ARGS] })
    : null;
}

async function start(options: LaunchOptions): Promise<BrowserDriver> {
  const browser = await puppeteer.launch({
    ...options,
    headless: true,
    protocol: 'webDriverBiDi',
    protocolTimeout: 120_000,
  });
  return {
    name: (await browser.version()).replace('/', ' '),
    async newVisitor(): Promise<Visitor> {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      const messages: string[] = [];
      page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
      page.on('pageerror', (error) => messages.push(`uncaught: ${String(error)}`));
      return {
        messages: async () => messages,
        goto: async (url) => void (await page.goto(url)),
        reload: async () => void (await page.reload()),
        evaluate: async (run, ...args) => readResult(await page.evaluate(asScript(run, args))),
        close: () => context.close(),
      };
    },
    close: () => browser.close(),
  };
}
