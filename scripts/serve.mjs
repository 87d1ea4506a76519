// npm run serve: the production entry. No demo, no emulator.
import { ensureBuilt, ensureInstalled, runToTheEnd } from './prepare.mjs';

ensureInstalled();
ensureBuilt();
runToTheEnd('server/src/main.ts');
