import { browserContract } from './core.contract.ts';
import { startChromium } from './support/puppeteer.ts';

browserContract('Chromium', startChromium, 'install Chromium, Chrome or Edge, or set CHROME_PATH');
