/**
 * WebKit by W3C WebDriver (https://www.w3.org/TR/webdriver2): Debian's webkit2gtk-driver starts MiniBrowser, which
 * needs a display, so it runs under Xvfb. The protocol is HTTP with JSON, and this suite needs five of its
 * commands; the usual client library would bring 20 MB of programs for other browsers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { CONSOLE_SPY, notedMessages } from './console-spy.ts';
import { asScript, type BrowserDriver, readResult, type Visitor } from './driver.ts';

const DRIVER = '/usr/bin/WebKitWebDriver';
const XVFB = '/usr/bin/Xvfb';

/** @returns null if the driver, MiniBrowser or Xvfb is missing */
export async function startWebKit(): Promise<BrowserDriver | null> {
  const miniBrowser = findMiniBrowser();
  if (!miniBrowser || !existsSync(DRIVER) || !existsSync(XVFB)) return null;
  const screen = await startScreen();
  const port = await freePort();
  const driver = spawn(DRIVER, [`--port=${port}`], {
    env: {
      ...process.env,
      DISPLAY: screen.display,
      // Without it MiniBrowser refuses to run as root, as in containers.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
    },
    stdio: 'ignore',
  });
  const command = commandOf(`http://127.0.0.1:${port}`);
  await untilReady(command);
  const capabilities = {
    alwaysMatch: {
      timeouts: { script: 120_000, pageLoad: 60_000 },
      'webkitgtk:browserOptions': { binary: miniBrowser, args: ['--automation'] },
    },
  };
  let name = 'WebKitGTK';
  return {
    prelude: CONSOLE_SPY,
    get name() {
      return name;
    },
    async newVisitor(): Promise<Visitor> {
      const started = await command<{
        sessionId: string;
        capabilities: { browserVersion: string };
      }>('POST', '/session', { capabilities });
      const session = `/session/${started.sessionId}`;
      name = `WebKitGTK ${started.capabilities.browserVersion}`;
      const evaluate: Visitor['evaluate'] = async (run, ...args) => {
        const script = `const done = arguments[0]; ${asScript(run, args)}.then(done)`;
        return readResult(await command('POST', `${session}/execute/async`, { script, args: [] }));
      };
      return {
        evaluate,
        messages: () => notedMessages({ evaluate }),
        goto: (url) => command('POST', `${session}/url`, { url }),
        reload: () => command('POST', `${session}/refresh`, {}),
        close: () => command('DELETE', session),
      };
    },
    async close() {
      await ended(driver);
      await ended(screen.process);
    },
  };
}

/** Debian puts it into `/usr/lib/ARCHITECTURE/webkit2gtk-VERSION`. */
function findMiniBrowser(): string | undefined {
  if (!existsSync('/usr/lib')) return undefined;
  return readdirSync('/usr/lib')
    .filter((name) => name.endsWith('-linux-gnu'))
    .flatMap((name) => readdirSync(join('/usr/lib', name)).map((it) => join('/usr/lib', name, it)))
    .filter((path) => path.includes('/webkit2gtk-4'))
    .map((folder) => join(folder, 'MiniBrowser'))
    .find(existsSync);
}

type Command = <T = void>(
  method: 'POST' | 'DELETE' | 'GET',
  path: string,
  body?: object,
) => Promise<T>;

function commandOf(address: string): Command {
  return async (method, path, body) => {
    const response = await fetch(address + path, {
      method,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const { value } = (await response.json()) as { value: never };
    if (!response.ok) {
      const { error, message } = value as { error: string; message: string };
      throw new Error(`WebKitWebDriver, ${method} ${path}: ${error} ${message}`);
    }
    return value;
  };
}

async function untilReady(command: Command): Promise<void> {
  for (let tries = 0; ; tries++) {
    try {
      await command('GET', '/status');
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Xvfb chooses a free display number and writes it to the descriptor that it is given. */
async function startScreen(): Promise<{ display: string; process: ChildProcess }> {
  const xvfb = spawn(XVFB, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    xvfb.stdio[3]?.once('data', (data: Buffer) => resolve(data.toString().trim()));
    xvfb.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}`)));
  });
  return { display: `:${number}`, process: xvfb };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.kill();
  });
}
