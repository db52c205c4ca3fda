import { browserContract } from './core.contract.ts';
import { startFirefox } from './support/puppeteer.ts';

browserContract('Firefox', startFirefox, 'apt-get install firefox-esr, or set SOUTU_FIREFOX');
