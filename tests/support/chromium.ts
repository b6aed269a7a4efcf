export { launchChromium } from '../../src/bench/chromium.ts';
