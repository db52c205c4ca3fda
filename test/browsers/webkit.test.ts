import { browserContract } from './core.contract.ts';
import { startWebKit } from './support/webkit.ts';

browserContract('WebKit', startWebKit, 'apt-get install webkit2gtk-driver xvfb');
