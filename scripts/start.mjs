// npm start: everything, with the demo and Microsoft 365 played by the emulator.
import { ensureBuilt, ensureInstalled, runToTheEnd } from './prepare.mjs';

const watch = process.argv.includes('--watch');
ensureInstalled();
ensureBuilt();
runToTheEnd('demo/src/main.ts', [], watch ? ['--watch'] : []);
