import './release.js';
import '/src/offline/service-worker.ts';
